use csp::prelude::*;

#[process]
fn worker(rx: Receiver<u32>, other: Receiver<u32>, third: Receiver<u32>, value: u32) {
    select! {
        rx <- 1 => {}
        other <- value => {}
        third <- value + 1 => {}
    }
}

fn main() {}
