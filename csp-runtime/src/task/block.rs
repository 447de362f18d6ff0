//! A thread that waits as a task does.

use std::cell::Cell;
use std::panic::Location;
use std::task::{Context, Wake, Waker};

use crate::shim::atomic::{AtomicBool, Ordering};
use crate::shim::oracle;
use crate::shim::{plain::Arc, thread};
use crate::util::fork;

const BLOCKS: &str = "this blocks the one thread that explores the program, and all that could wake it; write `.await` in its \
     place, or `rx.recv()` and `tx.send(v)` as in any process";

struct Parker {
    thread: thread::Thread,
    woken: AtomicBool,
}

impl Wake for Parker {
    fn wake(self: Arc<Self>) {
        self.wake_by_ref();
    }

    fn wake_by_ref(self: &Arc<Self>) {
        // ORDERING: Release pairs with the Acquire swap in `on`.
        if !self.woken.swap(true, Ordering::Release) {
            self.thread.unpark();
        }
    }
}

thread_local! {
    /// This thread's parker, unless it is in use: one that waits inside another has a wake flag of its own.
    static SPARE: Cell<Option<Arc<Parker>>> = const { Cell::new(None) };
}

/// Calls `step` until it says true, and again whenever the waker it was given is woken.
///
/// # Panics
/// In the child of a `fork`, if it would have to wait: no worker runs there.
/// Where a program is explored, if it would have to wait: this thread is the one that runs what it waits for.
#[track_caller]
pub(crate) fn on(mut step: impl FnMut(&mut Context<'_>) -> bool) {
    let at = Location::caller();
    let parker = SPARE.try_with(Cell::take).ok().flatten();
    let parker = parker
        .unwrap_or_else(|| Arc::new(Parker { thread: thread::current(), woken: AtomicBool::new(false) }));
    // ORDERING: Relaxed: a wake left over from an earlier use may be lost or found, nothing hangs on it.
    parker.woken.store(false, Ordering::Relaxed);
    let waker = Waker::from(Arc::clone(&parker));
    let mut cx = Context::from_waker(&waker);
    super::budget::outside(|| {
        while !step(&mut cx) {
            fork::refuse();
            assert!(oracle::current().is_none(), "{BLOCKS} (at {at})");
            // ORDERING: Acquire pairs with the Release of the waker: the next step sees what it did.
            while !parker.woken.swap(false, Ordering::Acquire) {
                thread::park();
            }
        }
    });
    let _ = SPARE.try_with(|spare| spare.set(Some(parker)));
}
