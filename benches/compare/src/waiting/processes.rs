//! Processes and time, without channels of a peer.

use std::future::poll_fn;
use std::pin::pin;
use std::sync::{Arc, Mutex};
use std::task::Poll;
use std::time::Duration;

use super::{Exec, Outcome};
use crate::kernels::{CROWD, triangle};

async fn sum_of<E: Exec>(handles: Vec<E::Handle>) -> u64 {
    let mut sum = 0;
    for handle in handles {
        sum += handle.await.number().expect("a result");
    }
    sum
}

pub async fn spawn<E: Exec>(count: u64) -> u64 {
    let handles: Vec<_> = (0..count).map(|n| E::spawn(async move { n })).collect();
    assert_eq!(sum_of::<E>(handles).await, triangle(count));
    count
}

pub async fn join<E: Exec>(count: u64) -> u64 {
    let mut sum = 0;
    for n in 0..count {
        sum += E::spawn(async move { n }).await.number().expect("a result");
    }
    assert_eq!(sum, triangle(count));
    count
}

pub async fn yields<E: Exec>(count: u64) -> u64 {
    let process = || async move {
        let mut turns = 0;
        for _ in 0..count / CROWD {
            E::yield_now().await;
            turns += 1;
        }
        turns
    };
    let handles: Vec<_> = (0..CROWD).map(|_| E::spawn(process())).collect();
    assert_eq!(sum_of::<E>(handles).await, count);
    count
}

pub async fn sleepers<E: Exec>(count: u64) -> u64 {
    let sleeper = |n| async move {
        E::sleep(Duration::from_millis(n % 100)).await;
        1
    };
    let handles: Vec<_> = (0..count).map(|n| E::spawn(sleeper(n))).collect();
    assert_eq!(sum_of::<E>(handles).await, count);
    count
}

/// Whether `future` waits when it is asked once.
async fn waits(future: impl Future) -> bool {
    let mut future = pin!(future);
    poll_fn(|cx| Poll::Ready(future.as_mut().poll(cx).is_pending())).await
}

pub async fn timers<E: Exec>(count: u64) -> u64 {
    for _ in 0..count {
        assert!(waits(E::sleep(Duration::from_secs(60))).await);
    }
    count
}

pub async fn mutex<E: Exec>(count: u64) -> u64 {
    let counter = Arc::new(Mutex::new(0));
    let process = |counter: Arc<Mutex<u64>>| async move {
        for _ in 0..count / CROWD {
            *counter.lock().expect("nobody panics") += 1;
        }
        0
    };
    let handles: Vec<_> = (0..CROWD).map(|_| E::spawn(process(counter.clone()))).collect();
    sum_of::<E>(handles).await;
    assert_eq!(*counter.lock().expect("nobody panics"), count);
    count
}
