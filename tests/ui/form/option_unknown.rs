use csp::prelude::*;

#[process(worker = 4)]
fn relay(rx: Receiver<u32>) {
    rx.recv()?;
}

fn main() {}
