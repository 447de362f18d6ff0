use csp::prelude::*;

#[process]
fn start(tx: Sender<u32>) {
    for n in tx {
        println!("{}", n + 1);
    }
}

fn main() {}
