// The loop ends once the end is taken.
use csp::prelude::*;

#[process]
fn main() {
    let (tx, rx) = chan!(u32);
    loop {
        go! { tx <- 1 };
        break;
    }
    assert_eq!(rx.recv()?, 1);
}
