// Who must be both ends calls by path: that is no verb of the language.
use csp::prelude::*;

#[process]
fn main() {
    let (tx, rx) = chan!(u32; 1);
    Sender::send(&tx, 1).await.unwrap();
    assert_eq!(rx.recv()?, 1);
}
