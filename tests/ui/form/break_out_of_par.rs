use csp::prelude::*;

#[process]
fn start() {
    loop {
        par!({ break }, { 1 });
    }
}

fn main() {}
