use csp::prelude::*;

fn start(tx: Sender<u32>) {
    go! {
        tx <- ;
    };
}

fn main() {}
