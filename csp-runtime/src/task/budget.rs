//! What a process may do in one turn, and how it gives the turn up.

use std::cell::Cell;
use std::future::Future;
use std::pin::Pin;
use std::ptr;
use std::task::{Context, Poll, RawWakerVTable, Waker};

use super::header::TaskRef;
use crate::shim::{oracle, thread_local};

/// Channel operations in one turn.
pub(crate) const BUDGET: u64 = 128;
/// Of them, what is lent to each future of a select.
const LEAST: u64 = 16;
/// What is left after a refusal. (Where a program is explored the budget stays 0: the oracle is asked each time.)
const AFTER_REFUSAL: u64 = 1;
/// Off a worker: nobody counts that far.
pub(super) const UNLIMITED: u64 = u64::MAX;

struct Turn {
    left: Cell<u64>,
    /// See `Said`.
    said: Cell<u32>,
    /// With `AGAIN`: on what it was said again that it is waited on.
    again: Cell<usize>,
    current: Cell<Option<TaskRef>>,
    /// The process in whose turn this thread waits for a future, which is on its own.
    outer: Cell<Option<TaskRef>>,
    /// How often an operation was refused on this thread, because the budget was used up.
    refusals: Cell<u32>,
    /// The table of the last waker of another library that was seen to wake the process, in whose turn it was asked.
    leads: Cell<*const RawWakerVTable>,
}

/// What a process said in its turn: `YIELDED`, `AGAIN`, and above them how often it said what it waits for.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Said(u32);

/// It asked to go to the end of the queue.
const YIELDED: u32 = 1;
/// Something said that it still waits, as it did in an earlier turn.
const AGAIN: u32 = 2;
/// It waits for something.
const WAITS: u32 = 4;

impl Said {
    /// The process gave up its turn, so that the token must not be parked.
    #[inline]
    pub(crate) fn yielded(self) -> bool {
        self.0 & YIELDED != 0
    }

    /// It waits for one thing, and said for which.
    #[inline]
    pub(crate) fn waits_for_one(self) -> bool {
        self.0 == WAITS
    }

    /// It waits for one thing, as it did before.
    pub(crate) fn waits_again_for_one(self) -> bool {
        self.0 == WAITS | AGAIN
    }
}

thread_local! {
    static TURN: Turn =
        const {
            Turn {
                left: Cell::new(UNLIMITED),
                said: Cell::new(0),
                again: Cell::new(0),
                current: Cell::new(None),
                outer: Cell::new(None),
                refusals: Cell::new(0),
                leads: Cell::new(ptr::null()),
            }
        };
}

/// A worker is about to poll `task`, which may do so many operations before it has to ask again.
#[inline]
pub(crate) fn begin(task: TaskRef, budget: u64) {
    TURN.with(|t| {
        t.left.set(budget);
        t.said.set(0);
        t.current.set(Some(task));
    });
}

/// The poll is over.
#[inline]
pub(crate) fn end() -> Said {
    TURN.with(|t| {
        t.left.set(UNLIMITED);
        t.current.set(None);
        Said(t.said.get())
    })
}

/// The process that is polled, or dropped, by this thread.
pub(crate) fn current() -> Option<TaskRef> {
    TURN.with(|t| t.current.get())
}

/// The same, also where a future is waited for inside its turn.
pub(super) fn innermost() -> Option<TaskRef> {
    TURN.with(|t| t.current.get().or(t.outer.get()))
}

/// The process says what it waits for.
#[inline]
pub(super) fn waits() {
    TURN.with(|t| t.said.set(t.said.get().wrapping_add(WAITS)));
}

/// The process says that it still waits on this.
pub(super) fn waits_again(on: usize) {
    TURN.with(|t| {
        t.said.set(t.said.get().wrapping_add(WAITS) | AGAIN);
        t.again.set(on);
    });
}

/// A wait on this is given up: the word of it is taken back, if it was the last one of this turn.
pub(crate) fn gives_up(on: usize) {
    TURN.with(|t| {
        let said = t.said.get();
        let last = match said & AGAIN != 0 {
            true => Some(t.again.get()),
            false => t.current.get().map(|task| task.waiting().1),
        };
        if said >= WAITS && last == Some(on) {
            t.said.set((said & !AGAIN) - WAITS);
        }
    });
}

/// Runs `f` as if on no worker: for a future that is waited for inside a process's turn.
pub(crate) fn outside<R>(f: impl FnOnce() -> R) -> R {
    struct Restore(u64, u32, Option<TaskRef>, Option<TaskRef>);
    impl Drop for Restore {
        fn drop(&mut self) {
            TURN.with(|t| {
                t.left.set(self.0);
                // Whatever waited meanwhile counts.
                t.said.set(self.1.wrapping_add(t.said.get() & !(YIELDED | AGAIN)));
                t.current.set(self.2);
                t.outer.set(self.3);
            });
        }
    }
    let _restore = TURN.with(|t| {
        let (current, outer) = (t.current.take(), t.outer.get());
        t.outer.set(current.or(outer));
        Restore(t.left.replace(UNLIMITED), t.said.replace(0), current, outer)
    });
    f()
}

/// Runs `f`, which may give turns to other processes on this thread. The turn that it is called in, if any, goes on afterwards as it
/// was before.
pub(crate) fn nested<R>(f: impl FnOnce() -> R) -> R {
    struct Restore(u64, u32, usize, Option<TaskRef>, Option<TaskRef>);
    impl Drop for Restore {
        fn drop(&mut self) {
            TURN.with(|t| {
                t.left.set(self.0);
                t.said.set(self.1);
                t.again.set(self.2);
                t.current.set(self.3);
                t.outer.set(self.4);
            });
        }
    }
    let _restore =
        TURN.with(|t| Restore(t.left.get(), t.said.get(), t.again.get(), t.current.get(), t.outer.get()));
    f()
}

/// If this thread is polling `task`: notes that it gives up its turn.
#[inline]
pub(super) fn yield_if_current(task: TaskRef) -> bool {
    TURN.with(|t| {
        let current = t.current.get() == Some(task);
        if current {
            t.said.set(t.said.get() | YIELDED);
        }
        current
    })
}

/// Gives up the turn if this thread is polling the process of `cx` and has others to run. False: there is nothing to give
/// way to.
pub(crate) fn give_way(cx: &Context<'_>) -> bool {
    let Some(task) = TaskRef::of(cx.waker()) else { return false };
    // The turn of a process is its scheduler's.
    let gives = TURN.with(|t| t.current.get()) == Some(task) && task.scheduler().has_ready();
    if gives {
        TURN.with(|t| t.said.set(t.said.get() | YIELDED));
    }
    gives
}

/// One more operation: Ready, unless the turn's budget is used up. Then the process goes to the end of the queue, if the waker is its
/// own, or one that wakes it. Off a worker it is always Ready, and so it is for any other waker. Where a program is explored there is no budget, and the oracle is asked each time.
#[inline(always)]
pub(crate) fn poll_proceed(cx: &mut Context<'_>) -> Poll<()> {
    proceed_with(|| used_up(cx, 0))
}

/// As `poll_proceed`, for an operation on the channel at this address. Asked here, an exploration that wants to know what steps touch
/// costs others nothing: the address is used where the budget is used up, as it always is there.
#[inline(always)]
pub(crate) fn poll_proceed_on(cx: &mut Context<'_>, channel: usize) -> Poll<()> {
    proceed_with(|| used_up(cx, channel))
}

/// As `poll_proceed`, for an operation that says itself what it touches, by `tell`.
#[inline(always)]
pub(crate) fn poll_proceed_telling(cx: &mut Context<'_>, tell: impl FnOnce()) -> Poll<()> {
    proceed_with(|| {
        let proceeds = used_up(cx, 0);
        if proceeds.is_ready() {
            tell();
        }
        proceeds
    })
}

#[inline(always)]
fn proceed_with(used_up: impl FnOnce() -> Poll<()>) -> Poll<()> {
    let left = TURN.with(|t| {
        let left = t.left.get();
        t.left.set(left.saturating_sub(1));
        left
    });
    if left != 0 {
        return Poll::Ready(());
    }
    used_up()
}

/// `channel` is touched next, if it is not 0.
#[cold]
#[inline(never)]
fn used_up(cx: &Context<'_>, channel: usize) -> Poll<()> {
    let explored = oracle::current();
    let proceeds = explored.is_some_and(|oracle| oracle.goes_on()) || !refuse(cx.waker());
    if explored.is_none() {
        // Of several futures in one process the first that uses the budget up leaves something to the others.
        TURN.with(|t| t.left.set(if proceeds { BUDGET } else { AFTER_REFUSAL }));
    } else if proceeds && channel != 0 {
        oracle::touched_channel(channel);
    }
    if proceeds { Poll::Ready(()) } else { Poll::Pending }
}

/// Wakes the waker, if it is one whose future may be refused.
fn refuse(waker: &Waker) -> bool {
    let is_own = TaskRef::of(waker).is_some_and(|task| current() == Some(task));
    if is_own {
        waker.wake_by_ref();
    }
    let refused = is_own || leads_here(waker);
    if refused {
        TURN.with(|t| t.refusals.set(t.refusals.get().wrapping_add(1)));
    }
    refused
}

/// Whether waking a waker of another library wakes the process that this thread polls, as those of `FuturesUnordered` do. Then its
/// future may be refused: it is polled again in the next turn. Any other (`now_or_never`, another executor's `block_on`) has no turn
/// to give up: to be refused would be told as not ready, or be asked again at once.
fn leads_here(waker: &Waker) -> bool {
    /// Keeps a yield that was noted before, also when the waker panics.
    struct Keep(u32);
    impl Drop for Keep {
        fn drop(&mut self) {
            TURN.with(|t| t.said.set(t.said.get() | self.0));
        }
    }
    let said = TURN.with(|t| t.said.replace(t.said.get() & !YIELDED));
    let before = Keep(said & YIELDED);
    waker.wake_by_ref();
    let table = ptr::from_ref(waker.vtable());
    TURN.with(|t| {
        if t.said.get() & YIELDED != 0 {
            t.leads.set(table);
            return true;
        }
        // A set of futures wakes its process once for all of them.
        before.0 != 0 && ptr::eq(t.leads.get(), table)
    })
}

/// How often an operation was refused on this thread so far: compared before and after the poll of a future, it says whether that is
/// Pending for the budget alone.
pub(crate) fn refusals() -> u32 {
    TURN.with(|t| t.refusals.get())
}

/// Polls a future that is one of several: what they used of the budget before does not make it be refused.
pub(crate) fn lent<R>(poll: impl FnOnce() -> R) -> R {
    let missing = TURN.with(|t| LEAST.saturating_sub(t.left.get()));
    if missing == 0 || oracle::current().is_some() {
        return poll();
    }
    TURN.with(|t| t.left.set(t.left.get() + missing));
    let result = poll();
    TURN.with(|t| t.left.set(t.left.get().saturating_sub(missing)));
    result
}

/// Lets other processes run before this one continues.
///
/// A process that computes for long should call it now and then. Every process that was ready on the same worker, or was queued by threads
/// that are not workers, runs first. Processes that are started or woken meanwhile may run first too, but only a bounded number of them.
/// Under exploration the order is a decision like any other.
///
/// # Examples
/// ```
/// use csp::prelude::*;
///
/// #[process]
/// fn sum(numbers: Vec<u64>) -> u64 {
///     let mut sum = 0;
///     for block in numbers.chunks(10_000) {
///         sum += block.iter().sum::<u64>();
///         yield_now().await;
///     }
///     sum
/// }
///
/// #[process]
/// fn main() {
///     assert_eq!(sum((1..=100_000).collect()).await, 5_000_050_000);
/// }
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
