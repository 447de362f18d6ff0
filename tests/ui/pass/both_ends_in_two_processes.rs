// Each process counts for itself: the one that makes the channel may use one end.
use csp::prelude::*;

#[process]
fn main() {
    let (tx, rx) = chan!(u32);
    go! {
        for n in 0..3 {
            tx <- n;
        }
    };
    for n in rx {
        assert!(n < 3);
    }
}
