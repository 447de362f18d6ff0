use csp::prelude::*;

#[process]
fn start() {
    let mut results = Vec::new();
    for n in 0..10 {
        go! {
            results.push(n);
        };
    }
}

fn main() {}
