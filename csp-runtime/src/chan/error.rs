//! What goes wrong with an operation, with the value handed back where there is one.

use std::error::Error;
use std::fmt;
use std::io;

/// The channel is closed or its last receiver was dropped. Contains the value that was not sent.
///
/// # Examples
/// ```
/// use csp::prelude::*;
///
/// #[process]
/// fn main() {
///     let (tx, rx) = chan!(String);
///     drop(rx);
///     let error = tx.send("hello".to_owned()).unwrap_err();
///     assert_eq!(error.into_inner(), "hello");
/// }
/// ```
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct SendError<T>(pub T);

/// The channel is closed or its last sender was dropped, and nothing is buffered.
///
/// # Examples
/// ```
/// use csp::prelude::*;
///
/// #[process]
/// fn main() {
///     let (tx, rx) = chan!(u32);
///     drop(tx);
///     assert_eq!(rx.recv(), Err(RecvError));
/// }
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RecvError;

/// Why [`try_send`](crate::Sender::try_send) failed. Contains the value that was not sent.
///
/// # Examples
/// ```
/// use csp::prelude::*;
///
/// let (tx, _rx) = chan!(u32; 0);
/// match tx.try_send(7) {
///     Err(TrySendError::Full(n)) => assert_eq!(n, 7),
///     other => panic!("no receiver waits, and yet: {other:?}"),
/// }
/// ```
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum TrySendError<T> {
    /// The channel has no free slot and no receiver waits.
    Full(T),
    /// The channel is closed or its last receiver was dropped.
    Closed(T),
}

/// Why [`try_recv`](crate::Receiver::try_recv) failed.
///
/// # Examples
/// ```
/// use csp::prelude::*;
///
/// let (tx, rx) = chan!(u32);
/// assert_eq!(rx.try_recv(), Err(TryRecvError::Empty));
/// drop(tx);
/// assert_eq!(rx.try_recv(), Err(TryRecvError::Closed));
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TryRecvError {
    /// There is no value now.
    Empty,
    /// The channel is closed or its last sender was dropped, and nothing is buffered.
    Closed,
}

/// Why a send with a time limit failed. Contains the value that was not sent.
///
/// # Examples
/// ```
/// use csp::SendTimeoutError;
/// use csp::prelude::*;
///
/// #[process]
/// fn main() {
///     let (tx, rx) = chan!(u32);
///     assert_eq!(tx.send_timeout(1, Duration::ZERO), Err(SendTimeoutError::Timeout(1)));
///     drop(rx);
///     assert_eq!(tx.send_timeout(2, Duration::ZERO), Err(SendTimeoutError::Closed(2)));
/// }
/// ```
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum SendTimeoutError<T> {
    /// The channel did not accept the value in time.
    Timeout(T),
    /// The channel is closed or has no receiver left.
    Closed(T),
}

/// Why a receive with a time limit failed.
///
/// # Examples
/// ```
/// use csp::RecvTimeoutError;
/// use csp::prelude::*;
///
/// #[process]
/// fn main() {
///     let (tx, rx) = chan!(u32);
///     assert_eq!(rx.recv_timeout(Duration::ZERO), Err(RecvTimeoutError::Timeout));
///     drop(tx);
///     assert_eq!(rx.recv_timeout(Duration::ZERO), Err(RecvTimeoutError::Closed));
/// }
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RecvTimeoutError {
    /// No value came in time.
    Timeout,
    /// The source is closed: no further value will come.
    Closed,
}

/// Every arm of a `select!` that takes or sends a value is closed, and there is neither `closed` nor `default`: the process ends with this
/// error.
///
/// # Examples
/// ```
/// use csp::prelude::*;
///
/// #[process]
/// fn forward(input: Receiver<u32>) -> Result<u32, Box<dyn std::error::Error + Send + Sync>> {
///     Ok(select! { n = <-input => n })
/// }
///
/// #[process]
/// fn main() {
///     let (tx, rx) = chan!(u32);
///     drop(tx);
///     let error = forward(rx).await.unwrap_err();
///     assert!(error.is::<csp::AllClosed>());
/// }
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AllClosed;

/// A communication failed because the other side is gone. The common error into which all closed-channel errors convert.
///
/// # Examples
/// ```
/// use csp::prelude::*;
///
/// #[process]
/// fn double(input: Receiver<u32>, out: Sender<u32>) -> Result<(), Closed> {
///     loop {
///         let n = input.recv()?; // RecvError
///         out.send(2 * n)?; // SendError
///     }
/// }
///
/// #[process]
/// fn main() {
///     let (tx, input) = chan!(u32);
///     let (out, _rx) = chan!(u32);
///     drop(tx);
///     assert_eq!(double(input, out).await, Err(Closed));
/// }
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Closed;

/// The errors that mean "the other side is gone", and nothing else: [`SendError`], [`RecvError`], [`AllClosed`] and [`Closed`].
///
/// `?` on a communication ends a process that returns `()` or an `Option` on these errors only.
///
/// # Examples
/// ```
/// use csp::{ClosedError, RecvError};
///
/// fn is_the_end(_: impl ClosedError) {}
///
/// is_the_end(RecvError);
/// ```
pub trait ClosedError: fmt::Display + sealed::Sealed {}

pub(crate) mod sealed {
    pub trait Sealed {
        /// The operation that failed.
        const OPERATION: &'static str;
        /// What the error says.
        const TEXT: &'static str;
    }
    impl<T> Sealed for super::SendError<T> {
        const OPERATION: &'static str = "send";
        const TEXT: &'static str = "nobody receives from this channel any more";
    }
    impl Sealed for super::RecvError {
        const OPERATION: &'static str = "recv";
        const TEXT: &'static str = "nobody sends on this channel any more";
    }
    impl Sealed for super::AllClosed {
        const OPERATION: &'static str = "select!";
        const TEXT: &'static str = "every arm of the select that takes or gives a value is closed";
    }
    impl Sealed for super::Closed {
        const OPERATION: &'static str = "?";
        const TEXT: &'static str = "the other side of the channel is gone";
    }
}

impl<T> ClosedError for SendError<T> {}
impl ClosedError for RecvError {}
impl ClosedError for AllClosed {}
impl ClosedError for Closed {}

impl<T> SendError<T> {
    /// Returns the value that was not sent.
    pub fn into_inner(self) -> T {
        self.0
    }
}

impl<T> TrySendError<T> {
    /// Returns the value that was not sent.
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

impl<T> SendTimeoutError<T> {
    /// Returns the value that was not sent.
    pub fn into_inner(self) -> T {
        match self {
            Self::Timeout(value) | Self::Closed(value) => value,
        }
    }

    /// Whether the limit was reached, so that a later send may succeed.
    pub fn is_timeout(&self) -> bool {
        matches!(self, Self::Timeout(_))
    }

    /// Whether no later send can succeed.
    pub fn is_closed(&self) -> bool {
        matches!(self, Self::Closed(_))
    }
}

impl RecvTimeoutError {
    /// Whether the limit was reached, so that a later receive may succeed.
    pub fn is_timeout(&self) -> bool {
        matches!(self, Self::Timeout)
    }

    /// Whether no later receive can succeed.
    pub fn is_closed(&self) -> bool {
        matches!(self, Self::Closed)
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

impl<T> fmt::Debug for SendTimeoutError<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if self.is_timeout() { "Timeout(..)" } else { "Closed(..)" })
    }
}

impl<T> fmt::Display for SendTimeoutError<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Timeout(_) => f.write_str("the channel did not accept the value in time"),
            Self::Closed(_) => SendError(()).fmt(f),
        }
    }
}

impl fmt::Display for RecvTimeoutError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Timeout => f.write_str("no value came in time"),
            Self::Closed => RecvError.fmt(f),
        }
    }
}

impl<T> fmt::Display for SendError<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(<Self as sealed::Sealed>::TEXT)
    }
}

impl fmt::Display for RecvError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(<Self as sealed::Sealed>::TEXT)
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
        f.write_str(<Self as sealed::Sealed>::TEXT)
    }
}

impl fmt::Display for Closed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(<Self as sealed::Sealed>::TEXT)
    }
}

impl<T> Error for SendError<T> {}
impl Error for RecvError {}
impl<T> Error for TrySendError<T> {}
impl Error for TryRecvError {}
impl<T> Error for SendTimeoutError<T> {}
impl Error for RecvTimeoutError {}
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

impl<T> From<SendError<T>> for SendTimeoutError<T> {
    fn from(SendError(value): SendError<T>) -> Self {
        Self::Closed(value)
    }
}

impl From<RecvError> for RecvTimeoutError {
    fn from(_: RecvError) -> Self {
        Self::Closed
    }
}

/// The kind of the `io::Error`, and the error inside of it. It never holds the value that was not sent, which may be of any type.
macro_rules! into_io {
    ($(<$($param:ident)?> $from:ty: $error:pat => $kind:ident $inner:expr;)*) => {$(
        impl$(<$param>)? From<$from> for io::Error {
            fn from(error: $from) -> Self {
                let $error = error;
                io::Error::new(io::ErrorKind::$kind, $inner)
            }
        }
    )*};
}

into_io! {
    <T> SendError<T>: _ => BrokenPipe SendError(());
    <> RecvError: error => UnexpectedEof error;
    <> AllClosed: error => UnexpectedEof error;
    <> Closed: error => BrokenPipe error;
}

impl<T> From<SendTimeoutError<T>> for io::Error {
    fn from(error: SendTimeoutError<T>) -> Self {
        match error {
            SendTimeoutError::Timeout(_) => {
                io::Error::new(io::ErrorKind::TimedOut, SendTimeoutError::Timeout(()))
            }
            SendTimeoutError::Closed(value) => SendError(value).into(),
        }
    }
}

impl From<RecvTimeoutError> for io::Error {
    fn from(error: RecvTimeoutError) -> Self {
        match error {
            RecvTimeoutError::Timeout => io::Error::new(io::ErrorKind::TimedOut, error),
            RecvTimeoutError::Closed => RecvError.into(),
        }
    }
}

impl<T> From<TrySendError<T>> for io::Error {
    fn from(error: TrySendError<T>) -> Self {
        match error {
            TrySendError::Full(_) => io::Error::new(io::ErrorKind::WouldBlock, TrySendError::Full(())),
            TrySendError::Closed(value) => SendError(value).into(),
        }
    }
}

impl From<TryRecvError> for io::Error {
    fn from(error: TryRecvError) -> Self {
        match error {
            TryRecvError::Empty => io::Error::new(io::ErrorKind::WouldBlock, error),
            TryRecvError::Closed => RecvError.into(),
        }
    }
}
