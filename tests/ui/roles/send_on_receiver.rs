use csp::prelude::*;

#[process]
fn start(rx: Receiver<u32>) {
    rx.send(1)?;
}

fn main() {}
