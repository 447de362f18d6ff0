use csp::prelude::*;

#[process]
fn start() {
    let (tx, rx) = std::sync::mpsc::channel();
    tx.send(1)?;
    drop(rx);
}

fn main() {}
