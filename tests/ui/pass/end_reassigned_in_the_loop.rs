// The sieve: an end is given away and replaced in each turn.
use csp::prelude::*;

#[process]
fn add(input: Receiver<u32>, out: Sender<u32>) {
    for n in input {
        out.send(n + 1)?;
    }
}

#[process]
fn main() {
    let (tx, mut rx) = chan!(u32);
    for _ in 0..3 {
        let (out, next) = chan!(u32);
        go!(add(rx, out));
        rx = next;
    }
    go! { tx <- 1 };
    assert_eq!(rx.recv()?, 4);
}
