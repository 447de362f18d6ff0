use csp::prelude::*;

fn start(done: Sender<u32>) {
    defer! {
        done <- 1;
    }
}

fn main() {}
