use csp::prelude::*;

#[process(boxed, boxed)]
fn relay(rx: Receiver<u32>) {
    rx.recv()?;
}

fn main() {}
