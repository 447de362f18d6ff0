//! What goes wrong with an operation, with the value handed back where there is one.

use std::error::Error;
use std::fmt;

/// The channel is closed or has no receiver left; the value comes back.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct SendError<T>(pub T);

/// The channel is closed or has no sender left, and nothing is buffered any more.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RecvError;

/// Why a send that does not wait failed; the value comes back.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum TrySendError<T> {
    /// No place is free and no receiver waits.
    Full(T),
    /// The channel is closed or has no receiver left.
    Closed(T),
}

/// Why a receive that does not wait failed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TryRecvError {
    /// Nothing is there now.
    Empty,
    /// The channel is closed or has no sender left, and nothing is buffered any more.
    Closed,
}

/// Every arm of a select that takes or gives a value is closed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AllClosed;

/// A communication failed because the other side is gone: what every closed error converts to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Closed;

/// The errors that mean "the other side is gone", and nothing else.
///
/// `?` on a communication ends a process that returns `()` or an `Option` on these, and on no other error.
pub trait ClosedError: fmt::Display + sealed::Sealed {}

mod sealed {
    pub trait Sealed {}
    impl<T> Sealed for super::SendError<T> {}
    impl Sealed for super::RecvError {}
    impl Sealed for super::AllClosed {}
    impl Sealed for super::Closed {}
}

impl<T> ClosedError for SendError<T> {}
impl ClosedError for RecvError {}
impl ClosedError for AllClosed {}
impl ClosedError for Closed {}

impl<T> SendError<T> {
    /// The value that was not sent.
    pub fn into_inner(self) -> T {
        self.0
    }
}

impl<T> TrySendError<T> {
    /// The value that was not sent.
    pub fn into_inner(self) -> T {
        match self {
            Self::Full(value) | Self::Closed(value) => value,
        }
    }

    /// Whether a later try may succeed.
    pub fn is_full(&self) -> bool {
        matches!(self, Self::Full(_))
    }

    /// Whether no later try can succeed.
    pub fn is_closed(&self) -> bool {
        matches!(self, Self::Closed(_))
    }
}

impl<T> fmt::Debug for SendError<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SendError(..)")
    }
}

impl<T> fmt::Debug for TrySendError<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if self.is_full() { "Full(..)" } else { "Closed(..)" })
    }
}

impl<T> fmt::Display for SendError<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("nobody receives from this channel any more")
    }
}

impl fmt::Display for RecvError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("nobody sends on this channel any more")
    }
}

impl<T> fmt::Display for TrySendError<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Full(_) => f.write_str("no place is free and no receiver waits"),
            Self::Closed(_) => f.write_str("nobody receives from this channel any more"),
        }
    }
}

impl fmt::Display for TryRecvError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Empty => f.write_str("nothing to receive now"),
            Self::Closed => f.write_str("nobody sends on this channel any more"),
        }
    }
}

impl fmt::Display for AllClosed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("every arm of the select that takes or gives a value is closed")
    }
}

impl fmt::Display for Closed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the other side of the channel is gone")
    }
}

impl<T> Error for SendError<T> {}
impl Error for RecvError {}
impl<T> Error for TrySendError<T> {}
impl Error for TryRecvError {}
impl Error for AllClosed {}
impl Error for Closed {}

impl<T> From<SendError<T>> for Closed {
    fn from(_: SendError<T>) -> Self {
        Self
    }
}

impl From<RecvError> for Closed {
    fn from(_: RecvError) -> Self {
        Self
    }
}

impl From<AllClosed> for Closed {
    fn from(_: AllClosed) -> Self {
        Self
    }
}
