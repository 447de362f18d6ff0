//! The worker that this thread is, if it is one.

use std::cell::Cell;
use std::ptr;

use super::worker::Worker;

thread_local! {
    static WORKER: Cell<*const Worker> = const { Cell::new(ptr::null()) };
}

/// Calls `f` with this thread's worker.
#[inline]
pub(crate) fn with<R>(f: impl FnOnce(Option<&Worker>) -> R) -> R {
    let worker = WORKER.get();
    // SAFETY: null, or what `enter` set: a worker borrowed until it resets the cell, on this thread.
    f(unsafe { worker.as_ref() })
}

/// Runs `f` as `worker`.
pub(super) fn enter<R>(worker: &Worker, f: impl FnOnce(&Worker) -> R) -> R {
    struct Leave;
    impl Drop for Leave {
        fn drop(&mut self) {
            WORKER.with(|cell| cell.set(ptr::null()));
        }
    }
    WORKER.with(|cell| {
        debug_assert!(cell.get().is_null(), "a thread is one worker at most");
        cell.set(worker);
    });
    let _leave = Leave;
    f(worker)
}
