#!/bin/sh
# flume 0.12.0, loole 0.6.0, kanal 0.1.1 beside tokio 1.54.1, async-channel 2.5.0, crossfire 3.1.22, tachyonix 0.3.1,
# thingbuf 0.1.6: whether a send that was cancelled has happened depends on the library.
#
# A bounded channel is full, a send waits; the receiver takes one value, so that there is room; the send is dropped
# before it is polled again, as `select!` does when another branch is ready in the same poll. In flume, loole and
# kanal the value is received all the same: the receiver has moved it into the buffer on the sender's behalf. In the
# other five it is not: there the sender is only woken and has to do it itself.
#
# Surprising, because "cancelled means not sent" is what a retry stands on, and code that is right with one of these
# crates duplicates values with another whose signatures are the same.
# What to do: before a send is tried again elsewhere, poll it once more (a `biased` select with the send first), or
# send an owned permit (tokio's `reserve`).
. "$(dirname "$0")/setup.sh"
rust 'flume = "=0.12.0"' 'loole = "=0.6.0"' 'kanal = "=0.1.1"' 'tokio = { version = "=1.54.1", features = ["sync"] }' \
    'async-channel = "=2.5.0"' 'crossfire = "=3.1.22"' 'tachyonix = "=0.3.1"' 'thingbuf = "=0.1.6"' << 'RS'
use std::{future::Future, pin::pin, process::exit, task::{Context, Waker}};

/// `$send` waits because the channel is full, `$recv` makes room, the send is dropped: what `$recv` finds then.
macro_rules! cancelled {
    ($send:expr, $recv:expr) => {{
        {
            let mut send = pin!($send);
            assert!(send.as_mut().poll(&mut Context::from_waker(Waker::noop())).is_pending());
            assert_eq!($recv, Some(1));
        }
        $recv
    }};
}

fn main() {
    let mut arrived = Vec::new();
    let mut report = |name: &str, found: Option<i32>| {
        println!("{name:14}{}", if found == Some(2) { "arrives" } else { "does not arrive" });
        arrived.push(found == Some(2));
    };
    let (tx, rx) = flume::bounded(1);
    tx.try_send(1).unwrap();
    report("flume", cancelled!(tx.send_async(2), rx.try_recv().ok()));
    let (tx, rx) = loole::bounded(1);
    tx.try_send(1).unwrap();
    report("loole", cancelled!(tx.send_async(2), rx.try_recv().ok()));
    let (tx, rx) = kanal::bounded_async(1);
    tx.try_send(1).unwrap();
    report("kanal", cancelled!(tx.send(2), rx.try_recv().unwrap()));
    let (tx, mut rx) = tokio::sync::mpsc::channel(1);
    tx.try_send(1).unwrap();
    report("tokio", cancelled!(tx.send(2), rx.try_recv().ok()));
    let (tx, rx) = async_channel::bounded(1);
    tx.try_send(1).unwrap();
    report("async-channel", cancelled!(tx.send(2), rx.try_recv().ok()));
    let (tx, rx) = crossfire::mpmc::bounded_async(1);
    tx.try_send(1).unwrap();
    report("crossfire", cancelled!(tx.send(2), rx.try_recv().ok()));
    let (tx, mut rx) = tachyonix::channel(1);
    tx.try_send(1).unwrap();
    report("tachyonix", cancelled!(tx.send(2), rx.try_recv().ok()));
    let (tx, rx) = thingbuf::mpsc::channel(1);
    tx.try_send(1).unwrap();
    report("thingbuf", cancelled!(tx.send(2), rx.try_recv().ok()));
    exit(i32::from(arrived != [true, true, true, false, false, false, false, false]));
}
RS
