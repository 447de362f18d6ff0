use csp::prelude::*;

#[process]
fn start(a: Receiver<i32>) {
    select! {
        v = <-a => println!("{v}"),
        _ = sleep(Duration::from_secs(1)) => {}
    }
}

fn main() {}
