#!/bin/sh
# futures 0.3.34: a task that waits for `futures::lock::Mutex` can be starved on one thread, without any race.
#
# Two tasks take the mutex in turn, releasing it and asking again; a third asked once, before either came back. In
# 100,000 turns it is not woken once. Waiters live in a slab, an unlock wakes the lowest occupied slot, and a task
# that asks again is given the slot that has just become free, which is a low one.
#
# Surprising, not because the mutex is unfair (its documentation says so), but because an unfair lock is thought of
# as one that favours the running task; here a waiter that came 100,000 turns later is *woken* before the one that
# waits. tokio's mutex serves first come, first served.
# What to do: take `tokio::sync::Mutex` or `async_lock::Mutex` (they work on any executor) where progress of each
# task matters.
. "$(dirname "$0")/setup.sh"
rust 'futures = "=0.3.34"' 'tokio = { version = "=1.54.1", features = ["sync"] }' << 'RS'
use std::{future::Future, pin::Pin, process::exit, sync::{atomic::{AtomicUsize, Ordering}, Arc}, task::{Context, Wake, Waker}};

#[derive(Default)]
struct Woken(AtomicUsize);

impl Wake for Woken {
    fn wake(self: Arc<Self>) {
        self.0.fetch_add(1, Ordering::Relaxed);
    }
}

/// Hands a lock to and fro between two tasks, and says how often a third that has asked for it was woken.
fn passed_by<'a, G: 'a, F: Future<Output = G> + 'a>(turns: usize, lock: impl Fn() -> F) -> usize {
    let lock = || -> Pin<Box<dyn Future<Output = G> + 'a>> { Box::pin(lock()) };
    let mut idle = Context::from_waker(Waker::noop());
    let mut guard = match lock().as_mut().poll(&mut idle) {
        std::task::Poll::Ready(guard) => guard,
        _ => unreachable!(),
    };
    let mut rival = lock();
    assert!(rival.as_mut().poll(&mut idle).is_pending());
    let woken = Arc::new(Woken::default());
    let waker = Waker::from(woken.clone());
    let mut third = lock();
    assert!(third.as_mut().poll(&mut Context::from_waker(&waker)).is_pending());
    for _ in 0..turns {
        drop(guard);
        let std::task::Poll::Ready(next) = rival.as_mut().poll(&mut idle) else { break };
        guard = next;
        rival = lock();
        assert!(rival.as_mut().poll(&mut idle).is_pending());
        if woken.0.load(Ordering::Relaxed) > 0 {
            break;
        }
    }
    woken.0.load(Ordering::Relaxed)
}

fn main() {
    let (ours, theirs) = (futures::lock::Mutex::new(()), tokio::sync::Mutex::new(()));
    let futures = passed_by(100_000, || ours.lock());
    println!("futures: the waiter was woken {futures} times in 100000 turns of the others");
    let tokio = passed_by(100_000, || theirs.lock());
    println!("tokio:   the waiter was woken {tokio} times, at its turn");
    exit(i32::from((futures, tokio) != (0, 1)));
}
RS
