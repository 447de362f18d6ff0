use csp::prelude::*;

#[process]
fn show(n: &u32) {
    println!("{n}");
}

#[process]
fn start() {
    for n in 0..10 {
        go!(show(&n));
    }
}

fn main() {}
