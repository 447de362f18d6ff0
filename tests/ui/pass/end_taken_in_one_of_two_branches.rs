// Only one of two branches takes the end.
use csp::prelude::*;

#[process]
fn main() {
    let (tx, rx) = chan!(u32);
    if std::env::args().count() > 100 {
        go! { tx <- 1 };
    } else {
        go! { tx <- 2 };
    }
    assert_eq!(rx.recv()?, 2);
}
