use csp::prelude::*;

fn start() {
    let mut total = 0;
    go! {
        (0..3).for_each(|n| total += n);
    };
    println!("{total}");
}

fn main() {}
