// Only one of the two ends is used, whichever branch is taken.
use csp::prelude::*;

#[process]
fn play(first: bool, out: Sender<u32>, input: Receiver<u32>) {
    if first {
        out.send(1)?;
    } else {
        input.recv()?;
    }
}

#[process]
fn main() {
    let (tx, rx) = chan!(u32; 1);
    go!(play(true, tx.clone(), rx.clone()));
    if std::env::args().count() > 100 {
        tx.send(2)?;
    } else {
        assert_eq!(rx.recv()?, 1);
    }
}
