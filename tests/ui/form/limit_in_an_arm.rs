use csp::prelude::*;

#[process]
fn start(rx: Receiver<i32>) {
    select! {
        v = rx.recv_timeout(Duration::from_secs(1)) => drop(v),
        closed => {}
    }
}

fn main() {}
