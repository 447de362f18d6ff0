use csp::prelude::*;

#[process]
fn start() {
    let mut counter = 0;
    for _ in 0..1000 {
        go! {
            counter += 1;
        };
    }
    println!("{counter}");
}

fn main() {}
