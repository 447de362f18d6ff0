use csp::prelude::*;

fn main() {
    let (tx, rx) = chan!(i32; 1);
    tx.send(1).unwrap();
    assert!(rx.recv().is_ok());
}
