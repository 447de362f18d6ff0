#!/bin/sh
# crossbeam-channel 0.5.17: one late receive moves all later ticks of `tick(d)`; and the late tick is stamped with
# the time that it was due, so nothing shows it.
#
# A tick every 100 ms; the reader is away until 250 ms. It then gets one tick, whose `Instant` is 100 ms after the
# start, and the next comes at 350, 450, 550 ms: the grid is now one of 50. Go's ticker and tokio's interval (with
# `Skip`) come back to 300, 400, 500.
#
# Surprising, because the stamps are on the old grid once and on the new one afterwards: their differences are 250,
# 100, 100, as if a tick had been slow, not as if the clock had been moved.
# What to do: for work that belongs to points of time (every full second) calculate the next point and use `at`.
. "$(dirname "$0")/setup.sh"
rust 'crossbeam-channel = "=0.5.17"' << 'RS'
use std::{process::exit, thread::sleep, time::{Duration, Instant}};

fn main() {
    let start = Instant::now();
    let ticks = crossbeam_channel::tick(Duration::from_millis(100));
    sleep(Duration::from_millis(250));
    let mut rows = Vec::new();
    for _ in 0..4 {
        let stamp = (ticks.recv().unwrap() - start).as_millis();
        rows.push((stamp, start.elapsed().as_millis()));
    }
    println!("(stamp, received) in ms: {rows:?}");
    // The ticks after the late one are a period apart, counted from when that was received, not from the start.
    let late = rows[0].1;
    let near = |value: u128, wanted: u128| value + 15 >= wanted && value <= wanted + 15;
    let as_stated = near(rows[0].0, 100) && (1..4).all(|n| near(rows[n].0, late + 100 * n as u128));
    exit(i32::from(!as_stated));
}
RS
