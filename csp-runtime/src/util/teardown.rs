//! Destructors that lead to each other: what a channel or a handle drops may be the last endpoint of a channel, or a handle, and so
//! on. Such a chain comes apart in a loop, however long it is.

use std::cell::{Cell, RefCell};
use std::mem::ManuallyDrop;

#[cfg(not(loom))]
use crate::shim::atomic::{AtomicU32, Ordering};

/// So many teardowns nest; those that are nested more deeply are deferred until the one above them is done.
const MOST: u32 = 8;

type Job = Box<dyn FnOnce()>;

/// Counts the teardowns that others are deferred to, as they begin; stops at its end.
#[cfg(not(loom))]
static BEGUN: AtomicU32 = AtomicU32::new(0);

/// When something is made, to be told from the teardowns that begin later.
#[inline]
pub(crate) fn now() -> u32 {
    // ORDERING: Relaxed: what is made within a teardown, by its thread or by one that was started in it, comes after its count.
    #[cfg(not(loom))]
    return BEGUN.load(Ordering::Relaxed);
    #[cfg(loom)]
    0
}

/// Whether what was made then was there before the teardown began to which this thread defers.
#[inline]
pub(crate) fn was_before(made: u32) -> bool {
    made < BEGAN.get()
}

thread_local! {
    static DEPTH: Cell<u32> = const { Cell::new(0) };
    /// `now` when the teardown began to which others are deferred.
    static BEGAN: Cell<u32> = const { Cell::new(0) };
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
    if depth == MOST {
        deepest(drops);
    } else {
        drops();
    }
    DEPTH.set(depth - 1);
}

fn deepest(drops: impl FnOnce()) {
    // ORDERING: Relaxed: see `now`. At the end of the numbers nothing is before anything any more.
    #[cfg(not(loom))]
    BEGAN.set(match BEGUN.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |begun| begun.checked_add(1)) {
        Ok(before) => before + 1,
        Err(_) => 0,
    });
    drops();
    run_deferred();
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
