use csp::prelude::*;

#[process]
fn start(jobs: Receiver<u32>, results: Sender<u32>) {
    loop {
        select! {
            job = <-jobs => println!("{job}"),
            results <- 1 else break => {}
        }
    }
}

fn main() {}
