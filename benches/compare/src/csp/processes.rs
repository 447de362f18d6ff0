//! Processes that sleep, and processes that share a lock.

use std::sync::{Arc, Mutex};

use csp::prelude::*;

use super::started::sum_of;
use crate::kernels::CROWD;

#[process]
fn sleeper(n: u64) -> u64 {
    sleep(Duration::from_millis(n % 100)).await;
    1
}

#[process]
pub fn sleepers(count: u64) -> u64 {
    let handles: Vec<_> = (0..count).map(|n| go!(sleeper(n))).collect();
    assert_eq!(sum_of(handles).await, count);
    count
}

#[process]
fn steps(counter: Arc<Mutex<u64>>, count: u64) -> u64 {
    for _ in 0..count {
        *counter.lock().unwrap() += 1;
    }
    0
}

#[process]
pub fn mutex(count: u64) -> u64 {
    let counter = Arc::new(Mutex::new(0));
    let handles: Vec<_> = (0..CROWD).map(|_| go!(steps(counter.clone(), count / CROWD))).collect();
    sum_of(handles).await;
    assert_eq!(*counter.lock().unwrap(), count);
    count
}
