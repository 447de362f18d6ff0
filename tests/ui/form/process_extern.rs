use csp::prelude::*;

#[process]
extern "C" fn relay(rx: Receiver<u32>) {
    rx.recv()?;
}

fn main() {}
