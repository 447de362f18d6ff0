use csp::prelude::*;

#[process]
fn start() {
    par!();
}

fn main() {}
