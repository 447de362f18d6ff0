use csp::prelude::*;

struct Queue {
    input: Sender<u32>,
    output: Receiver<u32>,
}

#[process]
fn start() {
    let (tx, rx) = chan!(u32);
    let queue = Queue { input: tx, output: rx };
    queue.input.send(1)?;
    queue.output.recv()?;
}

fn main() {}
