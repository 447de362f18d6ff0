//! The thread ring: 503 processes in a circle pass a number on and count it down.
//! Who gets zero tells its name.
//!
//! `cargo run --release --example ring -- 10000000`
use csp::prelude::*;

const SIZE: usize = 503;

#[process]
fn link(name: usize, input: Receiver<u64>, next: Sender<u64>, zero: Sender<usize>) {
    for n in input {
        if n == 0 {
            zero.send(name)?;
        } else {
            next.send(n - 1)?;
        }
    }
}

#[process]
fn main() -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
    let hops = match std::env::args().nth(1) {
        Some(arg) => arg.parse()?,
        None => 100_000,
    };
    let (zero, name) = chan!(usize);
    let (first, mut input) = chan!(u64);
    for i in 1..SIZE {
        let (next, output) = chan!(u64);
        go!(link(i, input, next, zero.clone()));
        input = output;
    }
    go!(link(SIZE, input, first.clone(), zero));

    first.send(hops)?;
    println!("{}", name.recv()?);
    Ok(())
}
