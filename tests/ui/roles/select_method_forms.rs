use csp::prelude::*;

#[process]
fn start(tx: Sender<u32>, rx: Receiver<u32>) {
    select! {
        got = tx.recv() => drop(got),
        sent = rx.send(1) => drop(sent),
    }
}

fn main() {}
