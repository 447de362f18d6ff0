//! Why a body that returns `()` has just returned, if a closed channel or a failed process was the reason.
//!
//! A process that a close ends returns `()` like one that finished; only `main` makes a difference of it. What a macro expands to does
//! not know whether it stands in `main`, so the reason is kept beside the value, per thread: set where a body returns for it, and
//! cleared wherever an outer body goes on after an inner one returned. `main` looks at it when its own body has returned.

use std::borrow::Cow;
use std::cell::Cell;
use std::fmt::Display;
use std::future::poll_fn;
use std::panic::Location;
use std::pin::pin;

use crate::shim::oracle;

/// An operation that failed because a channel was closed or a process failed.
pub(crate) struct Reason {
    /// `recv`, `send`, `select!` or `?`.
    pub(crate) operation: &'static str,
    /// What the error says.
    pub(crate) text: Cow<'static, str>,
    pub(crate) at: &'static Location<'static>,
}

thread_local! {
    static REASON: Cell<Option<Reason>> = const { Cell::new(None) };
}

/// The body that runs returns for this reason.
#[cold]
pub(crate) fn set(reason: Reason) {
    let _ = REASON.try_with(|kept| kept.set(Some(reason)));
}

/// A body returned, and the one around it goes on.
#[inline]
pub fn clear() {
    // A future may be polled while its thread ends.
    let _ = REASON.try_with(|kept| kept.set(None));
}

/// Ends the program with status 1 and a line that names the operation, or fails the test.
pub(crate) fn report(at: &Location<'_>, operation: &str, error: &dyn Display) -> ! {
    assert!(oracle::current().is_none(), "{at}: `{operation}` ended the test: {error}");
    eprintln!("{at}: `{operation}` ended the program: {error}");
    std::process::exit(1)
}

/// The body of a `main` or a test that returns `()`: if it returned because of a closed channel or a failed process, the program ends
/// with status 1, whatever macro the operation stood in.
pub async fn whole<F: Future<Output = ()>>(body: F) {
    let mut body = pin!(body);
    poll_fn(|cx| {
        clear();
        body.as_mut().poll(cx)
    })
    .await;
    if let Some(reason) = REASON.take() {
        report(reason.at, reason.operation, &reason.text);
    }
}
