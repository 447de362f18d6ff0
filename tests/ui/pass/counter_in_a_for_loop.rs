// A loop's own counter is copied to each process.
use csp::prelude::*;

#[process]
fn main() {
    let (tx, rx) = chan!(u32);
    let mut id = 0;
    while id < 3 {
        let tx = tx.clone();
        go! { tx <- id };
        id += 1;
    }
    drop(tx);
    let mut sum = 0;
    for n in rx {
        sum += n;
    }
    assert_eq!(sum, 3);
}
