use csp::prelude::*;

#[process]
fn start(jobs: Receiver<u32>) {
    let mut done = false;
    go! {
        select! {
            job = <-jobs => println!("{job}"),
            closed => done = true,
        }
    };
    println!("{done}");
}

fn main() {}
