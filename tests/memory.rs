//! What grows and what does not, by counting what the allocator gives out. One test at a time: the allocator is everybody's.

use std::alloc::{GlobalAlloc, Layout, System};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use csp::prelude::*;

struct Counting;

static BYTES: AtomicUsize = AtomicUsize::new(0);
static ONE_AT_A_TIME: Mutex<()> = Mutex::new(());

// SAFETY: everything is the system's; only sizes are counted.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        BYTES.fetch_add(layout.size(), Ordering::Relaxed);
        // SAFETY: the caller's promises are the system's terms.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, memory: *mut u8, layout: Layout) {
        BYTES.fetch_sub(layout.size(), Ordering::Relaxed);
        // SAFETY: as above.
        unsafe { System.dealloc(memory, layout) }
    }
}

#[global_allocator]
static ALLOCATOR: Counting = Counting;

fn bytes() -> usize {
    BYTES.load(Ordering::Relaxed)
}

/// Runs a process that says, twice, when to look; gives how many bytes were added in between.
fn grown<T: Send + 'static>(start: impl FnOnce(Sender<()>) -> Handle<T>) -> usize {
    let runtime = Runtime::builder().workers(2).build().unwrap();
    let (look, looks) = chan!(());
    let handle = {
        let _here = runtime.enter();
        start(look)
    };
    looks.recv_blocking().unwrap();
    let before = bytes();
    looks.recv_blocking().unwrap();
    let after = bytes();
    drop(looks);
    handle.join().unwrap();
    runtime.shutdown(Duration::from_secs(600)).unwrap();
    after.saturating_sub(before)
}

const SELECTS: usize = 100_000;
/// A byte for each select: less than any of them could leave behind, more than a spare thread takes.
const FLAT: usize = SELECTS;

/// One arm never fires, the other does each time: nothing is left behind on the channel of the first.
#[test]
fn selects_on_an_arm_that_never_fires_leave_memory_flat() {
    let _alone = ONE_AT_A_TIME.lock().unwrap();
    let grown = grown(|look| {
        go! {
            let (_quiet, never) = chan!(u8);
            let (full, _unread) = chan!(u8);
            let (work, jobs) = chan!(usize);
            go! {
                loop {
                    work <- 1;
                }
            };
            for n in 0..SELECTS + 1_000 {
                if n == 1_000 {
                    look <- ();
                }
                select! {
                    <-never => unreachable!(),
                    full <- 1 => unreachable!(),
                    <-jobs => {},
                    <-after(Duration::from_secs(3_600)) => unreachable!(),
                }
            }
            look <- ();
        }
    });
    assert!(grown < FLAT, "{grown} bytes more after {SELECTS} selects");
}

/// The same where every select has to wait and is cut off by a timer or a default.
#[test]
fn selects_that_are_cut_off_leave_memory_flat() {
    let _alone = ONE_AT_A_TIME.lock().unwrap();
    let grown = grown(|look| {
        go! {
            let (_quiet, never) = chan!(u8);
            for n in 0..SELECTS + 1_000 {
                if n == 1_000 {
                    look <- ();
                }
                select! {
                    <-never => unreachable!(),
                    default => {},
                }
                select! {
                    <-never => unreachable!(),
                    csp::yield_now().await => {},
                }
            }
            look <- ();
        }
    });
    assert!(grown < FLAT, "{grown} bytes more after {SELECTS} selects");
}

/// Messages, timers and processes that come and go leave nothing behind either.
#[test]
fn what_comes_and_goes_leaves_memory_flat() {
    let _alone = ONE_AT_A_TIME.lock().unwrap();
    let grown = grown(|look| {
        go! {
            for n in 0..21_000 {
                if n == 1_000 {
                    look <- ();
                }
                let (tx, rx) = chan!(String; n % 3);
                let sends = go! {
                    tx <- format!("{n}");
                };
                assert_eq!(rx.recv(), Ok(format!("{n}")));
                sends.await.unwrap();
                assert!(timeout(Duration::ZERO, Receiver::recv(&rx)).await.is_ok());
            }
            look <- ();
        }
    });
    assert!(grown < FLAT, "{grown} bytes more");
}

/// A million processes (a fifth of that in a debug build), half of them in selects, parked on one channel, and all of them end.
#[test]
fn a_million_processes_are_parked_at_once() {
    let _alone = ONE_AT_A_TIME.lock().unwrap();
    const PROCESSES: usize = if cfg!(debug_assertions) { 200_000 } else { 1_000_000 };
    let runtime = Runtime::builder().workers(2).build().unwrap();
    let before = bytes();
    let arrived = Arc::new(AtomicUsize::new(0));
    let (tx, rx) = chan!(usize);
    let (done, sums) = chan!(usize);
    let _here = runtime.enter();
    let adder = go! {
        let (mut count, mut sum) = (0, 0);
        for n in sums {
            (count, sum) = (count + 1, sum + n);
        }
        (count, sum)
    };
    for n in 0..PROCESSES {
        let (rx, done, arrived) = (rx.clone(), done.clone(), arrived.clone());
        if n % 2 == 0 {
            go! {
                arrived.fetch_add(1, Ordering::Relaxed);
                done <- <-rx;
            };
        } else {
            // Half of them in a select, beside a channel of their own.
            let (quiet, never) = chan!(usize);
            go! {
                let _quiet = quiet;
                arrived.fetch_add(1, Ordering::Relaxed);
                select! {
                    n = <-rx => done <- n,
                    _n = <-never => unreachable!(),
                }
            };
        }
    }
    drop((rx, done));
    while arrived.load(Ordering::Relaxed) < PROCESSES {
        std::thread::sleep(Duration::from_millis(1));
    }
    assert!(runtime.live() >= PROCESSES);
    let each = (bytes() - before) / PROCESSES;
    // What it holds, its place in the queues, and for half of them a channel.
    assert!(each < 1_024, "{each} bytes for a process");
    let feeder = go! {
        for n in 0..PROCESSES {
            tx <- n;
        }
    };
    feeder.join().unwrap();
    assert_eq!(adder.join().unwrap(), (PROCESSES, PROCESSES * (PROCESSES - 1) / 2));
    drop(_here);
    while runtime.live() > 0 {
        std::thread::sleep(Duration::from_millis(1));
    }
    runtime.shutdown(Duration::from_secs(600)).unwrap();
}
