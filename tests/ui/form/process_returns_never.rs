use csp::prelude::*;

#[process]
fn serve(rx: Receiver<u32>) -> ! {
    loop {
        let _ = rx.recv();
    }
}

fn main() {}
