use csp::prelude::*;

#[process]
fn start() {
    let (tx, rx) = chan!(u32);
    drop(rx);
    for n in tx {
        println!("{}", n + 1);
    }
}

fn main() {}
