//! What memory and what waits behind a lock come to at scale, by the clock and by resident memory: run by `ci/memory.sh`, one figure a
//! process. What can be counted instead is in `tests/memory.rs`.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering::Relaxed};
use std::time::{Duration, Instant};

use csp::prelude::*;

const MIB: f64 = (1 << 20) as f64;

/// Resident memory, in bytes.
fn resident() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").expect("Linux");
    let line = status.lines().find(|line| line.starts_with("VmRSS:")).expect("a line for it");
    line.split_whitespace().nth(1).and_then(|kib| kib.parse::<u64>().ok()).expect("a number") * 1024
}

fn verdict(right: bool) -> &'static str {
    if right { "ok" } else { "TOO MUCH" }
}

/// The slowest `is_closed` of a bystander while values are sent, and what one of those sends took. `kept`: they stay in the channel;
/// else each is received at once.
fn bystander(kept: bool) -> (Duration, Duration) {
    let (tx, rx) = csp::unbounded::<u64>();
    let (stop, slowest) = (Arc::new(AtomicBool::new(false)), Arc::new(AtomicU64::new(0)));
    let thread = std::thread::spawn({
        let (stop, slowest, tx) = (stop.clone(), slowest.clone(), tx.clone());
        move || {
            while !stop.load(Relaxed) {
                let begin = Instant::now();
                tx.is_closed();
                slowest.fetch_max(begin.elapsed().as_nanos() as u64, Relaxed);
            }
        }
    });
    let begin = Instant::now();
    for n in 0..VALUES {
        tx.try_send(n).unwrap();
        if !kept {
            rx.try_recv().unwrap();
        }
    }
    let took = begin.elapsed() / VALUES as u32;
    stop.store(true, Relaxed);
    thread.join().unwrap();
    (Duration::from_nanos(slowest.load(Relaxed)), took)
}

const VALUES: u64 = 1 << 24;

/// A channel that grows, and one that stays empty, in turns: the least of each, for what else runs only adds to it.
fn burst() {
    let (mut empty, mut grows, mut took) = (Duration::MAX, Duration::MAX, Duration::MAX);
    for _ in 0..7 {
        empty = empty.min(bystander(false).0);
        let (slowest, send) = bystander(true);
        (grows, took) = (grows.min(slowest), took.min(send));
    }
    let right = verdict(grows <= empty * 3);
    println!(
        "slowest is_closed() while 2^24 values are sent: {grows:?}, while the channel stays empty {empty:?}: {right}"
    );
    println!("  ({took:?} for each send)");
}

/// A burst, and what is left of it once it was received.
fn back() {
    let (tx, rx) = csp::unbounded::<u64>();
    let before = resident();
    for n in 0..VALUES {
        tx.try_send(n).unwrap();
    }
    let peak = resident();
    for n in 0..VALUES {
        assert_eq!(rx.try_recv(), Ok(n));
    }
    let left = resident().saturating_sub(before) as f64 / MIB;
    let peak = peak.saturating_sub(before) as f64 / MIB;
    println!(
        "an unbounded channel after 2^24 values: {left:.2} MiB more than before, {peak:.0} MiB at the peak: {}",
        verdict(left < 1.0)
    );
    for n in 0..VALUES {
        tx.try_send(n).unwrap();
    }
    let begin = Instant::now();
    drop((tx, rx));
    println!("  (a drop with 2^24 values in it: {:?})", begin.elapsed());
}

fn one_runtime(workers: usize) -> Duration {
    let runtime = Runtime::builder().workers(workers).build().unwrap();
    assert_eq!(runtime.go(async { 1 }).join().unwrap(), 1);
    let begin = Instant::now();
    runtime.shutdown(Duration::from_secs(60)).unwrap();
    begin.elapsed()
}

fn runtimes() {
    for (workers, count) in [(1, 10_000), (2, 1_000), (8, 300), (16, 300)] {
        (0..100).for_each(|_| _ = one_runtime(workers));
        let before = resident();
        (0..count).for_each(|_| _ = one_runtime(workers));
        let each = resident().saturating_sub(before) as f64 / count as f64;
        println!(
            "{count} runtimes of {workers} workers, one after the other: {each:.0} bytes each: {}",
            verdict(each < 100.0)
        );
    }
}

fn median(mut of: impl FnMut() -> Duration) -> Duration {
    let mut all: Vec<_> = (0..101).map(|_| of()).collect();
    all.sort_unstable();
    all[all.len() / 2]
}

/// A runtime with a process that waits, as a server is ended.
fn one_server() -> Duration {
    let runtime = Runtime::builder().workers(1).build().unwrap();
    let (tx, rx) = csp::bounded::<u64>(0);
    drop(runtime.go(async move { rx.recv().await.is_err() }));
    std::thread::sleep(Duration::from_micros(500));
    let begin = Instant::now();
    runtime.shutdown(Duration::from_secs(60)).unwrap();
    drop(tx);
    begin.elapsed()
}

fn end() {
    let fresh = (median(|| one_runtime(1)), median(one_server));
    peak::<1>(1_000_000);
    let after = (median(|| one_runtime(1)), median(one_server));
    let right = verdict(after.0 <= fresh.0 * 2 && after.1 <= fresh.1 * 2);
    println!(
        "the end of a runtime after 10^6 processes: {:?}, of a fresh one {:?}; with a process that waits {:?} and {:?}: {right}",
        after.0, fresh.0, after.1, fresh.1
    );
}

/// So many processes at once, each of which holds `WORDS` words; then all of them end. Gives the most memory there was.
fn peak<const WORDS: usize>(processes: usize) -> u64 {
    let runtime = Runtime::builder().workers(2).build().unwrap();
    let (tx, rx) = csp::bounded::<u64>(0);
    for n in 0..processes {
        let rx = rx.clone();
        let words = [n; WORDS];
        drop(runtime.go(async move {
            let closed = rx.recv().await.is_err();
            std::hint::black_box(&words);
            closed
        }));
    }
    let most = resident();
    drop(tx);
    while runtime.live() > 0 {
        std::thread::sleep(Duration::from_millis(1));
    }
    runtime.shutdown(Duration::from_secs(60)).unwrap();
    most
}

fn sizes() {
    const PROCESSES: usize = 1_000_000;
    let peaks = [
        peak::<20>(PROCESSES),
        peak::<2>(PROCESSES),
        peak::<28>(PROCESSES),
        peak::<12>(PROCESSES),
        peak::<24>(PROCESSES),
    ];
    let most = peaks.iter().copied().max().unwrap_or_default() as f64 / MIB;
    // Each beside what the largest would take alone.
    let largest = (peaks[0] as f64) / MIB;
    println!(
        "10^6 processes of each of five sizes, one after the other: {} MiB",
        peaks.map(|bytes| format!("{:.0}", bytes as f64 / MIB)).join(", ")
    );
    println!(
        "  the most is {:.2} of the peak of the largest: {}",
        most / largest,
        verdict(most <= largest * 1.3)
    );
}

fn main() {
    match std::env::args().nth(1).as_deref() {
        Some("burst") => burst(),
        Some("back") => back(),
        Some("runtimes") => runtimes(),
        Some("end") => end(),
        Some("sizes") => sizes(),
        other => panic!("burst, back, runtimes, end or sizes, not {other:?}"),
    }
}
