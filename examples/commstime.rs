//! The commstime network of the occam tradition: three processes in a ring make the natural numbers,
//! a fourth consumes them.
//!
//! ```text
//!  prefix(0) --> delta --> consumer
//!      ^           |
//!      +-- succ <--+
//! ```
use csp::prelude::*;

/// Sends `first`, then copies.
#[process]
fn prefix(first: u64, input: Receiver<u64>, out: Sender<u64>) {
    out.send(first)?;
    for n in input {
        out.send(n)?;
    }
}

/// Sends every number both ways, at the same time.
#[process]
fn delta(input: Receiver<u64>, left: Sender<u64>, right: Sender<u64>) {
    for n in input {
        select! {
            left <- n => right.send(n)?,
            right <- n => left.send(n)?,
        }
    }
}

/// Adds one.
#[process]
fn succ(input: Receiver<u64>, out: Sender<u64>) {
    for n in input {
        out.send(n + 1)?;
    }
}

#[process]
fn main() {
    let rounds = 10_000;
    let (to_delta, from_prefix) = chan!(u64);
    let (to_succ, from_delta) = chan!(u64);
    let (to_prefix, from_succ) = chan!(u64);
    let (out, numbers) = chan!(u64);
    go!(prefix(0, from_succ, to_delta));
    go!(delta(from_prefix, to_succ, out));
    go!(succ(from_delta, to_prefix));

    for expected in 0..rounds {
        let n = numbers.recv()?;
        assert_eq!(n, expected);
    }
    println!("0 to {} in order, through four rendezvous each", rounds - 1);
}
