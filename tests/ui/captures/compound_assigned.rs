use csp::prelude::*;

fn start() {
    let mut total = 0;
    go! { total += 1 };
    println!("{total}");
}

fn main() {}
