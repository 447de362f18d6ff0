//! Calls of foreign code (wakers, destructors) whose panic has no caller to go to.
//!
//! The panic hook has reported such a panic by the time it is caught; here it is counted.

use std::any::Any;
use std::mem;
use std::panic::{AssertUnwindSafe, catch_unwind};

use crate::shim::atomic::Ordering;
use crate::shim::plain::Counter;

static PANICS: Counter = Counter::new(0);

/// Runs `f` and catches its panic.
pub(crate) fn caught(f: impl FnOnce()) {
    if let Err(payload) = catch_unwind(AssertUnwindSafe(f)) {
        count(payload);
    }
}

#[cold]
fn count(payload: Box<dyn Any + Send>) {
    // ORDERING: Relaxed: a number to show.
    PANICS.fetch_add(1, Ordering::Relaxed);
    // The payload's destructor may panic as well; what it panics with is leaked.
    if let Err(second) = catch_unwind(AssertUnwindSafe(|| drop(payload))) {
        mem::forget(second);
    }
}

/// Drops a value and catches a panic of its destructor.
#[inline]
pub(crate) fn discard<T>(value: T) {
    if mem::needs_drop::<T>() {
        caught(|| drop(value));
    }
}

/// Drops all that `next` returns, each of them whatever the destructors of the others do.
pub(crate) fn discard_all<T>(mut next: impl FnMut() -> Option<T>) {
    let mut is_done = false;
    while !is_done {
        // One catch for all that are dropped without a panic.
        caught(|| {
            while let Some(value) = next() {
                drop(value);
            }
            is_done = true;
        });
    }
}

/// How many panics were caught so far.
pub(crate) fn panics() -> u64 {
    // ORDERING: as above.
    PANICS.load(Ordering::Relaxed)
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Bad<'a>(&'a std::cell::Cell<u32>);

    impl Drop for Bad<'_> {
        fn drop(&mut self) {
            self.0.set(self.0.get() + 1);
            panic!("a destructor that panics");
        }
    }

    #[test]
    fn each_panicking_destructor_runs_and_is_counted() {
        let drops = std::cell::Cell::new(0);
        let before = panics();
        let mut left = 5;
        discard_all(|| {
            left -= 1;
            (left >= 0).then(|| Bad(&drops))
        });
        // A payload whose destructor panics as well.
        caught(|| std::panic::panic_any(SendBad));
        assert_eq!(drops.get(), 5);
        assert!(panics() - before >= 6);
    }

    struct SendBad;

    impl Drop for SendBad {
        fn drop(&mut self) {
            panic!("the destructor of a payload");
        }
    }
}
