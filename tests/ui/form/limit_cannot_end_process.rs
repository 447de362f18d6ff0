use csp::prelude::*;

#[process]
fn start(rx: Receiver<i32>) {
    let v = rx.recv_timeout(Duration::from_secs(1))?;
    println!("{v}");
}

fn main() {}
