use csp::prelude::*;

#[process]
fn start() {
    let (tx, rx) = chan!(u32);
    go!(consume(rx.clone()));
    drop(tx);
    rx.send(1)?;
}

#[process]
fn consume(rx: Receiver<u32>) {
    rx.recv()?;
}

fn main() {}
