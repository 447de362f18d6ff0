//! What happens to a panic that no handle delivers, and other policies of a runtime.

use std::io::Write as _;

use super::error::ProcessError;
use super::header::TaskRef;
use super::outcome::{self, Outcome};

/// What a runtime does when a process panics and no handle of it is left. See [`Builder::on_panic`](crate::Builder::on_panic).
///
/// # Examples
/// ```
/// use csp::{PanicPolicy, Runtime};
///
/// // A panic of any process ends the program, as in Go.
/// let runtime = Runtime::builder().workers(1).on_panic(PanicPolicy::Abort).build().unwrap();
/// # drop(runtime);
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum PanicPolicy {
    /// Reports it on standard error, with the location where the process was started. Only that process ends.
    #[default]
    Report,
    /// Reports nothing beyond what the panic hook prints.
    Silent,
    /// Reports it and aborts the program, as Go does.
    Abort,
}

/// What a runtime does when a process that `go!` started returns an `Err` and no handle of it is left. See
/// [`Builder::on_error`](crate::Builder::on_error).
///
/// An error that means no more than "the channel is closed" is not reported: that is how processes end.
///
/// # Examples
/// ```
/// use csp::{ErrorPolicy, Runtime};
///
/// let runtime = Runtime::builder().workers(1).on_error(ErrorPolicy::Silent).build().unwrap();
/// # drop(runtime);
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum ErrorPolicy {
    /// Reports it on standard error, with the process and the location where it was started. The others continue.
    #[default]
    Report,
    /// Reports nothing.
    Silent,
    /// Reports it and aborts the program.
    Abort,
}

/// What a runtime does about a deadlock: processes that wait for each other and will never continue. See
/// [`Builder::on_deadlock`](crate::Builder::on_deadlock).
///
/// # Examples
/// ```
/// use csp::{DeadlockPolicy, Runtime};
///
/// let runtime = Runtime::builder().workers(1).on_deadlock(DeadlockPolicy::Panic).build().unwrap();
/// # drop(runtime);
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum DeadlockPolicy {
    /// Reports it on standard error, once: which process waits where, for what and for how long, which processes own the other
    /// endpoints, and the cycle. The other processes continue. If nothing else can ever happen, the program ends with status 2.
    #[default]
    Report,
    /// Reports it, and ends those processes as if they had panicked where they wait. What they own is dropped, their handles return
    /// an error that [`is_panic`](crate::ProcessError::is_panic), and a `main` among them ends the program.
    Panic,
    /// Does not search for deadlocks.
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
