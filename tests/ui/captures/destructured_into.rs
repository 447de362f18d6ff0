use csp::prelude::*;

fn start(mut low: u32, mut high: u32) {
    go! {
        (low, high) = (high, low);
    };
    println!("{low} {high}");
}

fn main() {}
