use csp::prelude::*;

#[process]
fn start(jobs: Receiver<u32>) {
    for job in jobs {
        go! {
            if job == 0 {
                break;
            }
        };
    }
}

fn main() {}
