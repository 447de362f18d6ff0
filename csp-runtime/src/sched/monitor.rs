//! A thread that watches the workers: it repairs missed wakes, serves the timers of stuck workers and lends them a spare thread.
//!
//! A worker that is in one turn for longer than [`STUCK`] while something waits behind it, with nobody idle to take it, computes
//! or blocks. Either way another thread takes over what waits, by stealing: the stuck one keeps its queues and goes on when it
//! can. A spare thread goes a while after the stuck one runs again.
//!
//! Rejected
//! * Taking the queues away from a stuck worker: its thread may return at any instant, so that every access would need a check.
//! * Sleeping at once when all workers sleep: each exchange with an outside thread would then cost a wake of the monitor too.

use std::time::Duration;

use super::pool::Pool;
use crate::shim::atomic::{AtomicBool, Ordering, fence};
use crate::shim::plain::{Condvar, Mutex, lock, wait, wait_for};
use crate::time::clock;

/// Between two looks while workers run.
const PERIOD: Duration = Duration::from_millis(2);
/// A turn that lasts longer leaves its place to a spare thread (nanoseconds).
const STUCK: u64 = 10_000_000;
/// A timer this late belongs to a worker that does not look (nanoseconds).
const LATE: u64 = 1_000_000;
/// Looks without work before the monitor sleeps too.
const CALM: u32 = 50;
/// Looks for which a spare thread that is not needed stays.
const LINGER: u32 = 50;

pub(crate) struct Monitor {
    asleep: AtomicBool,
    called: Mutex<bool>,
    call: Condvar,
}

/// What the monitor saw of one worker.
#[derive(Clone, Copy, Default)]
struct Seen {
    turn: u32,
    since: u64,
}

/// What the monitor remembers from one look to the next.
#[derive(Default)]
pub(crate) struct Watch {
    seen: Vec<Seen>,
    /// Looks since there was one spare thread too many.
    excess: u32,
}

impl Monitor {
    pub(crate) fn new() -> Self {
        Self { asleep: AtomicBool::new(false), called: Mutex::new(false), call: Condvar::new() }
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

    /// Sleeps for `most`, or until `wake`.
    pub(crate) fn sleep(&self, most: Duration) {
        let mut called = lock(&self.called);
        if !*called {
            // To wake too early for no reason does no harm.
            (called, _) = wait_for(&self.call, called, most);
        }
        *called = false;
    }

    fn sleep_until_called(&self) {
        let mut called = lock(&self.called);
        while !*called {
            called = wait(&self.call, called);
        }
        *called = false;
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
                self.monitor.sleep(PERIOD);
            } else {
                self.monitor.asleep.store(true, Ordering::Relaxed);
                // ORDERING: pairs with the fence in `work_begins`.
                fence(Ordering::SeqCst);
                if self.all_asleep() && !self.is_closing() {
                    match again {
                        Some(most) => self.monitor.sleep(most),
                        None => self.monitor.sleep_until_called(),
                    }
                }
                self.monitor.asleep.store(false, Ordering::Relaxed);
                calm = 0;
            }
            let quiet = self.look(&mut watch);
            calm = if quiet { calm + 1 } else { 0 };
            #[cfg(not(loom))]
            {
                again = self.seek_deadlocks();
            }
        }
        self.finish_closing(&mut watch);
    }

    /// One look at all workers. True: there is nothing to watch.
    pub(crate) fn look(&'static self, watch: &mut Watch) -> bool {
        let now = clock::now();
        let slots = self.slots();
        watch.seen.resize(slots, Seen::default());
        let (mut stuck, mut stranded, mut waiting) = (0, false, self.has_injected());
        for (index, seen) in watch.seen.iter_mut().enumerate() {
            let slot = self.slot(index);
            if slot.shard.next_deadline() < now.saturating_sub(LATE) {
                slot.shard.expire(now);
            }
            let (turn, busy) = slot.turn();
            let same = turn == seen.turn && busy;
            if !same {
                *seen = Seen { turn, since: now };
                waiting |= slot.has_to_share();
                continue;
            }
            let has_work = slot.has_work();
            waiting |= has_work;
            if now - seen.since >= STUCK {
                stuck += 1;
                stranded |= has_work;
            }
        }
        self.poll_if_stale(now);
        if waiting {
            self.hint();
        }
        let threads = self.threads_alive();
        let spares = threads.saturating_sub(self.workers);
        let helpless = stuck >= threads && waiting;
        if (stranded || helpless) && self.idle.sleeping() == 0 && self.idle.searching() == 0 {
            self.start_spare();
        }
        watch.excess = if spares > stuck { watch.excess + 1 } else { 0 };
        if watch.excess > LINGER {
            watch.excess = 0;
            self.retire_spare();
        }
        self.all_asleep() && spares == 0
    }

    /// Whether no worker has anything to do.
    fn all_asleep(&self) -> bool {
        self.idle.sleeping() >= self.threads_alive()
    }
}
