#!/bin/sh
# tokio 1.54.1, async-lock 3.5.0: a barrier goes on counting a party whose wait was cancelled.
#
# A barrier of two. One task waits, is cancelled (a timeout, a losing branch of `select!`), and comes back later: its
# second wait returns at once and makes it the leader. It has met itself. The same in both libraries.
#
# Surprising, because a wait that was given up is withdrawn everywhere else in these libraries (locks, semaphores,
# channels), and because the failure is silent: no task hangs, the phase just starts without the other. tokio says
# "not cancel safe" and not what happens; async-lock says nothing.
# What to do: never put a timeout around `Barrier::wait`; let every party own its wait in a task of its own and put
# the limit around that task's end.
. "$(dirname "$0")/setup.sh"
rust 'tokio = { version = "=1.54.1", features = ["sync"] }' 'async-lock = "=3.5.0"' << 'RS'
use std::{future::Future, pin::pin, process::exit, task::{Context, Poll, Waker}};

/// Waits once and gives up, then waits once more: what the second wait says to the only party there is.
fn alone<F: Future>(wait: impl Fn() -> F) -> Poll<F::Output> {
    let mut idle = Context::from_waker(Waker::noop());
    {
        let mut first = pin!(wait());
        assert!(first.as_mut().poll(&mut idle).is_pending());
    }
    let mut second = pin!(wait());
    second.as_mut().poll(&mut idle)
}

fn main() {
    let (theirs, others) = (tokio::sync::Barrier::new(2), async_lock::Barrier::new(2));
    let tokio = alone(|| theirs.wait()).map(|result| result.is_leader());
    println!("tokio, one party of two:      {tokio:?} (the bool: leader)");
    let async_lock = alone(|| others.wait()).map(|result| result.is_leader());
    println!("async-lock, one party of two: {async_lock:?}");
    exit(i32::from((tokio, async_lock) != (Poll::Ready(true), Poll::Ready(true))));
}
RS
