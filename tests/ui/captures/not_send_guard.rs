use csp::prelude::*;

use std::sync::{Arc, Mutex};

#[process]
fn start(tx: Sender<u32>, total: Arc<Mutex<u32>>) {
    let held = total.lock().unwrap();
    tx.send(*held)?;
    drop(held);
}

fn main() {}
