//! The only door to atomics, cells, threads and randomness.
//!
//! With `--cfg loom` the same names come from the model checker, so that no call site changes under a model.

pub(crate) mod choice;
pub(crate) mod oracle;

#[cfg(loom)]
mod model;
#[cfg(not(loom))]
mod real;

#[cfg(loom)]
pub(crate) use model::*;
#[cfg(not(loom))]
pub(crate) use real::*;

/// The standard library's own, under a model too: for what no model runs, and for what only they can be made into.
pub(crate) mod plain {
    pub(crate) use std::sync::atomic::AtomicU64 as Counter;
    pub(crate) use std::sync::{Arc, Condvar, Mutex, MutexGuard, OnceLock};
    pub(crate) use std::thread;

    /// Locks, whoever panicked before: nothing guarded in this crate is ever left half changed.
    #[inline]
    pub(crate) fn lock<T: ?Sized>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
        mutex.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
    }

    /// Locks if that need not wait.
    #[inline]
    #[cfg(not(loom))]
    pub(crate) fn try_lock<T: ?Sized>(mutex: &Mutex<T>) -> Option<MutexGuard<'_, T>> {
        match mutex.try_lock() {
            Ok(guard) => Some(guard),
            Err(std::sync::TryLockError::Poisoned(poisoned)) => Some(poisoned.into_inner()),
            Err(std::sync::TryLockError::WouldBlock) => None,
        }
    }

    /// Waits for a notification, or for no reason.
    pub(crate) fn wait<'a, T>(condvar: &Condvar, guard: MutexGuard<'a, T>) -> MutexGuard<'a, T> {
        condvar.wait(guard).unwrap_or_else(std::sync::PoisonError::into_inner)
    }

    /// As `wait`, but not longer than `most`. True: it took that long.
    pub(crate) fn wait_for<'a, T>(
        condvar: &Condvar,
        guard: MutexGuard<'a, T>,
        most: std::time::Duration,
    ) -> (MutexGuard<'a, T>, bool) {
        let (guard, timeout) =
            condvar.wait_timeout(guard, most).unwrap_or_else(std::sync::PoisonError::into_inner);
        (guard, timeout.timed_out())
    }
}
