//@ shows let sum: Result<u64, ProcessError>
use csp::prelude::*;

#[process]
fn add(a: u64, b: u64) -> u64 {
    a + b
}

#[process]
fn main() {
    let sum/*|*/ = go!(add(1, 2)).await;
    drop(sum);
}
