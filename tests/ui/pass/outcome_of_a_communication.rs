//! A call upon a communication's outcome is still a body: the process receives, not its caller.

use csp::prelude::*;

#[process]
fn main() {
    let (out, input) = chan!(u32);
    let heard = go! { input.recv().is_ok() };
    out.send(1)?;
    assert!(heard.await.unwrap());
}
