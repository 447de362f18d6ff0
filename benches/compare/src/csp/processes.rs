//! Processes, time and locks, without channels.

use std::sync::{Arc, Mutex};

use csp::prelude::*;

use crate::kernels::{CROWD, triangle};
use crate::waits::waits;

#[process]
fn one(n: u64) -> u64 {
    n
}

#[process]
fn sum_of(handles: Vec<Handle<u64>>) -> u64 {
    let mut sum = 0;
    for handle in handles {
        sum += handle.await.unwrap();
    }
    sum
}

#[process]
pub fn spawn(count: u64) -> u64 {
    let handles: Vec<_> = (0..count).map(|n| go!(one(n))).collect();
    assert_eq!(sum_of(handles).await, triangle(count));
    count
}

#[process]
pub fn join(count: u64) -> u64 {
    let mut sum = 0;
    for n in 0..count {
        sum += go!(one(n)).await.unwrap();
    }
    assert_eq!(sum, triangle(count));
    count
}

#[process]
fn turns(count: u64) -> u64 {
    let mut turns = 0;
    for _ in 0..count {
        yield_now().await;
        turns += 1;
    }
    turns
}

#[process]
pub fn yields(count: u64) -> u64 {
    let handles: Vec<_> = (0..CROWD).map(|_| go!(turns(count / CROWD))).collect();
    assert_eq!(sum_of(handles).await, count);
    count
}

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
pub fn timers(count: u64) -> u64 {
    for _ in 0..count {
        assert!(waits(sleep(Duration::from_secs(60))).await);
    }
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
