use csp::prelude::*;

#[process]
fn once(jobs: Receiver<u32>, stop: Receiver<()>) -> u32 {
    select! {
        job = <-jobs => job,
        <-stop => 0,
    }
}

#[process]
fn in_a_loop(jobs: Receiver<u32>, stop: Receiver<()>) -> u32 {
    let mut sum = 0;
    loop {
        select! {
            job = <-jobs => sum += job,
            <-stop => return sum,
        }
    }
}

fn main() {}
