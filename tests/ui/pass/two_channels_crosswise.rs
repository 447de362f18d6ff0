// Sending on one channel and receiving from another is what processes do.
use csp::prelude::*;

#[process]
fn main() {
    let (there, far) = chan!(u32);
    let (near, back) = chan!(u32);
    go! {
        for n in far {
            near <- n + 1;
        }
    };
    there.send(1)?;
    assert_eq!(back.recv()?, 2);
}
