use csp::prelude::*;

#[process]
fn start() {
    let (tx, rx) = chan!(u32);
    tx.send(1)?;
    let n = rx.recv()?;
    println!("{n}");
}

fn main() {}
