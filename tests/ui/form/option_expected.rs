use csp::prelude::*;

#[process(4)]
fn main() {}
