#!/bin/sh
# embassy-sync 0.8.0: two tasks that wait at one empty channel keep each other awake indefinitely.
#
# `Channel` is documented as multi-producer, multi-consumer, and it is: values are right. But it has room for one
# waker a side. A second receiver that waits replaces the first one's waker and wakes it, which polls, replaces the
# second's and wakes it. In 1000 rounds without a single value the two are polled 2000 times; one receiver alone is
# polled once.
#
# Surprising, because nothing is wrong to see: the program is correct and uses the whole processor (on a
# microcontroller: the battery). Senders at a full channel do the same.
# What to do: one task receives from a channel and hands on, or a channel for each worker.
. "$(dirname "$0")/setup.sh"
rust 'embassy-sync = "=0.8.0"' 'critical-section = { version = "=1.2.0", features = ["std"] }' << 'RS'
use embassy_sync::{blocking_mutex::raw::CriticalSectionRawMutex, channel::Channel};
use std::{future::Future, process::exit, sync::{atomic::{AtomicBool, Ordering}, Arc}, task::{Context, Wake, Waker}};

struct Runnable(AtomicBool);

impl Wake for Runnable {
    fn wake(self: Arc<Self>) {
        self.0.store(true, Ordering::Relaxed);
    }
}

/// Polls `receivers` tasks that wait at an empty channel, each only when it was woken; says how often.
fn polls(receivers: usize) -> usize {
    let channel: Channel<CriticalSectionRawMutex, u32, 4> = Channel::new();
    let mut tasks: Vec<_> = (0..receivers)
        .map(|_| (Box::pin(channel.receive()), Arc::new(Runnable(AtomicBool::new(true)))))
        .collect();
    let mut count = 0;
    for _ in 0..1000 {
        for (receive, runnable) in &mut tasks {
            if runnable.0.swap(false, Ordering::Relaxed) {
                count += 1;
                let waker = Waker::from(runnable.clone());
                assert!(receive.as_mut().poll(&mut Context::from_waker(&waker)).is_pending());
            }
        }
    }
    count
}

fn main() {
    let counts = [polls(1), polls(2), polls(3)];
    println!("polls in 1000 rounds at an empty channel, by 1, 2 and 3 receivers: {counts:?}");
    exit(i32::from(!(counts[0] == 1 && counts[1] == 2000 && counts[2] >= 2000)));
}
RS
