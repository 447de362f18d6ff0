use csp::prelude::*;

#[process]
fn start(jobs: Receiver<u32>) {
    'jobs: for job in jobs {
        go! {
            loop {
                break 'jobs;
            }
        };
        println!("{job}");
    }
}

fn main() {}
