use csp::prelude::*;

#[process]
fn start() {
    let (tx, rx) = chan!(u32);
    let output = tx;
    let tx = rx;
    output.send(1)?;
    tx.recv()?;
}

fn main() {}
