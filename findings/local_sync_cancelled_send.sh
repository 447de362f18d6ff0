#!/bin/sh
# local-sync 0.1.1: dropping a send that has just been granted its place panics.
#
# A bounded channel is full, a send waits, the receiver takes a value, the send is dropped before it is polled again:
# "RefCell already borrowed". Dropped while it still waits for room it does not panic.
#
# Surprising, because a crate made for one thread, with cells in place of locks, can have no race; and because the
# panic needs two harmless things in one poll of a `select!`: a timeout that fires and a receiver that made room.
# What to do: let a send that waits be the only thing that a task does (no select, no timeout around it), or make
# room the receiver's business with a semaphore outside of the channel.
. "$(dirname "$0")/setup.sh"
rust 'local-sync = "=0.1.1"' << 'RS'
use std::{future::Future, panic, process::exit, task::{Context, Waker}};

/// Drops a waiting send after (or without) a receive, and says what that does.
fn dropped(granted: bool) -> String {
    let (tx, mut rx) = local_sync::mpsc::bounded::channel(1);
    let mut idle = Context::from_waker(Waker::noop());
    assert!(Box::pin(tx.send(1)).as_mut().poll(&mut idle).is_ready());
    let mut send = Box::pin(tx.send(2));
    assert!(send.as_mut().poll(&mut idle).is_pending());
    if granted {
        assert_eq!(rx.try_recv().ok(), Some(1));
    }
    let result = panic::catch_unwind(panic::AssertUnwindSafe(|| drop(send)));
    let message = match result {
        Ok(()) => "nothing".into(),
        Err(e) => e.downcast_ref::<String>().cloned().or(e.downcast_ref::<&str>().map(|s| s.to_string())).unwrap_or_default(),
    };
    std::mem::forget((tx, rx));
    message
}

fn main() {
    panic::set_hook(Box::new(|_| {}));
    let (waiting, granted) = (dropped(false), dropped(true));
    println!("dropped while it waits: {waiting}; dropped when it has its place: {granted}");
    exit(i32::from(!(waiting == "nothing" && granted.contains("borrowed"))));
}
RS
