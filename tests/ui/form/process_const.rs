use csp::prelude::*;

#[process]
const fn relay(rx: Receiver<u32>) {
    rx.recv()?;
}

fn main() {}
