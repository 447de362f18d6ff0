use csp::prelude::*;

#[process]
fn worker(jobs: Receiver<u32>) {
    jobs.recv()?;
}

fn start() {
    let (tx, rx) = chan!(u32);
    go!(worker(tx));
    drop(rx);
}

fn main() {}
