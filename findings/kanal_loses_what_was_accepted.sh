#!/bin/sh
# kanal 0.1.1: two ways to lose a value whose send has already said "done".
#
# Close: three values are in the buffer, the *sender* calls `close()`; the receiver gets an error at once, the three
# values are lost. (Dropping the sender instead lets them be received.) Cancel: a receive waits, `try_send` hands it
# a value and returns `Ok(true)`; the receive is dropped before it is polled again, and the value with it: neither
# the channel nor another receiver has it.
#
# Surprising, because in every other channel named close (Go, async-channel, flume, tokio's `Receiver::close`,
# core.async) what was accepted before is still received, and because `recv().await` in a `select!` is the most
# ordinary thing to write.
# What to do: end by dropping senders, never by `close()`; keep one `recv()` future alive across the turns of a
# select instead of making a new one each turn.
. "$(dirname "$0")/setup.sh"
rust 'kanal = "=0.1.1"' << 'RS'
use std::{future::Future, pin::pin, process::exit, task::{Context, Waker}};

fn main() {
    let (tx, rx) = kanal::bounded(8);
    (1..=3).for_each(|n| tx.send(n).unwrap());
    tx.close().unwrap();
    let closed = rx.recv();
    println!("3 sent, sender closed:   recv() is {closed:?}");

    let (tx, rx) = kanal::bounded(8);
    (1..=3).for_each(|n| tx.send(n).unwrap());
    drop(tx);
    let dropped = rx.recv();
    println!("3 sent, sender dropped:  recv() is {dropped:?}");

    let (tx, rx) = kanal::bounded_async(1);
    let sent = {
        let mut recv = pin!(rx.recv());
        assert!(recv.as_mut().poll(&mut Context::from_waker(Waker::noop())).is_pending());
        tx.try_send(7)
    };
    let left = rx.try_recv();
    println!("try_send to a waiting receive: {sent:?}; that receive dropped, then try_recv() is {left:?}");
    exit(i32::from(!(closed.is_err() && dropped == Ok(1) && sent == Ok(true) && left == Ok(None))));
}
RS
