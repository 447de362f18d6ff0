//@ completes recv
use csp::prelude::*;

#[process]
fn work(jobs: Receiver<u64>, quit: Receiver<()>) {
    par!({ jobs./*|*/ }, { quit.recv() });
}
