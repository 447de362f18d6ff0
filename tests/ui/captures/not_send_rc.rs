use csp::prelude::*;

use std::rc::Rc;

#[process]
fn start(tx: Sender<u32>) {
    let shared = Rc::new(1);
    tx.send(1)?;
    println!("{shared}");
}

fn main() {}
