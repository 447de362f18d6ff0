#![deny(unused_must_use)]
use csp::prelude::*;

#[process]
fn worker(tx: Sender<u32>) {
    tx.send(1)?;
}

#[process]
fn main() {
    let (tx, rx) = chan!(u32);
    worker(tx);
    rx.recv()?;
}
