//! A tree of processes, ten below each: the leaves send their number, every node the sum of its ten.
//!
//! `cargo run --release --example skynet -- 1000000`
use csp::prelude::*;

/// Stands for `size` leaves, numbered from `first` on.
#[process]
fn node(first: u64, size: u64, out: Sender<u64>) {
    if size <= 1 {
        out.send(first)?;
        return;
    }
    let (child, sums) = chan!(u64);
    let part = size / 10;
    for i in 0..10 {
        go!(node(first + i * part, part, child.clone()));
    }
    drop(child);

    let mut total = 0;
    for sum in sums {
        total += sum;
    }
    out.send(total)?;
}

#[process]
fn main() -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
    let leaves = match std::env::args().nth(1) {
        Some(arg) => arg.parse()?,
        None => 100_000,
    };
    let (out, sum) = chan!(u64);
    go!(node(0, leaves, out));
    println!("{}", sum.recv()?);
    Ok(())
}
