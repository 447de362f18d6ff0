//! What happens to a panic that no handle delivers, and other policies of a runtime.

use std::io::Write as _;

use super::error::ProcessError;
use super::header::TaskRef;
use super::outcome::{self, Outcome};

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

/// What a runtime does when a process that `go!` started returns an `Err` and nobody holds its handle.
///
/// An error that says no more than that a channel is closed is none of these: that is how processes end, and `?` carries it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum ErrorPolicy {
    /// Reports it on standard error, with the process and the place where it was started. The others go on.
    #[default]
    Report,
    /// Nothing.
    Silent,
    /// Reports it and aborts the program.
    Abort,
}

/// What a runtime does about processes that wait for each other and will never go on.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum DeadlockPolicy {
    /// Says so on standard error, once: who waits where, for what, for how long, who holds the other ends, and the cycle. The others
    /// go on. If nothing else is left that could ever happen, the program ends with status 2.
    #[default]
    Report,
    /// Says so, and ends those processes as if they had panicked where they wait: what they hold is dropped, their handles give an
    /// error that [`is_panic`](crate::ProcessError::is_panic), and a `main` among them ends the program.
    Panic,
    /// Does not look.
    Ignore,
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

/// The process returned a value, which is dropped unread.
#[inline]
pub(super) fn unseen_value<T, R: Outcome<T>>(task: TaskRef, value: &T) {
    if let Some(error) = outcome::error::<T, R>(value) {
        unseen_error(task, &error);
    }
}

#[cold]
fn unseen_error(task: TaskRef, error: &str) {
    let policy = task.scheduler().error_policy();
    if policy == ErrorPolicy::Silent {
        return;
    }
    #[cfg(not(loom))]
    let name = crate::util::names::of_process(task.type_name());
    #[cfg(loom)]
    let name = "of a model";
    // Nothing can be done if standard error is closed.
    let _ = writeln!(
        std::io::stderr().lock(),
        "csp: the process `{name}` started at {} ended with an error: {error} (nobody asked its handle)",
        task.started()
    );
    if policy == ErrorPolicy::Abort {
        std::process::abort();
    }
}
