// What is shared is shared by an `Arc`, and changed under its lock.
use csp::prelude::*;

use std::sync::{Arc, Mutex};

#[process]
fn main() {
    let total = Arc::new(Mutex::new(0));
    let mut handles = Vec::new();
    for n in 0..3 {
        let total = total.clone();
        handles.push(go! { *total.lock().unwrap() += n; });
    }
    for handle in handles {
        handle.await.unwrap();
    }
    assert_eq!(*total.lock().unwrap(), 3);
}
