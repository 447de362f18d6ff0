// A collection is moved to the one process that fills it.
use csp::prelude::*;

#[process]
fn main() {
    let mut found = Vec::new();
    found.push(1);
    let handle = go! {
        found.push(2);
        found
    };
    assert_eq!(handle.await.unwrap(), [1, 2]);
}
