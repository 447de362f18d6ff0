use csp::prelude::*;

#[process]
fn start(a: Receiver<i32>) {
    select! {
        v = <-a => println!("{v}"),
        after(Duration::from_secs(1)) => {}
    }
}

fn main() {}
