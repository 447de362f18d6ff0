use csp::prelude::*;

#[process]
struct Relay {
    rx: Receiver<u32>,
}

fn main() {}
