//! How a process ends without its value.

use std::any::Any;
use std::fmt;
use std::panic::Location;

use crate::shim::plain::Mutex;

/// Why a process returned no value: it panicked, or it was cancelled.
///
/// # Examples
/// ```
/// use csp::prelude::*;
///
/// #[process]
/// fn print(pages: u32) {
///     assert!(pages < 3, "out of paper");
/// }
///
/// #[process]
/// fn main() {
///     let error = go!(print(7)).await.unwrap_err();
///     assert!(error.is_panic());
///     assert_eq!(error.message(), Some("out of paper"));
/// }
/// ```
pub struct ProcessError(Box<Inner>);

struct Inner {
    started: &'static Location<'static>,
    cause: Cause,
}

enum Cause {
    Cancelled,
    /// The mutex is never locked; it makes the payload, which is only `Send`, safe to share.
    Panicked(Mutex<Box<dyn Any + Send>>, Option<String>),
}

impl ProcessError {
    pub(crate) fn cancelled(started: &'static Location<'static>) -> Self {
        Self(Box::new(Inner { started, cause: Cause::Cancelled }))
    }

    /// Ended because of a deadlock, where the runtime was told to.
    pub(crate) fn deadlocked(started: &'static Location<'static>) -> Self {
        Self::panicked(started, Box::new("deadlock: it waited for processes that wait for it"))
    }

    pub(crate) fn panicked(started: &'static Location<'static>, payload: Box<dyn Any + Send>) -> Self {
        let message = match payload.downcast_ref::<&'static str>() {
            Some(text) => Some((*text).to_owned()),
            None => payload.downcast_ref::<String>().cloned(),
        };
        Self(Box::new(Inner { started, cause: Cause::Panicked(Mutex::new(payload), message) }))
    }

    /// Whether the process panicked.
    pub fn is_panic(&self) -> bool {
        matches!(self.0.cause, Cause::Panicked(..))
    }

    /// Whether the process was cancelled: by its handle, or by the shutdown of its runtime.
    pub fn is_cancelled(&self) -> bool {
        matches!(self.0.cause, Cause::Cancelled)
    }

    /// The message of the panic, if it was a panic and its payload a string.
    pub fn message(&self) -> Option<&str> {
        match &self.0.cause {
            Cause::Panicked(_, message) => message.as_deref(),
            Cause::Cancelled => None,
        }
    }

    /// Returns the payload of the panic, for [`std::panic::resume_unwind`].
    ///
    /// # Errors
    /// The error itself if the process was cancelled.
    pub fn into_panic(self) -> Result<Box<dyn Any + Send>, Self> {
        match self.0.cause {
            Cause::Panicked(payload, _) => match payload.into_inner() {
                Ok(payload) => Ok(payload),
                Err(poisoned) => Ok(poisoned.into_inner()),
            },
            Cause::Cancelled => Err(self),
        }
    }
}

impl fmt::Debug for ProcessError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let started = format_args!("{}", self.0.started).to_string();
        match &self.0.cause {
            Cause::Cancelled => f.debug_struct("Cancelled").field("started", &started).finish(),
            Cause::Panicked(_, message) => f
                .debug_struct("Panicked")
                .field("message", &message.as_deref().unwrap_or("(no text)"))
                .field("started", &started)
                .finish(),
        }
    }
}

impl fmt::Display for ProcessError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let started = self.0.started;
        match &self.0.cause {
            Cause::Cancelled => write!(f, "the process started at {started} was cancelled"),
            Cause::Panicked(_, Some(message)) => {
                write!(f, "the process started at {started} panicked: {message}")
            }
            Cause::Panicked(_, None) => write!(f, "the process started at {started} panicked"),
        }
    }
}

impl std::error::Error for ProcessError {}

/// Of the kind [`Other`](std::io::ErrorKind::Other), with the error inside.
impl From<ProcessError> for std::io::Error {
    fn from(error: ProcessError) -> Self {
        std::io::Error::other(error)
    }
}
