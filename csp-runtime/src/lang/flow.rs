//! `?` and closing: how a process ends that needs what will not come (rule P4).

use std::borrow::Cow;
use std::fmt::Display;
use std::marker::PhantomData;
use std::ops::{ControlFlow, Deref};
use std::panic::Location;

use crate::chan::{AllClosed, ClosedError, Sealed, SendError};
use crate::task::ProcessError;
use crate::util::ended;

/// What `?` may stand behind in a process: a `Result` or an `Option`.
///
/// # Examples
/// ```
/// fn takes<Q: csp::rules::Question>() {}
///
/// takes::<Result<u8, String>>();
/// takes::<Option<u8>>();
/// ```
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

/// A type that a process may return so that a `?` on the error `E` can end it.
///
/// | a process that returns | can be ended by |
/// |---|---|
/// | `()` | a closed channel ([`ClosedError`]), a process that failed ([`ProcessError`]) |
/// | `Option<T>` | the same, and an empty `Option` |
/// | `Result<T, F>` | what `F` can be made from |
///
/// ```
/// use csp::RecvError;
/// use csp::rules::EndsWith;
///
/// fn ends<R: EndsWith<RecvError>>() {}
///
/// ends::<()>();
/// ends::<Option<u32>>();
/// ends::<std::io::Result<u32>>();
/// ```
#[diagnostic::on_unimplemented(
    message = "`{E}` cannot end a process that returns `{Self}`",
    label = "this would end the process here",
    note = "let the process return a `Result` whose error can be made from `{E}`, or handle the error here; \
            a closed channel and a failed process also end one that returns `()` or an `Option`"
)]
pub trait EndsWith<E> {
    /// The value that the process ends with.
    #[track_caller]
    fn end(error: E) -> Self;
}

/// What ends a process that returns `()` or an `Option`: the other side of a communication is gone, or another process has failed.
pub trait Ends: Display {
    /// The operation that failed.
    const OPERATION: &'static str;

    /// What the error says.
    fn text(&self) -> Cow<'static, str>;
}

#[diagnostic::do_not_recommend]
impl<E: ClosedError> Ends for E {
    const OPERATION: &'static str = <E as Sealed>::OPERATION;

    fn text(&self) -> Cow<'static, str> {
        Cow::Borrowed(E::TEXT)
    }
}

impl Ends for ProcessError {
    const OPERATION: &'static str = "?";

    fn text(&self) -> Cow<'static, str> {
        Cow::Owned(self.to_string())
    }
}

/// The value is no news, but `main` makes a difference of it: see [`ended::whole`].
#[diagnostic::do_not_recommend]
impl<E: Ends> EndsWith<E> for () {
    #[inline(always)]
    #[track_caller]
    fn end(error: E) {
        ended::set(ended::Reason { operation: E::OPERATION, text: error.text(), at: Location::caller() });
    }
}

#[diagnostic::do_not_recommend]
impl<E: Ends, T> EndsWith<E> for Option<T> {
    #[inline(always)]
    fn end(_: E) -> Self {
        None
    }
}

#[diagnostic::do_not_recommend]
impl<T> EndsWith<Missing> for Option<T> {
    #[inline(always)]
    fn end(_: Missing) -> Self {
        None
    }
}

#[diagnostic::do_not_recommend]
impl<E, T, F: From<E>> EndsWith<E> for Result<T, F> {
    #[inline(always)]
    fn end(error: E) -> Self {
        Err(error.into())
    }
}

/// The end of a process that returns `R` because a send failed with `E`.
///
/// An error type that takes any error, such as `anyhow::Error` and `Box<dyn Error + Send + Sync>`, takes none that holds a value which
/// is not `Sync`. Then the value is dropped, and the error says the rest: which of the two it is, method resolution decides.
pub struct SendEnd<R, E>(PhantomData<fn(R, E)>);

/// Asked second: may the process end with the error without its value?
pub struct BareSendEnd<R, E>(PhantomData<fn(R, E)>);

/// Neither.
pub struct NoSendEnd<R, E>(PhantomData<fn(R, E)>);

impl<R, E> SendEnd<R, E> {
    /// Of this error.
    #[inline(always)]
    pub fn of(_: &E) -> Self {
        Self(PhantomData)
    }
}

impl<R: EndsWith<E>, E> SendEnd<R, E> {
    /// With the value.
    #[inline(always)]
    #[track_caller]
    pub fn end(&self, error: E) -> R {
        R::end(error)
    }
}

impl<R, E> Deref for SendEnd<R, E> {
    type Target = BareSendEnd<R, E>;

    #[inline(always)]
    fn deref(&self) -> &BareSendEnd<R, E> {
        &BareSendEnd(PhantomData)
    }
}

impl<R: EndsWith<SendError<()>>, T> BareSendEnd<R, SendError<T>> {
    /// Without the value.
    #[inline(always)]
    #[track_caller]
    pub fn end(&self, _: SendError<T>) -> R {
        R::end(SendError(()))
    }
}

impl<R, E> Deref for BareSendEnd<R, E> {
    type Target = NoSendEnd<R, E>;

    #[inline(always)]
    fn deref(&self) -> &NoSendEnd<R, E> {
        &NoSendEnd(PhantomData)
    }
}

impl<R, E> NoSendEnd<R, E> {
    /// Never called.
    pub fn end(&self, error: E) -> R
    where
        R: EndsWith<E>,
    {
        R::end(error)
    }
}

/// What a process may return so that a `select!` without anything left to wait for can end it.
///
/// # Examples
/// ```
/// fn ends<R: csp::rules::EndsWithSelect>() {}
///
/// ends::<()>();
/// ends::<Option<u8>>();
/// ends::<std::io::Result<u8>>();
/// ```
#[diagnostic::on_unimplemented(
    message = "a process that returns `{Self}` cannot be ended by a `select!`, and this one ends it when every arm that takes or gives a value is closed",
    label = "would end the process here",
    note = "say what happens then: `closed => ..`, or `else` at a source, as in `job = <-jobs else break => ..`",
    note = "or let the process return `()`, an `Option`, or a `Result` whose error is made from `AllClosed`"
)]
pub trait EndsWithSelect {
    /// The value that the process ends with.
    #[track_caller]
    fn ended_by_select() -> Self;
}

#[diagnostic::do_not_recommend]
impl<R: EndsWith<AllClosed>> EndsWithSelect for R {
    #[inline(always)]
    #[track_caller]
    fn ended_by_select() -> Self {
        R::end(AllClosed)
    }
}

/// The value with which a `select!` ends the process.
#[inline(always)]
#[track_caller]
pub fn end_select<R: EndsWithSelect>() -> R {
    R::ended_by_select()
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

/// An error that ends the program where `main` returns `()`.
///
/// # Examples
/// ```
/// fn ends<E: csp::rules::EndsProgram>() {}
///
/// ends::<csp::RecvError>();
/// ends::<csp::SendError<u8>>();
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot end a `main` that returns `()`",
    label = "this would end the program here",
    note = "let `main` return a `Result`, as in `fn main() -> Result<(), Box<dyn std::error::Error>>`, or handle the error here"
)]
pub trait EndsProgram: Sized {
    /// Ends the program with status 1 and a line that names the operation.
    ///
    /// # Panics
    /// Where the program is explored, with that line: its `main` is the body of a test, which fails.
    fn end_program(self, operation: &'static str) -> !;
}

#[diagnostic::do_not_recommend]
impl<E: Ends + Display> EndsProgram for E {
    #[cold]
    #[track_caller]
    fn end_program(self, operation: &'static str) -> ! {
        ended::report(Location::caller(), operation, &self)
    }
}

/// Names the type that a process returns, in code that is never reached.
pub fn returns<T>() -> T {
    unreachable!("only its type is wanted")
}
