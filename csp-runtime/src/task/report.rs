//! What happens to a panic that no handle delivers.

use std::io::Write as _;

use super::error::ProcessError;
use super::header::TaskRef;

/// What a runtime does when a process panics and nobody holds its handle.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum PanicPolicy {
    /// Says so on standard error, with the place where the process was started. The process ends, the others go on.
    #[default]
    Report,
    /// Says nothing beyond what the panic hook said.
    Silent,
    /// Says so and aborts the program, as Go does.
    Abort,
}

/// The process panicked and its result is dropped unread.
#[cold]
pub(super) fn unseen(task: TaskRef, error: &ProcessError) {
    if !error.is_panic() {
        return;
    }
    if task.scheduler().sees_panic(error) {
        return;
    }
    let policy = task.scheduler().panic_policy();
    if policy == PanicPolicy::Silent {
        return;
    }
    // Nothing can be done if standard error is closed.
    let _ = writeln!(std::io::stderr().lock(), "csp: {error} (nobody asked its handle)");
    if policy == PanicPolicy::Abort {
        std::process::abort();
    }
}
