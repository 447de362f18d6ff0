//! The kernels for peers whose processes have stacks of their own: coroutines and threads. One set for all of them,
//! generic, so that nothing of the harness stands between a peer and its figure.

mod go_lib;
mod kernels;
mod may;
mod networks;
mod processes;
mod threads;

use std::time::{Duration, Instant};

use crate::kernels::Run;

pub use go_lib::GoLib;
pub use may::May;
pub use threads::Threads;

/// A peer: its processes, its channels of numbers, and its lock.
pub trait Stacks: Sized + 'static {
    type Tx: Send + 'static;
    type Rx: Send + 'static;
    type Handle;
    type Lock: Send + Sync + 'static;

    /// With room for `capacity`; for 0 a rendezvous where there is one.
    fn bounded(capacity: usize) -> (Self::Tx, Self::Rx);
    /// Whether there is somebody to receive it.
    fn send(tx: &Self::Tx, value: u64) -> bool;
    fn recv(rx: &Self::Rx) -> Option<u64>;
    /// Runs `work` as a process on `workers` threads, or processors, and gives its result.
    fn run(workers: usize, work: impl FnOnce() -> f64 + Send + 'static) -> f64;
    fn spawn(work: impl FnOnce() -> u64 + Send + 'static) -> Self::Handle;
    fn join(handle: Self::Handle) -> u64;
    /// Starts a process that nobody joins.
    fn start(work: impl FnOnce() + Send + 'static);
    fn sleep(duration: Duration);
    fn yield_now();
    fn lock() -> Self::Lock;
    /// One step of the counter behind the lock; gives what it was before.
    fn step(lock: &Self::Lock) -> u64;
}

/// Nanoseconds an operation of a kernel, which gives the number of its operations.
fn timed(kernel: impl FnOnce() -> u64) -> f64 {
    let start = Instant::now();
    let operations = kernel();
    start.elapsed().as_nanos() as f64 / operations as f64
}

/// What needs a million stacks at a time. Each is a mapping of memory or two, of which Linux gives a program 65,530
/// unless told otherwise: may and go-lib fail, or wait for ever.
const TOO_MANY: [&str; 3] = ["skynet", "parked", "parked_own"];

/// Its channels are unbounded: it has the kernels in which the network itself bounds the messages under way.
pub fn may(name: &str) -> Option<Run> {
    // Its `spawn` starts all coroutines before the first one ends.
    if TOO_MANY.contains(&name) || ["spawn", "sleepers"].contains(&name) {
        return None;
    }
    kernels::of_token::<May>(name).or_else(|| kernels::of_processes::<May>(name))
}

/// It has no lock of its own; with std's `mutex` does not end on two threads.
pub fn go_lib(name: &str) -> Option<Run> {
    if TOO_MANY.contains(&name) || name == "mutex" {
        return None;
    }
    kernels::of_token::<GoLib>(name)
        .or_else(|| kernels::of_bounded::<GoLib>(name))
        .or_else(|| kernels::of_many::<GoLib>(name))
        .or_else(|| kernels::of_processes::<GoLib>(name))
        .or_else(|| go_lib::select(name))
}

/// crossbeam's channels on threads. A thread for each prime is no use of threads.
pub fn threads(name: &str) -> Option<Run> {
    if TOO_MANY.contains(&name) || name == "sieve" {
        return None;
    }
    kernels::of_token::<Threads>(name)
        .or_else(|| kernels::of_bounded::<Threads>(name))
        .or_else(|| kernels::of_many::<Threads>(name))
        .or_else(|| threads::select(name))
}
