use csp::prelude::*;

#[process]
fn start() {
    let ends = chan!(u32);
    ends.0.send(1)?;
    ends.1.recv()?;
}

fn main() {}
