use csp::prelude::*;

fn start() {
    let (tx, rx) = chan!(u32; 1.5);
    drop((tx, rx));
}

fn main() {}
