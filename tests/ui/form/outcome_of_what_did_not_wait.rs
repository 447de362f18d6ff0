use csp::prelude::*;

#[process]
fn start(rx: Receiver<i32>, tx: Sender<i32>) {
    let sum: i32 = (0..3).map(|_| rx.recv().unwrap()).sum();
    (0..3).for_each(|n| tx.send(n).expect("open"));
    println!("{sum}");
}

fn main() {}
