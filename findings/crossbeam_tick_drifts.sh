#!/bin/sh
# crossbeam-channel 0.5.17: one late receive moves all later ticks of `tick(d)`; and the late tick is stamped with the time that it was due, so nothing shows it.
#
# A tick every 100 ms; the reader is away until 250 ms. It then gets one tick, whose `Instant` is 100 ms after the start, and the next comes at 350, 450, 550 ms: the grid is now one of 50. Go's ticker and tokio's interval (with `Skip`) come back to 300, 400, 500.
#
# Surprising, because the stamps are on the old grid once and on the new one afterwards: their differences are 250, 100, 100, as if a tick had been slow, not as if the clock had been moved.
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
    let near = |value: u128, wanted: u128| value >= wanted && value < wanted + 40;
    let as_stated = near(rows[0].0, 100) && near(rows[0].1, 250) && near(rows[1].0, 350) && near(rows[2].0, 450) && near(rows[3].0, 550);
    exit(i32::from(!as_stated));
}
RS
