use csp::prelude::*;

#[process]
fn main() {
    let ch = chan!(f64);
    ch.send(0.5)?;
    go! {
        let ch = chan!(u32; 1);
        ch <- 1;
    };
}
