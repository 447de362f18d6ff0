#!/bin/sh
# tokio 1.54.1: a closed `watch` with a value not yet seen gives `has_changed()` an error and `changed()` a success.
#
# The sender stores a last value and is dropped. `has_changed()` says `Err(closed)`; `changed().await` then says
# `Ok`, once, because there is a value that was not seen; and `borrow_and_update` yields it. So a loop `while let
# Ok(..) = rx.has_changed()` loses the last value, the same loop with `changed()` does not.
#
# Surprising, because the one reads as the other without the waiting. mpsc's `try_recv` and `recv` agree: values
# first, then the end.
# What to do: after an error of `has_changed` look at the value once more, or use `changed().now_or_never()`.
. "$(dirname "$0")/setup.sh"
rust 'tokio = { version = "=1.54.1", features = ["rt", "sync", "macros"] }' << 'RS'
use std::process::exit;
use tokio::sync::watch;

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let (tx, mut rx) = watch::channel("first");
    tx.send("last").unwrap();
    drop(tx);
    let asked = rx.has_changed();
    println!("has_changed(): {asked:?}");
    let waited = rx.changed().await;
    println!("changed().await: {waited:?}, value {:?}", *rx.borrow_and_update());
    let again = rx.changed().await;
    println!("changed().await again: {again:?}");
    exit(i32::from(!(asked.is_err() && waited.is_ok() && again.is_err())));
}
RS
