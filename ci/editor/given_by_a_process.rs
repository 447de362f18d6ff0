//@ shows let sum: u64
use csp::prelude::*;

#[process]
fn add(a: u64, b: u64) -> u64 {
    a + b
}

#[process]
fn main() {
    let sum/*|*/ = add(1, 2).await;
    println!("{sum}");
}
