use csp::prelude::*;

#[process]
fn sum(rx: Receiver<u32>, ...) {
    rx.recv()?;
}

fn main() {}
