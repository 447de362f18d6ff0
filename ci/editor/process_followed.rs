//@ completes recv
use csp::prelude::*;

#[process]
fn work(jobs: Receiver<u64>, out: Sender<u64>) {
    let first = jobs.recv()?;
    jobs./*|*/
    out.send(first)?;
}
