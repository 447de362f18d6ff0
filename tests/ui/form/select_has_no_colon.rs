use csp::prelude::*;

#[process]
fn start(a: Receiver<i32>) {
    select! {
        v := <-a => println!("{v}"),
        closed => {}
    }
}

fn main() {}
