use csp::prelude::*;

#[process]
fn start() {
    let mut results = Vec::new();
    go! {
        results.push(1);
    };
    go! {
        println!("{results:?}");
    };
}

fn main() {}
