use csp::prelude::*;

fn start(rx: Receiver<u32>) {
    go! {
        rx <- 1;
    };
}

fn main() {}
