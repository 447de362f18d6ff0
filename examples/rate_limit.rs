//! A token bucket: three requests at once, then one for each tick.
use csp::prelude::*;
use csp::time::now;

const PERIOD: Duration = Duration::from_millis(10);
const BURST: usize = 3;

/// Fills the bucket: at once to the brim, then a token a tick. A full bucket makes it wait.
#[process]
fn refill(tokens: Sender<()>) {
    for _ in 0..BURST {
        tokens.send(())?;
    }
    for _ in tick(PERIOD) {
        tokens.send(())?;
    }
}

#[process]
fn main() {
    let (out, requests) = chan!(u32; 8);
    go! {
        for id in 1..=8 {
            out <- id;
        }
    };

    let (fill, tokens) = chan!((); BURST);
    go!(refill(fill));

    let start = now();
    for id in requests {
        tokens.recv()?;
        println!("request {id}");
    }

    // Eight requests need five tokens more than the burst gave, so four whole periods at the least.
    assert!(now() - start >= 4 * PERIOD);
}
