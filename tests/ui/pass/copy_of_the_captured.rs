// The process changes a copy of its own.
use csp::prelude::*;

#[process]
fn main() {
    let total = 1;
    let handle = go! {
        let mut total = total;
        total += 1;
        total
    };
    assert_eq!(handle.await.unwrap(), 2);
    assert_eq!(total, 1);
}
