//! What a runtime costs in which nothing happens.

use std::thread;

use csp::prelude::*;
use rustix::time::{ClockId, clock_gettime};

/// Processes that wait for a message, and processes that wait for a time far away.
const PARKED: u64 = 10_000;
const TIMERS: u64 = 100;

#[process]
fn wait(gate: Receiver<u64>) {
    let _ = gate.recv();
}

#[process]
fn wait_long(gate: Receiver<u64>, hours: u64) {
    select! {
        _n = <-gate => {}
        <-after(Duration::from_secs(3600 * hours)) => {}
    }
}

/// Everybody waits, as long as the senders live.
#[process]
fn park() -> Vec<Sender<u64>> {
    let mut open = Vec::new();
    for n in 0..PARKED {
        let (tx, gate) = chan!(u64);
        open.push(tx);
        if n < TIMERS {
            go!(wait_long(gate, n + 1));
        } else {
            go!(wait(gate));
        }
    }
    open
}

/// Processor time, of the user and of the system, that all threads of this program took so far.
fn taken() -> Duration {
    let time = clock_gettime(ClockId::ProcessCPUTime);
    Duration::new(time.tv_sec as u64, time.tv_nsec as u32)
}

/// What two workers and their monitor take in `time`, in milliseconds.
pub fn idle(time: Duration) -> f64 {
    let runtime = super::runtime(2);
    let open = runtime.go(park()).join().expect("it only starts others");
    // Until everybody has parked and the threads have gone to sleep.
    thread::sleep(Duration::from_secs(1));
    let before = taken();
    thread::sleep(time);
    let spent = taken() - before;
    drop(open);
    spent.as_secs_f64() * 1e3
}
