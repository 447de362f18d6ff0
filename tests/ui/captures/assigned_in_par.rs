use csp::prelude::*;

#[process]
fn start(a: Receiver<u32>, b: Receiver<u32>) {
    let mut total = 0;
    par!({ total += <-a; }, { total += <-b; });
    println!("{total}");
}

fn main() {}
