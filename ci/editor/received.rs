//@ shows let first: u64
use csp::prelude::*;

#[process]
fn work(jobs: Receiver<u64>) {
    let first/*|*/ = jobs.recv()?;
    println!("{}", first + 1);
}
