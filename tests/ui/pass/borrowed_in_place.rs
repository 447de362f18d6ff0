// A process that runs in place may borrow.
use csp::prelude::*;

#[process]
fn fill(buffer: &mut Vec<u32>, input: &Receiver<u32>) {
    for n in input {
        buffer.push(n);
    }
}

#[process]
fn main() {
    let (tx, rx) = chan!(u32);
    go! { tx <- 1 };
    let mut buffer = Vec::new();
    fill(&mut buffer, &rx).await;
    assert_eq!(buffer, [1]);
}
