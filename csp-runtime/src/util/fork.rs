//! Whether this program is a child that `fork` made of one whose runtime was running.
//!
//! `fork` copies the memory, but of the threads only the one that called it: in the child no worker runs, a lock that another
//! thread held stays locked, and the poller is the parent's, whose events the child would take away. So the child may not use the
//! runtime; what would make it wait for workers is refused, with what to do instead. A runtime that ended before the fork, or that
//! is started first after it, is not concerned.

use std::io::Write as _;

use crate::shim::atomic::{AtomicU32, AtomicUsize, Ordering};
use crate::shim::plain::OnceLock;

// ORDERING: Relaxed throughout: the child has one thread, and the numbers guard nothing.

/// Runtimes that have threads.
static RUNNING: AtomicUsize = AtomicUsize::new(0);

/// The process number of a child that was made while a runtime was running. The number is compared: a child that shares the
/// memory with its parent, as `vfork` makes one, marks the parent's memory with its own.
static CHILD: AtomicU32 = AtomicU32::new(0);

const REFUSED: &str = "this program was made by `fork` while the csp runtime was running, and `fork` takes none of its threads along; \
     fork before the first process starts (a `#[process] fn main` is one), or start another program with `csp::command`";

/// A runtime is about to start its threads.
pub(crate) fn runtime_starts() {
    static HANDLER: OnceLock<()> = OnceLock::new();
    HANDLER.get_or_init(|| {
        // SAFETY: the handler lives for ever, and does only what the child of a program with threads may: atomic operations and
        // `getpid`. If there is no memory for it, forks go unnoticed.
        let _ = unsafe { libc::pthread_atfork(None, None, Some(forked)) };
    });
    RUNNING.fetch_add(1, Ordering::Relaxed);
}

/// Its threads are gone.
pub(crate) fn runtime_ended() {
    RUNNING.fetch_sub(1, Ordering::Relaxed);
}

/// Called in the child, by the thread that called `fork`.
unsafe extern "C" fn forked() {
    if RUNNING.load(Ordering::Relaxed) > 0 {
        CHILD.store(std::process::id(), Ordering::Relaxed);
    }
}

/// Whether this is such a child.
#[inline]
pub(crate) fn is_child() -> bool {
    let child = CHILD.load(Ordering::Relaxed);
    child != 0 && child == std::process::id()
}

/// # Panics
/// In such a child.
#[inline]
#[track_caller]
pub(crate) fn refuse() {
    assert!(!is_child(), "{REFUSED}");
}

/// The same as an error.
pub(crate) fn check() -> std::io::Result<()> {
    if is_child() { Err(std::io::Error::new(std::io::ErrorKind::Unsupported, REFUSED)) } else { Ok(()) }
}

/// Ends the program if it is such a child: for a worker, which has nobody to tell.
pub(crate) fn end_child() {
    if !is_child() {
        return;
    }
    // Nothing can be done if standard error is closed.
    let _ = writeln!(std::io::stderr().lock(), "csp: {REFUSED}");
    // SAFETY: it has no conditions. What the parent wants to be done at its end is not for the child to do.
    unsafe { libc::_exit(2) }
}
