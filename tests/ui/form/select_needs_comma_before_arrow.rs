use csp::prelude::*;

#[process]
fn start(a: Receiver<i32>) -> i32 {
    select! {
        v = <-a => v
        <-after(Duration::from_secs(1)) => 0,
        closed => 1,
    }
}

fn main() {}
