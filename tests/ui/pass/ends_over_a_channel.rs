// Ends are values: a channel may carry the other end of another.
use csp::prelude::*;

#[process]
fn main() {
    let (ask, requests) = chan!(Sender<u32>);
    go! {
        for reply in requests {
            reply <- 7;
        }
    };
    let (reply, answer) = chan!(u32);
    ask.send(reply)?;
    assert_eq!(answer.recv()?, 7);
}
