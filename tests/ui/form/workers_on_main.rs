use csp::prelude::*;

#[process(workers = 4)]
fn relay(rx: Receiver<u32>) {
    rx.recv()?;
}

fn main() {}
