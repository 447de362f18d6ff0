// A pattern gives the names of the ends another meaning.
use csp::prelude::*;

#[process]
fn main() {
    let (tx, rx) = chan!((Sender<u32>, u32));
    let (back, answer) = chan!(u32; 1);
    go! { tx <- (back, 1) };
    let (tx, n) = rx.recv()?;
    tx.send(n)?;
    assert_eq!(answer.recv()?, 1);
}
