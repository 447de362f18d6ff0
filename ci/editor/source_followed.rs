//@ completes recv
use csp::prelude::*;

#[process]
fn work(jobs: Receiver<u64>, quit: Receiver<()>) {
    select! {
        r = jobs./*|*/ => drop(r),
        <-quit => return,
    }
    println!("done");
}
