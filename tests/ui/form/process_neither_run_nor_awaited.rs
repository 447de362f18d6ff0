#![deny(unused_must_use)]
use csp::prelude::*;

#[process]
fn relay(rx: Receiver<u32>) {
    rx.recv()?;
}

#[process]
fn start(rx: Receiver<u32>) {
    relay(rx);
}

fn main() {}
