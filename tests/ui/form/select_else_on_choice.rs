use csp::prelude::*;

#[process]
fn start(jobs: Receiver<u32>) {
    loop {
        select! {
            job = <-jobs => println!("{job}"),
            closed else break => {}
            default else break => {}
        }
    }
}

fn main() {}
