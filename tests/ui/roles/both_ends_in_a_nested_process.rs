use csp::prelude::*;

#[process]
fn start() {
    let (tx, rx) = chan!(u32);
    go! {
        go! {
            for n in rx {
                tx <- n;
            }
        };
    };
}

fn main() {}
