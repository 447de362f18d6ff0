use csp::prelude::*;

use std::cell::RefCell;

#[process]
fn start(tx: Sender<u32>, total: &RefCell<u32>) {
    tx.send(1)?;
    *total.borrow_mut() += 1;
}

fn main() {}
