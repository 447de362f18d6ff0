use csp::prelude::*;

fn start() {
    defer! {}
}

fn main() {}
