use csp::prelude::*;

#[process]
fn start() {
    let (rx, tx) = chan!(u32);
    go! {
        tx <- 1;
    };
    println!("{}", rx.recv()?);
}

fn main() {}
