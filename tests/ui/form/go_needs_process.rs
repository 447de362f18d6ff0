use csp::prelude::*;

fn start() {
    go!();
}

fn main() {}
