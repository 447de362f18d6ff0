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

/// Values that are large enough for their channel to have many segments after a few, each of which the allocator sees.
type Wide = [u64; 32];

/// What a channel holds after a burst that was received: one segment, however large the burst was.
#[test]
fn a_burst_leaves_a_channel_with_one_segment() {
    let _alone = ONE_AT_A_TIME.lock().unwrap();
    let most = 64 << 10;
    for values in [10, 1_000, 20_000] {
        let (tx, rx) = csp::unbounded::<Wide>();
        let before = bytes();
        for n in 0..values {
            tx.try_send([n; 32]).unwrap();
        }
        for n in 0..values {
            assert_eq!(rx.try_recv().unwrap(), [n; 32]);
        }
        let left = bytes().saturating_sub(before);
        assert!(left < most, "{left} bytes after {values} values");
        // And it is as good as new.
        tx.try_send([7; 32]).unwrap();
        assert_eq!(rx.try_recv().unwrap(), [7; 32]);
    }
}

/// A bounded channel that was full, with senders that waited, gives back as well.
#[test]
fn a_large_bounded_channel_gives_back_what_it_needed_when_it_was_full() {
    let _alone = ONE_AT_A_TIME.lock().unwrap();
    const CAPACITY: usize = 10_000;
    let (tx, rx) = csp::bounded::<u64>(CAPACITY);
    let before = bytes();
    std::thread::scope(|scope| {
        let sends = scope.spawn(|| (0..3 * CAPACITY as u64).for_each(|n| tx.send_blocking(n).unwrap()));
        while rx.len() < CAPACITY {
            std::thread::yield_now();
        }
        for n in 0..3 * CAPACITY as u64 {
            assert_eq!(rx.recv_blocking().unwrap(), n);
        }
        sends.join().unwrap();
    });
    let left = bytes().saturating_sub(before);
    assert!(left < 64 << 10, "{left} bytes are left of a channel of {CAPACITY} values");
}

/// Runtimes one after the other: what they need is there after the first few.
#[test]
fn runtimes_that_come_and_go_leave_memory_flat() {
    let _alone = ONE_AT_A_TIME.lock().unwrap();
    let one = |workers| {
        let runtime = Runtime::builder().workers(workers).build().unwrap();
        assert_eq!(runtime.go(async { 1 }).join().unwrap(), 1);
        runtime.shutdown(Duration::from_secs(600)).unwrap();
    };
    for workers in [1, 8] {
        (0..20).for_each(|_| one(workers));
        let before = bytes();
        (0..300).for_each(|_| one(workers));
        let grown = bytes().saturating_sub(before);
        // A pool is ten thousand bytes and more. The next may begin an instant before the last is free.
        assert!(grown < 300 * 500, "{grown} bytes more after 300 runtimes of {workers} workers");
    }
}

/// Processes of one size after those of another: memory that was one's is the other's.
#[cfg(target_os = "linux")]
#[test]
fn processes_of_other_sizes_use_the_memory_of_those_that_ended() {
    fn resident() -> usize {
        let status = std::fs::read_to_string("/proc/self/status").unwrap();
        let line = status.lines().find(|line| line.starts_with("VmRSS:")).unwrap();
        line.split_whitespace().nth(1).unwrap().parse::<usize>().unwrap() * 1024
    }
    fn peak<const WORDS: usize>() -> usize {
        let runtime = Runtime::builder().workers(2).build().unwrap();
        let (tx, rx) = csp::bounded::<u64>(0);
        for n in 0..50_000 {
            let (rx, words) = (rx.clone(), [n; WORDS]);
            drop(runtime.go(async move {
                let closed = Receiver::recv(&rx).await.is_err();
                closed && words[WORDS - 1] == n
            }));
        }
        let most = resident();
        drop(tx);
        runtime.shutdown(Duration::from_secs(600)).unwrap();
        most
    }
    let _alone = ONE_AT_A_TIME.lock().unwrap();
    // The largest first. Whatever this process had before is in all of them.
    let first = peak::<60>();
    for later in [peak::<20>(), peak::<40>(), peak::<50>(), peak::<10>()] {
        assert!(later < first + first / 4, "{later} bytes after {first}");
    }
}
