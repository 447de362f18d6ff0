// An end is cloned in the loop, under its own name.
use csp::prelude::*;

#[process]
fn main() {
    let (tx, rx) = chan!(u32);
    for n in 0..3 {
        let tx = tx.clone();
        go! { tx <- n };
    }
    drop(tx);
    let mut sum = 0;
    for n in rx {
        sum += n;
    }
    assert_eq!(sum, 3);
}
