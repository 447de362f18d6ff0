use csp::prelude::*;

#[process]
async fn relay(rx: Receiver<u32>) {
    rx.recv()?;
}

fn main() {}
