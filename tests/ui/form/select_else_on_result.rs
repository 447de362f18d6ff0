use csp::prelude::*;

#[process]
fn start(jobs: Receiver<u32>) {
    loop {
        select! {
            job = jobs.recv() else break => println!("{job:?}"),
        }
    }
}

fn main() {}
