//! What users see of the runtime: how it is built, entered and shut down, and how processes are started in it.

mod builder;
mod cpus;
mod current;
#[cfg(not(loom))]
mod main;
mod metrics;
pub(crate) mod par;
#[allow(unsafe_code)]
mod process;
mod runtime;
#[cfg(all(test, not(loom)))]
mod tests;

use std::future::IntoFuture;
use std::panic::Location;

pub use builder::Builder;
pub use current::Entered;
#[cfg(not(loom))]
pub(crate) use current::enter_sim;
pub(crate) use current::{Current, current, enter_pool};
#[cfg(not(loom))]
pub(crate) use main::{run_main, run_main_here};
pub use metrics::Metrics;
pub use process::Process;
pub use process::{Boxed, boxed, boxed_process, process};
pub use runtime::{Runtime, ShutdownError};

pub use crate::sched::blocking::BlockingCall;
use crate::sched::blocking::call;
use crate::sched::pool::timers::ShardRef;
pub use crate::sched::stuck::{Stuck, StuckPolicy};
use crate::task::outcome::{Outcome, Probe};
use crate::task::{self, Handle};
use crate::time::Shard;
#[cfg(not(loom))]
use crate::util::fork;
pub use crate::wait::block_on::block_on;

/// Starts a process beside the caller: on the runtime that the caller runs in, on the one that this thread entered, or on the default one,
/// which starts by itself.
///
/// Returns at once. Dropping the handle lets the process run on.
///
/// # Panics
/// If the default runtime cannot start. In the child of a `fork` that was called while the runtime was running: none of its threads exists
/// there.
///
/// # Examples
/// ```
/// let process = csp::go! { 6 * 7 };
/// assert_eq!(process.join().unwrap(), 42);
/// ```
#[track_caller]
#[inline]
pub fn go<P>(process: P) -> Handle<P::Output>
where
    P: IntoFuture,
    P::IntoFuture: Send + 'static,
    P::Output: Send + 'static,
{
    task::spawn(process.into_future(), current().scheduler(), Location::caller())
}

/// What `go!` expands to where the process may end with an error: as [`go`], and an error that nobody takes is reported. The closure
/// is never called; its type says how to find an error in the process's value.
#[track_caller]
#[inline]
pub fn go_probed<P, R>(process: P, _outcome: impl FnOnce(Probe<P>) -> R) -> Handle<P::Output>
where
    P: IntoFuture,
    P::IntoFuture: Send + 'static,
    P::Output: Send + 'static,
    R: Outcome<P::Output>,
{
    task::spawn_as::<R, _>(process.into_future(), current().scheduler(), Location::caller())
}

/// The driver of the current runtime's sockets.
///
/// # Errors
/// Where a program is explored there are none: what comes from outside cannot be replayed.
#[cfg(not(loom))]
pub(crate) fn driver() -> std::io::Result<&'static crate::io::Driver> {
    fork::check()?;
    match current() {
        Current::Pool(pool) => pool.driver(),
        Current::Sim(sim) => Err(sim.refuses_io()),
    }
}

/// Where a timer goes that is set on a thread that is no worker.
fn shard_of_thread() -> ShardRef {
    match current() {
        // Nobody serves the timers of a runtime that has ended.
        Current::Pool(pool) if pool.is_stopped() => ShardRef::shared(current::default_pool(None)),
        Current::Pool(pool) => ShardRef::shared(pool),
        #[cfg(not(loom))]
        Current::Sim(sim) => ShardRef::own(sim.shard()),
    }
}

/// Where a timer set by this thread goes: the worker's own shard, or one of the current runtime's.
#[inline]
pub(crate) fn current_shard() -> &'static Shard {
    ShardRef::current(shard_of_thread).shard
}

/// The shard that `current_shard` gave to this thread published `deadline` as its next; not under its lock.
#[inline]
pub(crate) fn timer_added(shard: &'static Shard, deadline: u64) {
    ShardRef::timer_added(shard, deadline, shard_of_thread);
}

/// Runs a closure that blocks on a dedicated thread pool and returns its result: a foreign library, `std::fs`, a long computation.
///
/// The call does nothing before it is polled. A call that is dropped unpolled, such as by a `select!` that chose another arm, runs nothing.
/// When it is polled, the closure starts at once or is queued until one of the threads is free
/// ([`max_blocking_threads`](crate::Builder::max_blocking_threads)). To run it beside the caller, start a process: `go!(blocking(..))`.
///
/// # Panics
/// A panic of the closure resumes in the awaiting process. Polling the call panics after it was ready, and when the OS cannot start a
/// thread.
///
/// # Cancel safety
/// Dropping a call that has started lets the closure finish; its value is dropped.
///
/// # Examples
/// ```
/// use csp::prelude::*;
///
/// #[process]
/// fn main() {
///     let text = blocking(|| std::fs::read_to_string("Cargo.toml")).await.unwrap();
///     assert!(text.contains("csp"));
/// }
/// ```
#[track_caller]
pub fn blocking<T, F>(f: F) -> BlockingCall<T>
where
    F: FnOnce() -> T + Send + 'static,
    T: Send + 'static,
{
    call(f, Location::caller())
}
