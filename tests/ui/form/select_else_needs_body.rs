use csp::prelude::*;

#[process]
fn start(jobs: Receiver<u32>) {
    loop {
        select! {
            job = <-jobs else => println!("{job}"),
        }
    }
}

fn main() {}
