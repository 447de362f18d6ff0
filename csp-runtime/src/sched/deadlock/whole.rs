//! When the whole program stands still: every process waits for another, and there is nobody else.

use crate::sched::pool::Pool;
use crate::sched::thread_state::threads;
use crate::shim::atomic::{AtomicPtr, AtomicUsize, Ordering};
use crate::task::{TaskRef, slab};

/// The process of `fn main`, whose thread waits for it.
static MAIN: AtomicPtr<()> = AtomicPtr::new(std::ptr::null_mut());

/// Threads of this crate's that only look, and belong to no runtime.
static LOOKERS: AtomicUsize = AtomicUsize::new(0);

/// A thread was started that stays, and that never wakes anybody of itself.
pub(crate) fn looker_started() {
    // ORDERING: Relaxed: a number; a look that misses it finds a stranger, and is not the last.
    LOOKERS.fetch_add(1, Ordering::Relaxed);
}

/// The program is over when this process is.
pub(crate) fn set_main(task: TaskRef) {
    // ORDERING: Relaxed: it is compared, not followed.
    MAIN.store(task.as_ptr(), Ordering::Relaxed);
}

pub(super) fn is_main(task: TaskRef) -> bool {
    std::ptr::eq(MAIN.load(Ordering::Relaxed), task.as_ptr())
}

/// Whether the `waiting` processes that waited long enough, `main` among them, are all processes there are, and no thread is left that
/// is not the runtime's own, so that nothing can ever happen any more.
pub(super) fn stands_still(pool: &'static Pool, waiting: usize) -> bool {
    if !pool.is_at_rest() {
        return false;
    }
    let mut live = 0;
    slab::each(|task| live += usize::from(task.is_live()));
    // One thread waits for `main`.
    live == waiting && threads() == Some(1 + Pool::own_threads() + LOOKERS.load(Ordering::Relaxed))
}

/// Ends the program, as nothing else will.
pub(super) fn end() -> ! {
    std::process::exit(2);
}
