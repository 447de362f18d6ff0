use csp::prelude::*;

#[process]
fn start() {
    let (tx, rx) = chan!(u32);
    let again = tx.clone();
    go!(consume(rx.clone()));
    again.send(1)?;
    rx.recv()?;
}

#[process]
fn consume(rx: Receiver<u32>) {
    rx.recv()?;
}

fn main() {}
