// The same receiver may stand in several arms.
use csp::prelude::*;

#[process]
fn main() {
    let (tx, rx) = chan!(u32);
    go! { tx <- 1 };
    let n = select! {
        n = <-rx => n,
        m = <-rx => m + 1,
    };
    assert!(n == 1 || n == 2);
}
