use csp::prelude::*;

#[process]
fn start(tx: Sender<u32>) {
    let n = tx.recv()?;
    println!("{}", n + 1);
}

fn main() {}
