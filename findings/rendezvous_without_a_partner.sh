#!/bin/sh
# flume 0.12.0, loole 0.6.0: a channel of capacity zero keeps a value that no receiver has taken, and one of the two
# says that it is empty.
#
# An async receive waits on `bounded(0)`; `try_send` succeeds, as it should; the receive is cancelled. For the sender
# the value is delivered, but it stays in the channel until a later receive (or its end). flume's `len()` is 1 in a
# channel whose capacity is 0; loole's `len()` is 0.
#
# Surprising, because the point of a rendezvous is that a successful send proves a receiver; and because `len() <=
# capacity()`, or `is_empty()` before `try_recv`, are invariants that monitoring and shutdown code is built on.
# What to do: where a receipt is needed, send a reply channel along with the value and wait for the answer.
. "$(dirname "$0")/setup.sh"
rust 'flume = "=0.12.0"' 'loole = "=0.6.0"' << 'RS'
use std::{future::Future, pin::pin, process::exit, task::{Context, Waker}};

macro_rules! abandoned {
    ($name:literal, $tx:ident, $rx:ident) => {{
        {
            let mut recv = pin!($rx.recv_async());
            assert!(recv.as_mut().poll(&mut Context::from_waker(Waker::noop())).is_pending());
            $tx.try_send(7).unwrap();
        }
        let seen = ($rx.capacity(), $rx.len(), $rx.try_recv().ok());
        println!("{}: sent, receive dropped: capacity {:?}, len {}, then try_recv: {:?}", $name, seen.0, seen.1, seen.2);
        seen
    }};
}

fn main() {
    let (tx, rx) = flume::bounded(0);
    let flume = abandoned!("flume", tx, rx);
    let (tx, rx) = loole::bounded(0);
    let loole = abandoned!("loole", tx, rx);
    exit(i32::from(flume != (Some(0), 1, Some(7)) || loole != (Some(0), 0, Some(7))));
}
RS
