use csp::prelude::*;

#[process]
fn start(tx: Sender<u32>, quit: Receiver<()>) {
    select! {
        n = <-tx => println!("{}", n + 1),
        <-quit => {}
    }
}

fn main() {}
