use csp::prelude::*;

#[process]
fn worker(id: u32, jobs: Receiver<u32>) {
    println!("{id} {}", jobs.recv()?);
}

#[process]
fn start(jobs: Receiver<u32>) {
    for id in 0..3 {
        go!(worker(id, jobs));
    }
}

fn main() {}
