//! Destructors that lead to each other: what a channel or a handle drops may be the last endpoint of a channel, or a handle, and so
//! on. Such a chain comes apart in a loop, however long it is.

use std::cell::{Cell, RefCell};
use std::mem::ManuallyDrop;

/// So many teardowns nest; those that are nested more deeply are deferred until the one above them is done.
const MOST: u32 = 8;

type Job = Box<dyn FnOnce()>;

thread_local! {
    static DEPTH: Cell<u32> = const { Cell::new(0) };
    /// Empty but for the time of a teardown. It has no destructor, so that it is there for those that run as the thread ends.
    static DEFERRED: ManuallyDrop<RefCell<Vec<Job>>> = const { ManuallyDrop::new(RefCell::new(Vec::new())) };
}

/// Runs `drops`, which drops values of users and does not panic: at once, or on this thread before an outer call of this
/// function returns.
#[inline]
pub(crate) fn run(drops: impl FnOnce() + 'static) {
    if is_deep() { defer(Box::new(drops)) } else { at_once(drops) }
}

/// Whether to `defer`, and not to call `at_once`.
#[inline]
pub(crate) fn is_deep() -> bool {
    DEPTH.get() == MOST
}

#[cold]
pub(crate) fn defer(drops: Job) {
    DEFERRED.with(|deferred| deferred.borrow_mut().push(drops));
}

pub(crate) fn at_once(drops: impl FnOnce()) {
    // Threads of a model are coroutines of one thread: a depth of theirs would be of all of them.
    if cfg!(loom) {
        return drops();
    }
    let depth = DEPTH.get() + 1;
    DEPTH.set(depth);
    drops();
    if depth == MOST {
        run_deferred();
    }
    DEPTH.set(depth - 1);
}

/// Only teardowns right below the deepest are deferred, so that the deepest has all of them.
#[cold]
fn run_deferred() {
    loop {
        let next = DEFERRED.with(|deferred| {
            let mut deferred = deferred.borrow_mut();
            // The memory goes with the last one.
            deferred.pop().or_else(|| {
                *deferred = Vec::new();
                None
            })
        });
        match next {
            Some(drops) => drops(),
            None => return,
        }
    }
}
