use csp::prelude::*;

#[process(boxed = true)]
fn relay(rx: Receiver<u32>) {
    rx.recv()?;
}

fn main() {}
