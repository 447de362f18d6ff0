#!/bin/sh
# tokio 1.54.1 with futures 0.3.34: `rx.recv().now_or_never()` says "nothing there" to a full channel.
#
# A task drains a channel of 1000 values with `while let Some(Some(v)) = rx.recv().now_or_never()`. It gets 128 and
# takes the channel for empty, with 872 values in it. tokio's budget for a task is used up, so `recv` pretends to
# wait; `now_or_never` asks once. The same loop in `block_on` of another executor, and `try_recv` anywhere, get all
# 1000.
#
# Surprising, because the function comes from one crate and the budget from another, neither mentions the other, and
# with fewer values, as in a test, all is well.
# What to do: `try_recv`, or `tokio::task::unconstrained` around the future.
. "$(dirname "$0")/setup.sh"
rust 'tokio = { version = "=1.54.1", features = ["rt", "sync"] }' 'futures = "=0.3.34"' << 'RS'
use futures::FutureExt;
use std::process::exit;

async fn drained() -> usize {
    let (tx, mut rx) = tokio::sync::mpsc::channel(1000);
    (0..1000).for_each(|n| tx.try_send(n).unwrap());
    let mut count = 0;
    while let Some(Some(_)) = rx.recv().now_or_never() {
        count += 1;
    }
    count
}

fn main() {
    let tokio = tokio::runtime::Builder::new_current_thread().build().unwrap();
    let on_tokio = tokio.block_on(drained());
    let unconstrained = tokio.block_on(tokio::task::unconstrained(drained()));
    let on_futures = futures::executor::block_on(drained());
    println!("of 1000 values: on tokio {on_tokio}, unconstrained {unconstrained}, on futures' executor {on_futures}");
    exit(i32::from((on_tokio, unconstrained, on_futures) != (128, 1000, 1000)));
}
RS
