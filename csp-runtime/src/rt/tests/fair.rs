//! Who is ready runs, whatever others start and wake meanwhile.

use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use super::runtime;
use crate::rt;
use crate::*;

/// A chain ends here at the latest: a test that fails shall not run without end.
const MOST: u64 = 200_000;
/// Links that may run before a process that yielded goes on: what one worker runs in its own favour, and a bit.
const BOUND: u64 = 1_000;

#[derive(Default)]
struct Chain {
    links: AtomicU64,
    stop: AtomicBool,
}

impl Chain {
    fn goes_on(&self) -> bool {
        !self.stop.load(Ordering::Relaxed) && self.links.fetch_add(1, Ordering::Relaxed) < MOST
    }

    fn links(&self) -> u64 {
        self.links.load(Ordering::Relaxed)
    }
}

type Link = Pin<Box<dyn Future<Output = ()> + std::marker::Send>>;

/// Starts `width` of its kind and ends; the others of them are no chains.
fn starts_the_next(chain: Arc<Chain>, width: usize, yields: bool) -> Link {
    Box::pin(async move {
        if chain.goes_on() {
            for _ in 1..width {
                drop(rt::go(async {}));
            }
            drop(rt::go(starts_the_next(chain, width, yields)));
            if yields {
                yield_now().await;
            }
        }
    })
}

/// How many links of a chain that `start` begins ran before a process came back that yielded once.
fn links_before_a_yielder(
    workers: usize,
    start: impl FnOnce(&Arc<Chain>) + std::marker::Send + 'static,
) -> u64 {
    let runtime = runtime(workers);
    let chain = Arc::new(Chain::default());
    let theirs = chain.clone();
    let ran = runtime.go(async move {
        start(&theirs);
        yield_now().await;
        let ran = theirs.links();
        theirs.stop.store(true, Ordering::Relaxed);
        ran
    });
    ran.join().unwrap()
}

#[test]
fn a_chain_of_starts_starves_no_yielder() {
    for yields in [false, true] {
        for width in [1, 2, 5] {
            let ran = links_before_a_yielder(1, move |chain| {
                drop(rt::go(starts_the_next(chain.clone(), width, yields)));
            });
            assert!((1..BOUND).contains(&ran), "{ran} links, width {width}, yields: {yields}");
        }
    }
    // With several workers the chain may run on another one than the process that yields, and then has no bound in links: what
    // counts is that it comes back before the chain's end.
    for workers in [2, 4] {
        let ran =
            links_before_a_yielder(workers, |chain| drop(rt::go(starts_the_next(chain.clone(), 1, false))));
        assert!(ran < MOST, "{ran} links, {workers} workers");
    }
}

#[test]
fn several_chains_starve_no_yielder() {
    for yields in [false, true] {
        let ran = links_before_a_yielder(1, move |chain| {
            for _ in 0..8 {
                drop(rt::go(starts_the_next(chain.clone(), 2, yields)));
            }
        });
        assert!((8..BOUND).contains(&ran), "{ran} links, yields: {yields}");
    }
}

#[test]
fn processes_that_wake_each_other_starve_no_yielder() {
    let ran = links_before_a_yielder(1, |chain| {
        let (ping, pings) = bounded(0);
        let (pong, pongs) = bounded(0);
        let theirs = chain.clone();
        drop(rt::go(async move {
            while theirs.goes_on() {
                if ping.send(()).await.is_err() || pongs.recv().await.is_err() {
                    return;
                }
            }
        }));
        drop(rt::go(async move { while pings.recv().await.is_ok() && pong.send(()).await.is_ok() {} }));
    });
    assert!((1..BOUND).contains(&ran), "{ran} rounds");
}

#[test]
fn others_that_yield_and_start_starve_no_yielder() {
    let ran = links_before_a_yielder(1, |chain| {
        for _ in 0..3 {
            let chain = chain.clone();
            drop(rt::go(async move {
                while chain.goes_on() {
                    drop(rt::go(async {}));
                    drop(rt::go(async {}));
                    yield_now().await;
                }
            }));
        }
    });
    assert!((3..BOUND).contains(&ran), "{ran} rounds");
}

/// Each process that is ready where one yields has run when that one goes on: those started, those woken, those of other threads.
#[test]
fn who_was_ready_before_goes_first() {
    let runtime = Arc::new(runtime(1));
    let theirs = runtime.clone();
    let ran = runtime.go(async move {
        let ran = Arc::new(AtomicU64::new(0));
        let count = || {
            let ran = ran.clone();
            async move { _ = ran.fetch_add(1, Ordering::Relaxed) }
        };
        let mut rounds = Vec::new();
        for round in 1..=20 {
            for _ in 0..50 {
                drop(rt::go(count()));
                // One that starts others does not put these before those that are there.
                let more = count();
                drop(rt::go(async move {
                    drop(rt::go(async {}));
                    drop(rt::go(async {}));
                    more.await;
                }));
            }
            let from_outside: Vec<_> = (0..50).map(|_| count()).collect();
            let theirs = theirs.clone();
            let outside = move || from_outside.into_iter().for_each(|process| drop(theirs.go(process)));
            std::thread::spawn(outside).join().unwrap();
            yield_now().await;
            rounds.push((round, ran.load(Ordering::Relaxed)));
        }
        rounds
    });
    for (round, ran) in ran.join().unwrap() {
        assert_eq!(ran, 150 * round, "round {round}");
    }
}

/// A process that was started and has not run yet comes to its turn beside a chain of starts and beside starts of other threads.
#[test]
fn chains_of_starts_starve_nobody_who_was_started() {
    let runtime = Arc::new(runtime(1));
    let chain = Arc::new(Chain::default());
    let (theirs, outside) = (chain.clone(), chain.clone());
    // The injector is never empty for long.
    let started = runtime.clone();
    let feeder = std::thread::spawn(move || {
        while !outside.stop.load(Ordering::Relaxed) && outside.links() < MOST {
            for _ in 0..100 {
                drop(started.go(async {}));
            }
            while started.live() > 200 && !outside.stop.load(Ordering::Relaxed) {
                std::thread::yield_now();
            }
        }
    });
    let ran = runtime.go(async move {
        let (tx, rx) = bounded::<u64>(1);
        drop(rt::go(starts_the_next(theirs.clone(), 2, false)));
        let victim = theirs.clone();
        drop(rt::go(async move { tx.send(victim.links()).await }));
        drop(rt::go(starts_the_next(theirs.clone(), 2, false)));
        let ran = rx.recv().await.unwrap();
        theirs.stop.store(true, Ordering::Relaxed);
        ran
    });
    assert!(ran.join().unwrap() < MOST / 10);
    feeder.join().unwrap();
}
