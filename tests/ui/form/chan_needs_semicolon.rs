use csp::prelude::*;

fn start() {
    let (tx, rx) = chan!(u32, 4);
    drop((tx, rx));
}

fn main() {}
