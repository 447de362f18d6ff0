// Each turn of the loop makes a channel of its own.
use csp::prelude::*;

#[process]
fn main() {
    for n in 0..3 {
        let (tx, rx) = chan!(u32);
        go! { tx <- n };
        assert_eq!(rx.recv()?, n);
    }
}
