//! What a process may do in one turn, and how it gives the turn up.

use std::cell::Cell;
use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};

use super::header::TaskRef;

/// Channel operations in one turn.
pub(crate) const BUDGET: u64 = 128;
/// Off a worker: nobody counts that far.
const UNLIMITED: u64 = u64::MAX;

struct Turn {
    left: Cell<u64>,
    /// The process asked to go to the end of the queue.
    yielded: Cell<bool>,
    current: Cell<Option<TaskRef>>,
    /// The process in whose turn this thread waits for a future, which is on its own.
    outer: Cell<Option<TaskRef>>,
    /// How often the process said in this turn what it waits for.
    waits: Cell<u32>,
}

thread_local! {
    static TURN: Turn =
        const {
            Turn {
                left: Cell::new(UNLIMITED),
                yielded: Cell::new(false),
                current: Cell::new(None),
                outer: Cell::new(None),
                waits: Cell::new(0),
            }
        };
}

/// A worker is about to poll `task`.
#[inline]
pub(crate) fn begin(task: TaskRef) {
    if cfg!(loom) {
        return;
    }
    TURN.with(|t| {
        t.left.set(BUDGET);
        t.yielded.set(false);
        t.current.set(Some(task));
        t.waits.set(0);
    });
}

/// The poll is over. True: the process gave up its turn, so that the token must not be parked.
#[inline]
pub(crate) fn end() -> bool {
    if cfg!(loom) {
        return false;
    }
    TURN.with(|t| {
        t.left.set(UNLIMITED);
        t.current.set(None);
        t.yielded.get()
    })
}

/// The process that is polled, or dropped, by this thread.
pub(super) fn current() -> Option<TaskRef> {
    TURN.with(|t| t.current.get())
}

/// The same, also where a future is waited for inside its turn.
pub(super) fn innermost() -> Option<TaskRef> {
    TURN.with(|t| t.current.get().or(t.outer.get()))
}

/// One more wait. True: it is the first of this turn.
#[inline]
pub(super) fn waits_once() -> bool {
    TURN.with(|t| t.waits.replace(t.waits.get() + 1) == 0)
}

/// Whether the turn that is over said what the process waits for.
#[inline]
pub(super) fn said_why() -> bool {
    cfg!(loom) || TURN.with(|t| t.waits.get() != 0)
}

/// Runs `f` as if on no worker: for a future that is waited for inside a process's turn.
pub(crate) fn outside<R>(f: impl FnOnce() -> R) -> R {
    struct Restore(u64, bool, Option<TaskRef>, Option<TaskRef>);
    impl Drop for Restore {
        fn drop(&mut self) {
            TURN.with(|t| {
                t.left.set(self.0);
                t.yielded.set(self.1);
                t.current.set(self.2);
                t.outer.set(self.3);
            });
        }
    }
    let _restore = TURN.with(|t| {
        let (current, outer) = (t.current.take(), t.outer.get());
        t.outer.set(current.or(outer));
        Restore(t.left.replace(UNLIMITED), t.yielded.replace(false), current, outer)
    });
    f()
}

/// If this thread is polling `task`: notes that it gives up its turn.
#[inline]
pub(super) fn yield_if_current(task: TaskRef) -> bool {
    if cfg!(loom) {
        return false;
    }
    TURN.with(|t| {
        let current = t.current.get() == Some(task);
        if current {
            t.yielded.set(true);
        }
        current
    })
}

/// Gives up the turn if this thread is polling the process of `cx` and has others to run. False: there is nothing to give
/// way to.
pub(crate) fn give_way(cx: &Context<'_>) -> bool {
    if cfg!(loom) {
        return false;
    }
    let Some(task) = TaskRef::of(cx.waker()) else { return false };
    // The turn of a process is its scheduler's.
    let gives = TURN.with(|t| t.current.get()) == Some(task) && task.scheduler().has_ready();
    if gives {
        TURN.with(|t| t.yielded.set(true));
    }
    gives
}

/// One more operation: Ready, unless the turn's budget is used up. Then the process goes to the end of the queue.
/// Off a worker it is always Ready.
#[inline(always)]
pub(crate) fn poll_proceed(cx: &mut Context<'_>) -> Poll<()> {
    let left = TURN.with(|t| {
        let left = t.left.get();
        t.left.set(left.saturating_sub(1));
        left
    });
    if left != 0 {
        return Poll::Ready(());
    }
    used_up(cx)
}

#[cold]
fn used_up(cx: &Context<'_>) -> Poll<()> {
    cx.waker().wake_by_ref();
    Poll::Pending
}

/// Lets the other processes run before this one goes on.
///
/// ```
/// # csp_runtime::block_on(async {
/// csp_runtime::yield_now().await;
/// # });
/// ```
pub fn yield_now() -> YieldNow {
    YieldNow { yielded: false }
}

/// The future of [`yield_now`].
#[derive(Debug)]
#[must_use = "a future does nothing unless it is awaited"]
pub struct YieldNow {
    yielded: bool,
}

impl Future for YieldNow {
    type Output = ();

    #[inline]
    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        if self.yielded {
            return Poll::Ready(());
        }
        self.yielded = true;
        cx.waker().wake_by_ref();
        Poll::Pending
    }
}
