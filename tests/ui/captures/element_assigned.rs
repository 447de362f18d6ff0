use csp::prelude::*;

fn start() {
    let mut counts = [0; 26];
    go! {
        counts[0] = 1;
    };
    println!("{counts:?}");
}

fn main() {}
