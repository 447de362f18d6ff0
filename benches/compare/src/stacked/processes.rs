//! Processes, time, locks and memory.

use std::sync::Arc;
use std::time::Duration;

use super::Stacks;
use crate::kernels::{CROWD, triangle};
use crate::memory;

fn sum_of<S: Stacks>(handles: Vec<S::Handle>) -> u64 {
    handles.into_iter().map(S::join).sum()
}

pub fn spawn<S: Stacks>(count: u64) -> u64 {
    let handles: Vec<_> = (0..count).map(|n| S::spawn(move || n)).collect();
    assert_eq!(sum_of::<S>(handles), triangle(count));
    count
}

pub fn join<S: Stacks>(count: u64) -> u64 {
    let sum: u64 = (0..count).map(|n| S::join(S::spawn(move || n))).sum();
    assert_eq!(sum, triangle(count));
    count
}

pub fn yields<S: Stacks>(count: u64) -> u64 {
    let process = move || {
        let mut turns = 0;
        for _ in 0..count / CROWD {
            S::yield_now();
            turns += 1;
        }
        turns
    };
    let handles: Vec<_> = (0..CROWD).map(|_| S::spawn(process)).collect();
    assert_eq!(sum_of::<S>(handles), count);
    count
}

pub fn sleepers<S: Stacks>(count: u64) -> u64 {
    let sleeper = |n| {
        move || {
            S::sleep(Duration::from_millis(n % 100));
            1
        }
    };
    let handles: Vec<_> = (0..count).map(|n| S::spawn(sleeper(n))).collect();
    assert_eq!(sum_of::<S>(handles), count);
    count
}

pub fn mutex<S: Stacks>(count: u64) -> u64 {
    let counter = Arc::new(S::lock());
    let process = |counter: Arc<S::Lock>| {
        move || {
            for _ in 0..count / CROWD {
                S::step(&counter);
            }
            0
        }
    };
    let handles: Vec<_> = (0..CROWD).map(|_| S::spawn(process(counter.clone()))).collect();
    sum_of::<S>(handles);
    assert_eq!(S::step(&counter), count);
    count
}

/// A process that waits until the channel closes.
fn wait<S: Stacks>(gate: S::Rx) -> S::Handle {
    S::spawn(move || {
        assert_eq!(S::recv(&gate), None);
        1
    })
}

/// Until all that was started has parked.
fn settle<S: Stacks>() {
    for _ in 0..20 {
        S::sleep(Duration::from_millis(20));
    }
}

pub fn parked<S: Stacks<Rx: Clone>>(count: u64) -> f64 {
    let (open, gate) = S::bounded(0);
    let mut handles = Vec::with_capacity(count as usize);
    let before = memory::mine();
    for _ in 0..count {
        handles.push(wait::<S>(gate.clone()));
    }
    settle::<S>();
    let bytes = memory::mine() - before;
    drop(open);
    assert_eq!(sum_of::<S>(handles), count);
    bytes / count as f64
}

pub fn parked_own<S: Stacks>(count: u64) -> f64 {
    let mut handles = Vec::with_capacity(count as usize);
    let mut gates = Vec::with_capacity(count as usize);
    let before = memory::mine();
    for _ in 0..count {
        let (open, gate) = S::bounded(0);
        gates.push(open);
        handles.push(wait::<S>(gate));
    }
    settle::<S>();
    let bytes = memory::mine() - before;
    drop(gates);
    assert_eq!(sum_of::<S>(handles), count);
    bytes / count as f64
}
