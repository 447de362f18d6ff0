use csp::prelude::*;

#[process]
fn start(quit: Receiver<()>) {
    let (tx, rx) = chan!(u32);
    loop {
        select! {
            n = <-rx => tx.send(n + 1)?,
            <-quit => break,
        }
    }
}

fn main() {}
