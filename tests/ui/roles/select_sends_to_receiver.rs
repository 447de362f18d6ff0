use csp::prelude::*;

#[process]
fn start(rx: Receiver<u32>, quit: Receiver<()>) {
    select! {
        rx <- 1 => {}
        <-quit => {}
    }
}

fn main() {}
