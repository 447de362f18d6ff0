use csp::prelude::*;

fn start(tx: Sender<u32>) {
    go! {
        let n = <-tx;
        println!("{}", n + 1);
    };
}

fn main() {}
