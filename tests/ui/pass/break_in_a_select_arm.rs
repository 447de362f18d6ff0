// An arm of a `select!` may leave the loop that the `select!` stands in.
use csp::prelude::*;

#[process]
fn main() {
    let (tx, rx) = chan!(u32);
    go! { tx <- 1 };
    let handle = go! {
        let mut sum = 0;
        loop {
            select! {
                n = <-rx => sum += n,
                closed => break,
            }
        }
        sum
    };
    assert_eq!(handle.await.unwrap(), 1);
}
