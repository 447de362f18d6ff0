//@ shows let job: u64
use csp::prelude::*;

#[process]
fn work(jobs: Receiver<u64>, quit: Receiver<()>) {
    select! {
        job/*|*/ = <-jobs => drop(job),
        <-quit => {}
    }
}
