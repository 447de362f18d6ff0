//! A runtime and its end.

use std::fmt;
use std::future::IntoFuture;
use std::panic::Location;
use std::time::Duration;

use super::builder::Builder;
use super::current::{Entered, enter_pool};
use crate::sched::pool::{Left, Pool, local};
use crate::task::Handle;
use crate::time::clock;
use crate::util::fork;

/// Threads that run processes.
///
/// Most programs use the default runtime, which starts by itself. Make one for several runtimes, for options, or to end a runtime before the
/// program ends.
///
/// Dropping it cancels its processes and waits until all are dropped; [`shutdown`](Self::shutdown) waits with a limit.
///
/// # Examples
/// ```
/// use csp::prelude::*;
///
/// #[process]
/// fn answer() -> u32 {
///     6 * 7
/// }
///
/// fn main() {
///     let runtime = Runtime::builder().workers(2).name("job").build().unwrap();
///     let process = runtime.go(answer());
///     assert_eq!(process.join().unwrap(), 42);
///     runtime.shutdown(Duration::from_secs(5)).unwrap();
/// }
/// ```
pub struct Runtime {
    pool: &'static Pool,
}

impl Runtime {
    /// Returns the options of a new runtime.
    pub fn builder() -> Builder {
        Builder::new()
    }

    pub(super) fn of(pool: &'static Pool) -> Self {
        Self { pool }
    }

    pub(crate) fn pool(&self) -> &'static Pool {
        self.pool
    }

    /// Runs a future on this thread until it is ready and returns its output. Processes that it starts run on this runtime.
    pub fn block_on<F: IntoFuture>(&self, future: F) -> F::Output {
        let _entered = self.enter();
        super::block_on(future)
    }

    /// Starts a process on this runtime, as `go!` does on the current one.
    #[track_caller]
    pub fn go<P>(&self, process: P) -> Handle<P::Output>
    where
        P: IntoFuture,
        P::IntoFuture: Send + 'static,
        P::Output: Send + 'static,
    {
        self.pool.go(process.into_future(), Location::caller())
    }

    /// Makes this the runtime of the current thread until the guard is dropped.
    ///
    /// Of several guards the one made last counts; they may be dropped in any order. A guard that is forgotten leaves the thread in the
    /// runtime. If that runtime has ended and the thread is in no other, its timers belong to the default runtime, and processes that it starts
    /// are cancelled. The first such process is reported on standard error, unless [`Builder::on_panic`] is
    /// [`Silent`](crate::PanicPolicy::Silent).
    ///
    /// # Panics
    /// In the child of a `fork` that was called while this runtime was running.
    ///
    /// # Examples
    /// ```
    /// use csp::{Runtime, go};
    ///
    /// let one = Runtime::builder().workers(1).build().unwrap();
    /// let two = Runtime::builder().workers(2).build().unwrap();
    /// let (first, second) = (one.enter(), two.enter());
    /// drop(first);
    /// let process = go! { 6 * 7 }; // runs on `two`
    /// assert_eq!((one.metrics().live, process.join().is_ok()), (0, true));
    /// # drop(second);
    /// ```
    #[track_caller]
    pub fn enter(&self) -> Entered<'_> {
        fork::refuse();
        enter_pool(self.pool)
    }

    /// The number of processes that were started and have not ended.
    pub fn live(&self) -> usize {
        self.pool.live()
    }

    /// Returns a snapshot of its processes and of the channels that these are known to use.
    /// [`inspect::snapshot`](crate::inspect::snapshot()) is one of all runtimes.
    ///
    /// # Examples
    /// ```
    /// use csp::{Runtime, bounded};
    ///
    /// let runtime = Runtime::builder().workers(1).name("job").build().unwrap();
    /// let (asks, _answers) = bounded::<u64>(0);
    /// let waits = runtime.go(async move { asks.send(1).await });
    /// while runtime.snapshot().channels.is_empty() {
    ///     std::thread::yield_now();
    /// }
    /// let snapshot = runtime.snapshot();
    /// assert_eq!((snapshot.processes.len(), snapshot.channels[0].senders.waiting.len()), (1, 1));
    /// # drop(waits);
    /// ```
    #[cfg(not(loom))]
    pub fn snapshot(&self) -> crate::inspect::Snapshot {
        crate::inspect::snapshot_of(self.pool)
    }

    /// The number of its worker threads.
    pub fn workers(&self) -> usize {
        self.pool.workers
    }

    /// Ends the runtime: cancels all processes, and waits up to `deadline` until every one is dropped and the threads have exited.
    ///
    /// A process that waits is dropped where it waits; one that runs is dropped when it waits the next time. Processes that destructors start
    /// are cancelled too. Closures of [`blocking`](crate::blocking) are not waited for.
    ///
    /// A process that blocks its thread, or computes without end, cannot be stopped. Then the error reports where it was started, its thread
    /// stays, and the rest of the shutdown continues in the background.
    ///
    /// # Errors
    /// If processes are left at the deadline, or if it is called by a process of this runtime, which cannot wait for itself.
    pub fn shutdown(self, deadline: Duration) -> Result<(), ShutdownError> {
        fork::refuse();
        let until = clock::now().saturating_add(u64::try_from(deadline.as_nanos()).unwrap_or(u64::MAX));
        let pool = self.pool;
        std::mem::forget(self);
        pool.close();
        let until = if is_own_worker(pool) { 0 } else { until };
        let closed = pool.wait_closed(Some(until)).map_err(|left| ShutdownError { left });
        pool.release();
        closed
    }
}

impl Drop for Runtime {
    /// Cancels all processes and waits until they are gone, however long that takes. In a process of this runtime it does not
    /// wait, for that would be for ever.
    fn drop(&mut self) {
        if fork::is_child() {
            // It is the parent's.
            return;
        }
        self.pool.close();
        if !is_own_worker(self.pool) {
            let _ = self.pool.wait_closed(None);
        }
        self.pool.release();
    }
}

fn is_own_worker(pool: &'static Pool) -> bool {
    local::with(|worker| worker.is_some_and(|w| std::ptr::eq(w.pool, pool)))
}

impl fmt::Debug for Runtime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Runtime").field("workers", &self.workers()).field("live", &self.live()).finish()
    }
}

/// Processes did not end in time; see [`Runtime::shutdown`].
///
/// # Examples
/// ```
/// use csp::prelude::*;
/// use std::{sync::mpsc, thread};
///
/// let runtime = Runtime::builder().workers(1).build().unwrap();
/// let (started, starts) = mpsc::channel();
/// runtime.go(async move {
///     started.send(()).unwrap();
///     thread::sleep(Duration::from_secs(1)); // blocks its thread: it cannot be stopped
/// });
/// starts.recv().unwrap();
/// let error = runtime.shutdown(Duration::from_millis(10)).unwrap_err();
/// assert_eq!(error.count(), 1);
/// ```
#[derive(Clone, PartialEq, Eq)]
pub struct ShutdownError {
    left: Left,
}

impl ShutdownError {
    /// The number of processes that are left.
    pub fn count(&self) -> usize {
        self.left.values().sum()
    }

    /// The locations (`file:line:column`) where these were started, with the number of processes of each.
    pub fn places(&self) -> impl Iterator<Item = (&str, usize)> {
        self.left.iter().map(|(place, count)| (place.as_str(), *count))
    }
}

impl fmt::Display for ShutdownError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (count, s) = (self.count(), if self.count() == 1 { "" } else { "es" });
        write!(f, "{count} process{s} did not end in time")?;
        for (i, (place, count)) in self.places().enumerate() {
            let lead = if i == 0 { ", started at " } else { ", " };
            write!(f, "{lead}{place}")?;
            if count > 1 {
                write!(f, " ({count})")?;
            }
        }
        Ok(())
    }
}

impl fmt::Debug for ShutdownError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ShutdownError({self})")
    }
}

impl std::error::Error for ShutdownError {}
