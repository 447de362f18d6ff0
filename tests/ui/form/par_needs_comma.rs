use csp::prelude::*;

#[process]
fn left() {}

#[process]
fn start() {
    par!(left() left());
}

fn main() {}
