//@ completes send
use csp::prelude::*;

#[process]
fn work(jobs: Receiver<u64>, out: Sender<u64>) {
    for job in jobs {
        out./*|*/
        println!("{job}");
    }
}
