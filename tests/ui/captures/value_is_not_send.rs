use csp::prelude::*;

#[process]
fn relay<T>(input: Receiver<T>, output: Sender<T>) {
    for value in input {
        output.send(value)?;
    }
}

fn main() {}
