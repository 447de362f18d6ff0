// The name of one end is given to another channel's.
use csp::prelude::*;

#[process]
fn main() {
    let (tx, rx) = chan!(u32; 1);
    go! { tx <- 1 };
    let n = rx.recv()?;
    let (tx, rx) = chan!(u32; 1);
    go! { println!("{:?}", rx.recv()) };
    tx.send(n)?;
}
