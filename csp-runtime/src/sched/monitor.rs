//! A thread that watches the workers: it repairs missed wakes, serves the timers of stuck workers and lends them a spare thread.
//!
//! What it sees and does at each look: `watch.rs`. Processes are taken from a stuck worker by stealing: it keeps its queues and goes on
//! when it can.
//!
//! Rejected
//! * Taking the queues away from a stuck worker: its thread may return at any instant, so that every access would need a check.
//! * Sleeping at once when all workers sleep: each exchange with an outside thread would then cost a wake of the monitor too.

use std::time::Duration;

use super::pool::Pool;
use super::watch::Watch;
use crate::shim::atomic::{AtomicBool, Ordering, fence};
use crate::shim::plain::{Condvar, Mutex, lock, wait, wait_for};

/// Between two looks while workers run: each is a wake of the monitor, which costs some thirty microseconds of a processor.
const PERIOD: Duration = Duration::from_millis(6);
/// Between two looks while somebody may be stuck.
const ALERT: Duration = Duration::from_millis(2);
/// Looks without work before the monitor sleeps too.
const CALM: u32 = 20;

pub(crate) struct Monitor {
    asleep: AtomicBool,
    called: Mutex<bool>,
    call: Condvar,
}

impl Monitor {
    pub(crate) fn new() -> Self {
        Self { asleep: AtomicBool::new(false), called: Mutex::new(false), call: Condvar::new() }
    }

    /// For another runtime. A wake for the one of before may come later, and does no harm.
    pub(crate) fn renew(&self) {
        *lock(&self.called) = false;
        self.asleep.store(false, Ordering::Relaxed);
    }

    /// A worker was woken: the monitor must be, too.
    #[inline]
    pub(crate) fn work_begins(&self) {
        // ORDERING: pairs with the fence in `watch`: it sees that a worker woke, or we see it asleep.
        fence(Ordering::SeqCst);
        if self.asleep.load(Ordering::Relaxed) {
            self.wake();
        }
    }

    pub(crate) fn wake(&self) {
        *lock(&self.called) = true;
        self.call.notify_one();
    }

    /// Sleeps for `most`, or until `wake`; says whether it was that.
    pub(crate) fn sleep(&self, most: Duration) -> bool {
        let mut called = lock(&self.called);
        if !*called {
            // To wake too early for no reason does no harm.
            (called, _) = wait_for(&self.call, called, most);
        }
        std::mem::replace(&mut called, false)
    }

    fn sleep_until_called(&self) -> bool {
        let mut called = lock(&self.called);
        while !*called {
            called = wait(&self.call, called);
        }
        std::mem::replace(&mut called, false)
    }
}

impl Pool {
    /// The body of the monitor's thread.
    pub(super) fn watch(&'static self) {
        let mut watch = Watch::default();
        let mut calm = 0;
        // When to look again even if nothing runs.
        #[cfg_attr(loom, allow(unused_mut))]
        let mut again = None;
        while !self.is_closing() {
            if calm < CALM {
                self.monitor.sleep(if watch.is_alert() { ALERT } else { PERIOD });
            } else {
                self.monitor.asleep.store(true, Ordering::Relaxed);
                // ORDERING: pairs with the fence in `work_begins`.
                fence(Ordering::SeqCst);
                if self.all_asleep() && !self.is_closing() {
                    let called = match again {
                        Some(most) => self.monitor.sleep(most),
                        None => self.monitor.sleep_until_called(),
                    };
                    // One look is enough if nobody woke.
                    calm = if called { 0 } else { CALM };
                } else {
                    calm = 0;
                }
                self.monitor.asleep.store(false, Ordering::Relaxed);
            }
            let quiet = self.look(&mut watch);
            calm = if quiet { calm + 1 } else { 0 };
            #[cfg(not(loom))]
            {
                again = self.seek_deadlocks();
            }
        }
        self.finish_closing(&mut watch);
        self.release();
    }
}
