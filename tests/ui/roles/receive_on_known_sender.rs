use csp::prelude::*;

#[process]
fn start() {
    let (tx, rx) = chan!(u32);
    drop(rx);
    let n = tx.recv()?;
    println!("{}", n + 1);
}

fn main() {}
