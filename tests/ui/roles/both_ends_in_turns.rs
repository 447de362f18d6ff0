use csp::prelude::*;

#[process]
fn start(mine: Receiver<bool>) {
    let (tx, rx) = chan!(u32);
    for send in mine {
        if send {
            tx.send(1)?;
        } else {
            rx.recv()?;
        }
    }
}

fn main() {}
