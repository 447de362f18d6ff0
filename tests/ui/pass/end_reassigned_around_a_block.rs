// The same with a block instead of a call.
use csp::prelude::*;

#[process]
fn main() {
    let (tx, mut rx) = chan!(u32);
    for _ in 0..3 {
        let (out, next) = chan!(u32);
        go! {
            for n in rx {
                out <- n + 1;
            }
        };
        rx = next;
    }
    go! { tx <- 1 };
    assert_eq!(rx.recv()?, 4);
}
