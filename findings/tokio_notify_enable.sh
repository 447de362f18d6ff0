#!/bin/sh
# tokio 1.54.1: a `Notified` that was only `enable()`d keeps the permit when it is dropped; one that was woken passes
# it on.
#
# `Notify` forwards a permit whose taker is dropped before it could act on it, so that `select!` around `notified()`
# loses nothing. But `enable()`, meant for registering before a check, takes a stored permit there and then (it
# returns true), and from then on the drop forwards nothing. The same for one that is registered, is notified and is
# enabled once more: the second call makes the permit its own.
#
# Surprising, because the future has not completed: it was not awaited, and in `select!` it may lose to another
# branch. With the permit lost the next waiter sleeps although there was one `notify_one` for it.
# What to do: treat `true` from `enable()` as the notification itself and act on it, or notify again before dropping.
. "$(dirname "$0")/setup.sh"
rust 'tokio = { version = "=1.54.1", features = ["sync"] }' << 'RS'
use std::{future::Future, pin::{pin, Pin}, process::exit, task::{Context, Waker}};
use tokio::sync::Notify;

fn ready<F: Future>(future: Pin<&mut F>) -> bool {
    future.poll(&mut Context::from_waker(Waker::noop())).is_ready()
}

fn main() {
    let notify = Notify::new();
    {
        let mut first = pin!(notify.notified());
        assert!(!ready(first.as_mut()));
        notify.notify_one();
    }
    let woken = ready(pin!(notify.notified()));
    println!("waiting, notified, dropped:         the next one has the permit: {woken}");

    notify.notify_one();
    {
        let mut first = pin!(notify.notified());
        println!("enable() with a permit there:       {}", first.as_mut().enable());
    }
    let enabled = ready(pin!(notify.notified()));
    println!("enabled, dropped without an await:  the next one has the permit: {enabled}");

    {
        let mut first = pin!(notify.notified());
        assert!(!first.as_mut().enable());
        notify.notify_one();
        assert!(first.as_mut().enable());
    }
    let twice = ready(pin!(notify.notified()));
    println!("enabled, notified, enabled, dropped: the next one has the permit: {twice}");
    exit(i32::from((woken, enabled, twice) != (true, false, false)));
}
RS
