//@ shows let first: u64
use csp::prelude::*;

fn work(jobs: Receiver<u64>, out: Sender<u64>) {
    go! {
        let first/*|*/ = <-jobs;
        out <- first;
    };
}
