use csp::prelude::*;

#[process]
fn start(rx: std::sync::mpsc::Receiver<u32>) -> Option<u32> {
    let n = rx.recv()?;
    Some(n + 1)
}

fn main() {}
