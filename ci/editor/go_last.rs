//@ completes recv
use csp::prelude::*;

fn work(jobs: Receiver<u64>) {
    go! {
        jobs./*|*/
    };
}
