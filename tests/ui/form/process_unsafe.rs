use csp::prelude::*;

#[process]
unsafe fn relay(rx: Receiver<u32>) {
    rx.recv()?;
}

fn main() {}
