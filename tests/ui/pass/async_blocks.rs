// An async block waits as the process does, and its `?` ends it alone.
use csp::prelude::*;

#[process]
fn main() {
    let (tx, rx) = chan!(u32; 1);
    let send = async move {
        tx.send(1)?;
        tx.send(2)?;
    };
    let handle = go!(send);
    assert_eq!(rx.recv()?, 1);
    assert_eq!(rx.recv()?, 2);
    handle.await.unwrap();
}
