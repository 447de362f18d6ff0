use csp::prelude::*;

#[process]
fn start(rx: Receiver<i32>) -> Option<i32> {
    let received = timeout(Duration::from_secs(1), rx.recv()).await;
    received.ok()?.ok()
}

fn main() {}
