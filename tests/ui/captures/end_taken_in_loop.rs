use csp::prelude::*;

#[process]
fn start() {
    let (tx, rx) = chan!(u32);
    for i in 0..3 {
        go! { tx <- i };
    }
    println!("{}", rx.recv()?);
}

fn main() {}
