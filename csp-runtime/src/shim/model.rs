//! The model checker's primitives under the names of `real.rs`.

pub(crate) use loom::cell::UnsafeCell;
pub(crate) use loom::sync::{Arc, Condvar, Mutex, MutexGuard};
pub(crate) use loom::thread;

pub(crate) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
}

pub(crate) fn try_lock<T>(mutex: &Mutex<T>) -> Option<MutexGuard<'_, T>> {
    mutex.try_lock().ok()
}

/// The checker's, in the standard library's words. Its threads are all on one thread of the system.
macro_rules! local {
    ($(static $name:ident: $type:ty = const $value:block;)*) => {
        $(::loom::thread_local! { static $name: $type = $value; })*
    };
}
pub(crate) use local as thread_local;

/// As `plain::wait_for`. No time passes in a model: whoever is notified may as well have waited for so long.
pub(crate) fn wait_for<'a, T>(
    condvar: &Condvar,
    guard: MutexGuard<'a, T>,
    _most: std::time::Duration,
) -> (MutexGuard<'a, T>, bool) {
    (condvar.wait(guard).unwrap_or_else(std::sync::PoisonError::into_inner), true)
}

pub(crate) mod atomic {
    pub(crate) use loom::sync::atomic::{
        AtomicBool, AtomicPtr, AtomicU8, AtomicU16, AtomicU32, AtomicU64, AtomicUsize, Ordering, fence,
    };
}

pub(crate) mod hint {
    /// A model must let the other threads go on where real code spins.
    pub(crate) fn spin_loop() {
        loom::thread::yield_now();
    }
}
