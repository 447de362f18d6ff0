use csp::prelude::*;

#[process]
fn start(rx: Receiver<u32>) -> u32 {
    rx.recv()? + 1
}

fn main() {}
