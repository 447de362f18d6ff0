//! Numbers of a runtime.

use super::runtime::Runtime;
use crate::shim::atomic::Ordering;
use crate::util::caught;

/// Counters of a runtime; see [`Runtime::metrics`].
///
/// # Examples
/// ```
/// let runtime = csp::Runtime::builder().workers(2).build().unwrap();
/// runtime.block_on(async {
///     let handle = csp::go! { 6 * 7 };
///     assert_eq!(handle.await.unwrap(), 42);
/// });
/// assert_eq!(runtime.metrics().workers, 2);
/// assert_eq!(runtime.metrics().spare_threads_started, 0);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Metrics {
    /// Processes that were started and have not ended.
    pub live: usize,
    /// Worker threads that it was made with.
    pub workers: usize,
    /// Spare threads that there are at the moment.
    pub spare_threads: usize,
    /// Spare threads started so far.
    pub spare_threads_started: u64,
    /// Turns found to block their thread while others waited.
    pub blocked_turns: u64,
    /// Turns found to compute for long while others waited.
    pub computing_turns: u64,
    /// Panics that had no caller to go to, in the whole program: of wakers of other executors, and of destructors of values that
    /// a channel or a handle dropped. The panic hook has reported each of them; what waits beside them was woken and dropped.
    pub caught_panics: u64,
}

impl Runtime {
    /// What it counted so far. The numbers are not of one instant.
    ///
    /// # Examples
    /// ```
    /// let runtime = csp::Runtime::builder().workers(2).build().unwrap();
    /// let metrics = runtime.metrics();
    /// assert_eq!((metrics.workers, metrics.live, metrics.spare_threads_started), (2, 0, 0));
    /// ```
    pub fn metrics(&self) -> Metrics {
        let pool = self.pool();
        // ORDERING: Relaxed: numbers, on which nothing else depends.
        let count = |counter: &crate::shim::plain::Counter| counter.load(Ordering::Relaxed);
        Metrics {
            live: self.live(),
            workers: pool.workers,
            spare_threads: pool.threads_alive().saturating_sub(pool.workers),
            spare_threads_started: count(&pool.stats.spares_started),
            blocked_turns: count(&pool.stats.blocked_turns),
            computing_turns: count(&pool.stats.computing_turns),
            caught_panics: caught::panics(),
        }
    }
}
