use csp::prelude::*;

#[process]
fn start(a: Receiver<i32>, done: Receiver<()>) {
    select! {
        case v = <-a => println!("{v}"),
        case <-done => {}
    }
}

fn main() {}
