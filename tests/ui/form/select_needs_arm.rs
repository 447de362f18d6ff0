use csp::prelude::*;

#[process]
fn start() {
    select! {}
}

fn main() {}
