use csp::prelude::*;

#[process]
fn start(rx: Receiver<u32>) {
    let n = rx.recv()??;
    println!("{}", n + 1);
}

fn main() {}
