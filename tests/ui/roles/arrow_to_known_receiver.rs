use csp::prelude::*;

fn start() {
    go! {
        let (tx, rx) = chan!(u32);
        drop(tx);
        rx <- 1;
    };
}

fn main() {}
