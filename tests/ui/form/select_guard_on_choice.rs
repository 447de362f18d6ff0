use csp::prelude::*;

#[process]
fn start(jobs: Receiver<u32>, quit: Receiver<()>, results: Sender<u32>) {
    loop {
        select! {
            job = <-jobs => println!("{job}"),
            results <- 1 => {}
            <-quit => break,
            default if true => {}
        }
    }
}

fn main() {}
