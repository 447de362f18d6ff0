//@ completes recv
use csp::prelude::*;

#[process]
fn work(jobs: Receiver<u64>, quit: Receiver<()>) {
    select! {
        <-quit => {
            jobs./*|*/
            println!("over");
        }
        job = <-jobs => drop(job),
    }
}
