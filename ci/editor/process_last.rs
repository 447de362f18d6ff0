//@ completes recv
use csp::prelude::*;

#[process]
fn work(jobs: Receiver<u64>) {
    jobs./*|*/
}
