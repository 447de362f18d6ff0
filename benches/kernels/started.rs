//! Processes by the thousand, their turns, and their timers.

use std::future::poll_fn;
use std::pin::pin;
use std::task::Poll;

use csp::prelude::*;

use super::join::one;

#[process]
pub(crate) fn sum_of(handles: Vec<Handle<u64>>) -> u64 {
    let mut sum = 0;
    for handle in handles {
        sum += handle.await.unwrap();
    }
    sum
}

/// A process started, up to `most` at a time, and awaited.
#[process]
pub(crate) fn spawn(count: u64, most: u64) -> u64 {
    let mut sum = 0;
    let mut first = 0;
    while first < count {
        let next = count.min(first + most);
        let handles: Vec<_> = (first..next).map(|n| go!(one(n))).collect();
        sum += sum_of(handles).await;
        first = next;
    }
    assert_eq!(sum, count * count.saturating_sub(1) / 2);
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

/// A turn given up by one of `crowd` processes.
#[process]
pub(crate) fn yields(count: u64, crowd: u64) -> u64 {
    let handles: Vec<_> = (0..crowd).map(|_| go!(turns(count / crowd))).collect();
    assert_eq!(sum_of(handles).await, count / crowd * crowd);
    count
}

/// A timer armed and dropped.
#[process]
pub(crate) fn timers(count: u64) -> u64 {
    for _ in 0..count {
        let mut timer = pin!(sleep(Duration::from_secs(60)));
        let waits = poll_fn(|cx| Poll::Ready(timer.as_mut().poll(cx).is_pending())).await;
        assert!(waits);
    }
    count
}
