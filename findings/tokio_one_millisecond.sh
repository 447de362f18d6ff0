#!/bin/sh
# tokio 1.54.1, tokio-util 0.7.20: within one millisecond deadlines do not decide which timer is first, and the two
# timers of the family disagree about what does.
#
# Four tasks sleep 1.9, 1.7, 1.3 and 1.1 ms. All wake at 2 ms, in the order in which they began to sleep: the one
# with the latest deadline first. A DelayQueue given a, b, c, d due at 1.1, 1.3, 1.7 and 1.9 ms yields d, c, b, a:
# the last inserted first, also when all four have the very same deadline; and `Expired::deadline()` reports 2 ms,
# not what was asked for.
#
# Surprising, because "timers have a granularity of a millisecond" reads as "late by up to one", not as "reordered";
# and because a queue that is last in, first out is the opposite of what its sibling does.
# What to do: where order matters keep a heap of deadlines and one sleep, or sort what a wake-up brings.
. "$(dirname "$0")/setup.sh"
rust 'tokio = { version = "=1.54.1", features = ["rt", "time", "macros", "test-util"] }' \
    'tokio-util = { version = "=0.7.20", features = ["time"] }' 'futures-util = "=0.3.34"' << 'RS'
use futures_util::StreamExt;
use std::{process::exit, sync::{Arc, Mutex}, time::Duration};
use tokio::time::{sleep_until, Instant};
use tokio_util::time::DelayQueue;

async fn sleepers(micros: [u64; 4]) -> Vec<u64> {
    let (start, woken) = (Instant::now(), Arc::new(Mutex::new(Vec::new())));
    let tasks = micros.map(|us| {
        let woken = woken.clone();
        tokio::spawn(async move {
            sleep_until(start + Duration::from_micros(us)).await;
            woken.lock().unwrap().push(us);
        })
    });
    for task in tasks {
        task.await.unwrap();
    }
    Arc::into_inner(woken).unwrap().into_inner().unwrap()
}

async fn queue(micros: [u64; 4]) -> (String, Vec<u128>) {
    let (start, mut queue) = (Instant::now(), DelayQueue::new());
    for (name, us) in "abcd".chars().zip(micros) {
        queue.insert_at(name, start + Duration::from_micros(us));
    }
    let (mut names, mut due) = (String::new(), Vec::new());
    while let Some(expired) = queue.next().await {
        due.push((expired.deadline() - start).as_micros());
        names.push(expired.into_inner());
    }
    (names, due)
}

#[tokio::main(flavor = "current_thread", start_paused = true)]
async fn main() {
    let woken = sleepers([1900, 1700, 1300, 1100]).await;
    println!("asleep for 1900, 1700, 1300, 1100 us; woken: {woken:?}");
    let apart = queue([1100, 1300, 1700, 1900]).await;
    println!("queued a, b, c, d for 1100, 1300, 1700, 1900 us; out: {apart:?}");
    let equal = queue([1500; 4]).await;
    println!("queued a, b, c, d for 1500 us each; out: {equal:?}");
    let as_stated = woken == [1900, 1700, 1300, 1100]
        && apart == ("dcba".into(), vec![2000; 4])
        && equal == ("dcba".into(), vec![2000; 4]);
    exit(i32::from(!as_stated));
}
RS
