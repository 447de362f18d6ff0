use csp::prelude::*;

#[process]
fn start() {
    let (tx, rx) = chan!(u32);
    go! { tx <- 1 };
    go! { tx <- 2 };
    println!("{}", rx.recv()?);
}

fn main() {}
