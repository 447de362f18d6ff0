use csp::prelude::*;

#[process(workers)]
fn main() {}
