use csp::prelude::*;

#[process]
fn start() {
    let (tx, rx) = chan!(u32);
    par!({ tx <- 1; <-rx }, { 2 });
}

fn main() {}
