#!/bin/sh
# futures-concurrency 7.7.1, async-std 1.13.2, futures-lite 2.6.1: three functions called `race`, two of which are
# not one.
#
# Of two futures that are both ready futures-lite's `race` yields each about half of the time, as its documentation
# says. async-std's yields the left one 1000 times of 1000. futures-concurrency's the first, of tuples, arrays and
# vectors alike; yet the same crate's `merge` of streams that are always ready takes strict turns.
#
# Surprising, because the name and the fair `merge` beside it promise no preference. In a loop a source that is
# always ready starves all others.
# What to do: in a loop use `futures_lite::future::race`, `merge`, or a select that says how it chooses; put what
# must win first.
. "$(dirname "$0")/setup.sh"
rust 'futures-concurrency = "=7.7.1"' 'async-std = { version = "=1.13.2", features = ["unstable"] }' 'futures-lite = "=2.6.1"' << 'RS'
use std::{future::{ready, Future}, process::exit};

/// How often each of the two wins.
fn wins<F: Future<Output = usize>>(race: impl Fn() -> F) -> [usize; 2] {
    let mut wins = [0; 2];
    for _ in 0..1000 {
        wins[futures_lite::future::block_on(race())] += 1;
    }
    wins
}

fn main() {
    let lite = wins(|| futures_lite::future::race(ready(0), ready(1)));
    let std = wins(|| async_std::prelude::FutureExt::race(ready(0), ready(1)));
    use futures_concurrency::prelude::*;
    let tuple = wins(|| (ready(0), ready(1)).race());
    let array = wins(|| [ready(0), ready(1)].race());
    let vector = wins(|| vec![ready(0), ready(1)].race());
    let mut merged = (futures_lite::stream::repeat(0), futures_lite::stream::repeat(1)).merge();
    let mut merge = [0; 2];
    for _ in 0..1000 {
        merge[futures_lite::future::block_on(futures_lite::StreamExt::next(&mut merged)).unwrap()] += 1;
    }
    println!("both ready, 1000 races: futures-lite {lite:?}, async-std {std:?}");
    println!("futures-concurrency: tuple {tuple:?}, array {array:?}, vector {vector:?}; merge {merge:?}");
    let first = [1000, 0];
    exit(i32::from(!(lite[0] > 300 && lite[1] > 300 && [std, tuple, array, vector] == [first; 4] && merge == [500, 500])));
}
RS
