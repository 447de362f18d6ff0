use csp::prelude::*;

// What `#[tracing::instrument]` makes of the function below it.
#[process]
fn start(tx: Sender<u32>) {
    let __tracing_attr_guard;
    __tracing_attr_guard = 1;
    tx.send(1)?;
}

fn main() {}
