use csp::prelude::*;

#[process]
fn worker(config: &String) {
    println!("{config}");
}

fn start() {
    let config = String::new();
    go!(worker(&config));
}

fn main() {}
