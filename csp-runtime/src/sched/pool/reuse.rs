//! A pool after its end serves the next runtime of the same shape: its memory is never freed, for a wake may still be on its way to
//! it, but it need not be more than what was in use at once.
//!
//! Nothing here is unsafe: a pool is only ever used through shared references. What must be right is that nobody who means the runtime
//! of before does anything to the one of now but wake a worker for nothing, which every worker bears.
//!
//! * *Users* are counted: the [`Runtime`](crate::Runtime) until its drop or shutdown returned, each guard of a thread that entered it
//!   (those for blocking calls have one), and the monitor until its last access. A guard that is forgotten keeps the pool out of use.
//! * Workers are joined before the end is over. Sources of the driver are counted in its table.
//! * Headers of ended processes point to `face`. Handles ask it for the panic policy, which is part of the shape. A process that is
//!   woken is alive, so its pool has not ended; but who woke it may be in `inject` still when it has ended, behind `Injector::push`:
//!   what is left to be done there is a wake of a sleeper, by the idle list's lock, and of the monitor.
//! * Who looks from outside (snapshots, the search for deadlocks) may see a pool change: numbers that do not fit together.

use super::{Config, Pool, shutdown};
use crate::shim::atomic::Ordering;
use crate::shim::plain::{Arc, lock};

/// The users of a pool that begins: its runtime and its monitor.
pub(super) const FIRST_USERS: usize = 2;

impl Pool {
    /// Makes a pool that ended ready for another runtime, if it has the shape for it and nobody uses it. Under the lock of `POOLS`.
    pub(super) fn try_reuse(&'static self, config: &Config) -> bool {
        let shape = self.config();
        let fits = (shape.workers, shape.max_spares, shape.on_panic, shape.on_error)
            == (config.workers, config.max_spares, config.on_panic, config.on_error);
        if !fits || !self.has_ended() {
            return false;
        }
        // ORDERING: Acquire pairs with the Release of `release`: what the users did comes before.
        let claimed = self.users.compare_exchange(0, FIRST_USERS, Ordering::Acquire, Ordering::Relaxed);
        if claimed.is_err() {
            return false;
        }
        *lock(&self.config) = Arc::new(config.clone());
        self.renew(config);
        true
    }

    /// Whether its end is over, and whatever it lent is back.
    fn has_ended(&self) -> bool {
        // ORDERING: Acquire pairs with `release`.
        self.users.load(Ordering::Acquire) == 0
            && self.is_over()
            && self.threads_alive() == 0
            && self.live() == 0
            && self.blocking.is_over()
            && self.io.is_unused()
            && (0..self.slots()).all(|slot| self.slot(slot).is_vacant())
    }

    fn renew(&self, config: &Config) {
        self.lock_threads().clear();
        self.late_start.store(false, Ordering::Relaxed);
        self.reserves.store(0, Ordering::Relaxed);
        self.slots_in_use.store(self.workers, Ordering::Relaxed);
        // Ends first, as in `counted`.
        self.ended_outside.store(0, Ordering::Relaxed);
        self.started_outside.store(0, Ordering::Relaxed);
        for slot in 0..self.slots() {
            self.slot(slot).renew();
        }
        self.idle.renew();
        self.monitor.renew();
        #[cfg(not(loom))]
        self.deadlocks.renew();
        self.blocking.renew(config.max_blocking, &config.name);
        self.io.renew();
        self.stats.renew();
        self.reopen();
    }

    /// One more user.
    pub(crate) fn retain(&self) {
        // ORDERING: Relaxed: the caller got the pool from a user.
        self.users.fetch_add(1, Ordering::Relaxed);
    }

    /// One less, who does nothing to the pool any more.
    pub(crate) fn release(&self) {
        // ORDERING: Release pairs with the Acquire in `try_reuse`.
        self.users.fetch_sub(1, Ordering::Release);
    }
}

impl shutdown::Phase {
    /// Nothing was started yet that could read it too early.
    pub(super) fn renew(&self) {
        *lock(&self.over) = false;
        // ORDERING: Release: who sees it open sees the pool renewed.
        self.phase.store(shutdown::OPEN, Ordering::Release);
    }
}
