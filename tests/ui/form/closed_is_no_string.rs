use csp::prelude::*;

#[process]
fn start(rx: Receiver<i32>) -> Result<i32, String> {
    Ok(rx.recv()? + 1)
}

fn main() {}
