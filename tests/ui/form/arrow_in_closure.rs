use csp::prelude::*;

fn start(tx: Sender<u32>) {
    go! {
        (0..3).for_each(|n| tx <- n);
    };
}

fn main() {}
