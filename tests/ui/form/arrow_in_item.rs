use csp::prelude::*;

fn start(tx: Sender<u32>) {
    go! {
        fn helper(tx: Sender<u32>) {
            tx <- 1;
        }
        helper(tx);
    };
}

fn main() {}
