//! Which worker looks at which timers when.
//!
//! A worker that runs looks at its own every `CLOCK_EVERY` turns and at all of them before it sleeps; the timekeeper among the
//! sleepers sleeps until the earliest of all; the monitor serves those of a worker that is stuck in a turn. Spare threads have no timers of
//! their own: they come and go, and whoever sleeps looks at all shards.

use super::Pool;
use super::local;
use crate::time::Shard;

/// Wakes what is due on one worker's shard.
#[inline]
pub(super) fn expire(pool: &'static Pool, shard: &Shard, now: u64) {
    if shard.next_deadline() <= now {
        let woken = shard.expire(now);
        if woken > 1 {
            // One goes on here; a searcher that finds others wakes the next.
            pool.hint();
        }
    }
}

/// Wakes what is due on any worker's shard.
pub(crate) fn expire_all(pool: &'static Pool, now: u64) {
    for index in 0..pool.workers {
        expire(pool, &pool.slot(index).shard, now);
    }
}

/// The earliest deadline of all, `u64::MAX` if there is none.
pub(super) fn next_deadline(pool: &Pool) -> u64 {
    (0..pool.workers).map(|i| pool.slot(i).shard.next_deadline()).min().unwrap_or(u64::MAX)
}

/// Where a timer set by this thread goes.
pub(crate) struct ShardRef {
    pub(crate) shard: &'static Shard,
    /// Whose sleepers have to be told; nobody looks at the shard of a thread's own but this thread.
    pool: Option<&'static Pool>,
}

impl ShardRef {
    /// This worker's shard; on other threads what `other` says.
    #[inline]
    pub(crate) fn current(other: impl FnOnce() -> Self) -> Self {
        local::with(|worker| match worker {
            Some(worker) => Self::own(worker.shard),
            None => other(),
        })
    }

    /// This thread's own shard.
    #[inline]
    pub(crate) fn own(shard: &'static Shard) -> Self {
        Self { shard, pool: None }
    }

    /// A shard that all threads share which are no workers of the pool.
    pub(crate) fn shared(pool: &'static Pool) -> Self {
        Self { shard: &pool.slot(0).shard, pool: Some(pool) }
    }

    /// To be called after the shard that `current` returned published `deadline` as its next, not under its lock.
    #[inline]
    pub(crate) fn timer_added(shard: &Shard, deadline: u64, other: impl FnOnce() -> Self) {
        // A worker is awake and looks at its timers itself before it sleeps.
        if local::with(|worker| worker.is_none()) {
            other().added(shard, deadline);
        }
    }

    /// Does nothing if the timer is in another shard than this: the thread's runtime may have ended since it was armed.
    #[cold]
    #[inline(never)]
    fn added(self, shard: &Shard, deadline: u64) {
        if let Some(pool) = self.pool
            && std::ptr::eq(self.shard, shard)
            && let Some(worker) = pool.idle.timer_added(deadline)
        {
            pool.unpark(worker);
        }
    }
}
