use csp::prelude::*;

#[process]
fn start(n: u32) {
    for i in n {
        println!("{}", i + 1);
    }
}

fn main() {}
