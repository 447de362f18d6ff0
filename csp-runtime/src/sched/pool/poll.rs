//! Who polls the sockets when.
//!
//! One worker that has nothing to do sleeps in the poller instead of at its own place. Whoever runs polls now and then without
//! waiting, unless somebody sleeps there; the monitor sees to it that somebody does if nobody comes by. Why nobody waits for
//! an event that no one looks for: `README.md`.

use std::io;
use std::time::Duration;

use super::Pool;
use super::worker::Worker;
use crate::io::{Driver, Lead};
use crate::shim::atomic::{Ordering, fence};
use crate::time::clock;

/// A busy worker polls so often (nanoseconds): a system call is then less than a hundredth of its time.
const EVERY: u64 = 100_000;
/// If events came within this time, more of them are what comes next.
const LATELY: u64 = 1_000_000;
/// Nobody polled for so long: the workers are in long turns.
const STALE: u64 = 1_000_000;

impl Pool {
    /// The driver of this pool's sockets, which starts with its first use.
    ///
    /// Fails if the system gives no poller, and after the pool's end.
    pub(crate) fn driver(&self) -> io::Result<&Driver> {
        if self.io.open()? {
            // As work in the injector: whoever sleeps must learn of it, to go to sleep in the poller. Pairs with the fence in `Idle::sleep`.
            self.wake_strict();
        }
        Ok(&self.io)
    }

    /// The monitor's part: sockets must not wait for the end of long turns.
    pub(crate) fn poll_if_stale(&self, now: u64) {
        if !self.io.in_use() || now.saturating_sub(self.io.polled_at()) < STALE {
            return;
        }
        let Some(lead) = self.io.try_lead() else { return };
        self.poll(lead, now);
        // ORDERING: pairs with the fence in `Idle::sleep`: a worker that went to sleep meanwhile found the lead free, or is seen.
        fence(Ordering::SeqCst);
        if self.idle.sleeping() > 0 {
            // It goes to sleep again, in the poller.
            self.hint();
        }
    }

    fn poll(&self, mut lead: Lead<'_>, now: u64) {
        lead.wait(Some(Duration::ZERO), now);
        self.deliver(lead);
    }

    fn deliver(&self, mut lead: Lead<'_>) {
        if lead.deliver(clock::now) > 1 {
            // One goes on here; a searcher that finds others wakes the next.
            self.hint();
        }
    }

    /// Whether events came lately: then work comes from the poller, and to look for it elsewhere first is in vain.
    #[inline]
    pub(super) fn is_served(&self) -> bool {
        self.io.in_use() && clock::now().saturating_sub(self.io.delivered_at()) < LATELY
    }
}

impl Worker {
    /// Polls, unless it would do so in its sleep at once, or somebody sleeps in the poller. Says whether events came lately.
    #[inline]
    pub(super) fn poll_before_search(&self) -> bool {
        self.pool.io.in_use() && {
            let served = self.pool.is_served();
            if !served {
                self.poll_now(clock::now());
            }
            served
        }
    }

    /// Polls if nobody did for a while.
    #[inline]
    pub(super) fn poll_if_due(&self, now: u64) {
        if self.pool.io.in_use() && now.saturating_sub(self.pool.io.polled_at()) >= EVERY {
            self.poll_now(now);
        }
    }

    #[cold]
    fn poll_now(&self, now: u64) {
        if let Some(lead) = self.pool.io.try_lead() {
            self.pool.poll(lead, now);
        }
    }

    /// Waits for sockets for up to `most`, without being listed as asleep. False: there are none, or somebody else waits.
    pub(super) fn wait_in_poller(&self, most: Duration, now: u64) -> bool {
        if !self.pool.io.in_use() {
            return false;
        }
        let Some(mut lead) = self.pool.io.try_lead() else { return false };
        lead.wait(Some(most), now);
        self.pool.deliver(lead);
        true
    }

    /// Sleeps in the poller, up to `most`, unless somebody does or there is none. The worker is listed as asleep; true if it
    /// counts as searching afterwards.
    pub(super) fn sleep_in_poller(&self, most: Option<Duration>) -> Option<bool> {
        if !self.pool.io.in_use() {
            return None;
        }
        let mut lead = self.pool.io.try_lead()?;
        if !self.slot.parker.begin_poll() {
            // There is a wake to be slept off.
            return None;
        }
        lead.wait(most, clock::now());
        // Off the list before it wakes anybody: those are its own to run.
        let searching = self.slot.parker.end_poll() || self.woke_by_itself();
        self.pool.deliver(lead);
        Some(searching)
    }
}
