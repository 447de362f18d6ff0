use csp::prelude::*;

#[process]
fn start(jobs: Receiver<u32>) {
    loop {
        select! {
            job = <-jobs => println!("{job}"),
            _ = sleep(Duration::from_secs(1)).await else break => {}
        }
    }
}

fn main() {}
