use csp::prelude::*;

#[process]
fn start() {
    let (tx, rx) = chan!(u32);
    select! {
        n = <-rx => println!("{n}"),
        tx <- 1 => {}
    }
}

fn main() {}
