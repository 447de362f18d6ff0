#!/bin/sh
# may 0.3.51: `select!` takes a value out of every channel that has one, and hands over a single one.
#
# Two channels with 100 values each; a coroutine selects 20 times. It receives 20 values, but more than 20 have left
# the channels: the arms are coroutines of their own, and those that lose have received before they are cancelled.
#
# Surprising, because "exactly one arm happens" is the meaning of select wherever there is one, and because the loss
# depends on timing: with one channel ready at a time all is well.
# What to do: one channel with an enum for its messages instead of a select over receivers.
. "$(dirname "$0")/setup.sh"
rust 'may = "=0.3.51"' << 'RS'
use std::process::exit;

fn main() {
    let (tx, first) = may::sync::mpsc::channel();
    let (ty, second) = may::sync::mpsc::channel();
    for n in 0..100 {
        tx.send(n).unwrap();
        ty.send(n).unwrap();
    }
    let selects = unsafe {
        may::coroutine::spawn(move || {
            let received = std::sync::atomic::AtomicUsize::new(0);
            for _ in 0..20 {
                may::select!(
                    _ = first.recv() => { received.fetch_add(1, std::sync::atomic::Ordering::Relaxed); },
                    _ = second.recv() => { received.fetch_add(1, std::sync::atomic::Ordering::Relaxed); }
                );
            }
            let left = first.try_iter().count() + second.try_iter().count();
            (received.into_inner(), 200 - left)
        })
    };
    let (received, taken) = selects.join().unwrap();
    println!("20 selects: {received} arms ran, {taken} values left the channels");
    exit(i32::from(taken <= 20));
}
RS
