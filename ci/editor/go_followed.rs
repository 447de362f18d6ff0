//@ completes recv
use csp::prelude::*;

fn work(jobs: Receiver<u64>, out: Sender<u64>) {
    go! {
        jobs./*|*/
        out <- 1;
    };
}
