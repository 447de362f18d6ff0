use csp::prelude::*;

#[process]
fn start(jobs: Receiver<u32>, names: Receiver<u32>, ready: bool) {
    loop {
        select! {
            job = <-jobs else break if ready => println!("{job}"),
            name = <-names else { break } if ready => println!("{name}"),
        }
    }
}

fn main() {}
