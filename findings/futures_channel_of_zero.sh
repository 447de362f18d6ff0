#!/bin/sh
# futures 0.3.34: `futures::channel::mpsc::channel(0)` is no rendezvous, and its bound is a matter of how many clones
# there are.
#
# One sender gets one value in before it is full. A task that clones the sender for each send
# (`tx.clone().try_send(..)`, the natural thing in a closure or a handler) gets a thousand in: each clone brings a
# place of its own.
#
# Surprising, because "bounded" is read as a bound on memory, and 0 as the strictest one. tokio's `channel(1)` with a
# thousand clones holds one.
# What to do: keep one sender for each producing task, never clone for a single send; or take a channel whose bound
# is its own.
. "$(dirname "$0")/setup.sh"
rust 'futures = "=0.3.34"' 'tokio = { version = "=1.54.1", features = ["sync"] }' << 'RS'
use std::process::exit;

fn main() {
    let (mut tx, _rx) = futures::channel::mpsc::channel(0);
    let alone = (0..1000).filter(|&n| tx.try_send(n).is_ok()).count();
    let (tx, _rx) = futures::channel::mpsc::channel(0);
    let clones = (0..1000).filter(|&n| tx.clone().try_send(n).is_ok()).count();
    let (tx, _rx) = tokio::sync::mpsc::channel(1);
    let tokio = (0..1000).filter(|&n| tx.clone().try_send(n).is_ok()).count();
    println!("of 1000 sends are accepted: futures channel(0) by one sender {alone}, by a clone each {clones}; tokio channel(1) by a clone each {tokio}");
    exit(i32::from((alone, clones, tokio) != (1, 1000, 1)));
}
RS
