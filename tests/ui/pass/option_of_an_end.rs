// An end that is there for a part of the time.
use csp::prelude::*;

#[process]
fn main() {
    let (tx, rx) = chan!(u32; 1);
    let mut spare = Some(tx);
    for n in 0..3 {
        if let Some(tx) = spare.take() {
            go! { tx <- n };
        }
    }
    assert_eq!(rx.recv()?, 0);
}
