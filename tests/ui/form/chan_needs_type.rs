use csp::prelude::*;

fn start() {
    let (tx, rx): (Sender<u32>, Receiver<u32>) = chan!();
    drop((tx, rx));
}

fn main() {}
