//! `?` and closing: how a process ends that needs what will not come (rule P4).

use std::ops::ControlFlow;
use std::panic::Location;

use crate::chan::{AllClosed, ClosedError};
use crate::shim::oracle;

/// What `?` may stand behind in a process: a `Result` or an `Option`.
#[diagnostic::on_unimplemented(
    message = "`?` needs a `Result` or an `Option`, and this is a `{Self}`",
    label = "has no failure that could end the process"
)]
pub trait Question {
    /// What goes on.
    type Value;
    /// What ends the process.
    type Stop;

    /// Goes on or stops.
    fn branch(self) -> ControlFlow<Self::Stop, Self::Value>;
}

#[diagnostic::do_not_recommend]
impl<T, E> Question for Result<T, E> {
    type Value = T;
    type Stop = E;

    #[inline(always)]
    fn branch(self) -> ControlFlow<E, T> {
        match self {
            Ok(value) => ControlFlow::Continue(value),
            Err(error) => ControlFlow::Break(error),
        }
    }
}

#[diagnostic::do_not_recommend]
impl<T> Question for Option<T> {
    type Value = T;
    type Stop = Missing;

    #[inline(always)]
    fn branch(self) -> ControlFlow<Missing, T> {
        match self {
            Some(value) => ControlFlow::Continue(value),
            None => ControlFlow::Break(Missing(())),
        }
    }
}

/// What an empty `Option` stops with.
#[derive(Debug, Clone, Copy)]
pub struct Missing(());

/// Splits what stands before a `?`.
#[inline(always)]
pub fn branch<Q: Question>(question: Q) -> ControlFlow<Q::Stop, Q::Value> {
    question.branch()
}

/// What a process may return so that the failure `E` can end it.
#[diagnostic::on_unimplemented(
    message = "a process that returns `{Self}` cannot be ended by `{E}`",
    label = "this `?` or arrow would end the process here",
    note = "let the process return `()`, an `Option`, or a `Result` whose error is made from `{E}`; or handle the `Result` in place"
)]
pub trait FromClosed<E> {
    /// The value that the process ends with.
    fn from_closed(error: E) -> Self;
}

#[diagnostic::do_not_recommend]
impl<E: ClosedError> FromClosed<E> for () {
    #[inline(always)]
    fn from_closed(_: E) {}
}

/// What an `Option` process may be ended by: a closed channel, or an empty `Option`.
pub trait Ends {}
impl<T> Ends for crate::chan::SendError<T> {}
impl Ends for crate::chan::RecvError {}
impl Ends for crate::chan::AllClosed {}
impl Ends for crate::chan::Closed {}
impl Ends for Missing {}

#[diagnostic::do_not_recommend]
impl<E: Ends, T> FromClosed<E> for Option<T> {
    #[inline(always)]
    fn from_closed(_: E) -> Self {
        None
    }
}

#[diagnostic::do_not_recommend]
impl<E, T, F: From<E>> FromClosed<E> for Result<T, F> {
    #[inline(always)]
    fn from_closed(error: E) -> Self {
        Err(error.into())
    }
}

/// The value with which a failed `?` or arrow ends the process.
#[inline(always)]
pub fn end<R: FromClosed<E>, E>(error: E) -> R {
    R::from_closed(error)
}

/// What a process may return so that a `select!` without anything left to wait for can end it.
#[diagnostic::on_unimplemented(
    message = "a process that returns `{Self}` cannot be ended by a `select!`, and this one ends it when every arm that takes or gives a value is closed",
    label = "would end the process here",
    note = "say what happens then: `closed => ..`, or `else` at a source, as in `job = <-jobs else break => ..`",
    note = "or let the process return `()`, an `Option`, or a `Result` whose error is made from `AllClosed`"
)]
pub trait FromAllClosed {
    /// The value that the process ends with.
    fn from_all_closed() -> Self;
}

#[diagnostic::do_not_recommend]
impl<R: FromClosed<AllClosed>> FromAllClosed for R {
    #[inline(always)]
    fn from_all_closed() -> Self {
        R::from_closed(AllClosed)
    }
}

/// The value with which a `select!` ends the process.
#[inline(always)]
pub fn end_select<R: FromAllClosed>() -> R {
    R::from_all_closed()
}

/// Ends a process that cannot be ended by a close, in a `select!` that no close ends.
///
/// # Panics
/// Always.
#[cold]
#[track_caller]
pub fn all_absent() -> ! {
    panic!(
        "every source and sink of this `select!` is `None` or disabled; say what happens then: `closed => ..`"
    )
}

/// Ends a program whose `main` returns `()` and needed what will not come: status 1, and a line that names the operation.
///
/// # Panics
/// Where the program is explored, with that line: its `main` is the body of a test, which fails.
#[cold]
#[track_caller]
pub fn end_program<E: ClosedError>(error: E, operation: &'static str) -> ! {
    let at = Location::caller();
    assert!(oracle::current().is_none(), "{at}: `{operation}` ended the test: {error}");
    eprintln!("{at}: `{operation}` ended the program: {error}");
    std::process::exit(1)
}

/// Names the type that a process returns, in code that is never reached.
pub fn returns<T>() -> T {
    unreachable!("only its type is wanted")
}
