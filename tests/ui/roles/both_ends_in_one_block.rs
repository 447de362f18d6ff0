use csp::prelude::*;

fn start() {
    go! {
        let (tx, rx) = chan!(u32);
        tx <- 1;
        println!("{}", <-rx);
    };
}

fn main() {}
