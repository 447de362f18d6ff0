//! Whether the value of a process is an error, for a process whose value nobody takes.
//!
//! Which of the two outcomes below fits is chosen where the process is started, by the type of its value: `go!` passes a closure
//! that is never called, `|probe| probe.outcome()`. Methods are looked up from a [`Probe`] on through what it derefs to, so the
//! first that fits is taken: an error that can be displayed, one that can be debugged, any value. The choice is a type, and lies in
//! the process's table of functions; starting a process costs nothing for it.

use std::fmt::{Debug, Display};
use std::future::IntoFuture;
use std::marker::PhantomData;
use std::ops::Deref;

use crate::util::caught::caught;

/// Finds an error in a value of type `T`.
pub trait Outcome<T>: 'static {
    /// The text of the error, if the value is one.
    fn error(value: &T) -> Option<String>;
}

/// A value that is no error, as far as is known.
#[derive(Debug)]
pub enum Plain {}

impl<T> Outcome<T> for Plain {
    #[inline]
    fn error(_: &T) -> Option<String> {
        None
    }
}

/// A `Result` whose error can be displayed.
#[derive(Debug)]
pub enum Displayed {}

impl<T, E: Display> Outcome<Result<T, E>> for Displayed {
    fn error(value: &Result<T, E>) -> Option<String> {
        // The alternate form is the one line with all causes, where errors have one.
        value.as_ref().err().map(|error| format!("{error:#}"))
    }
}

/// A `Result` whose error can only be debugged.
#[derive(Debug)]
pub enum Debugged {}

impl<T, E: Debug> Outcome<Result<T, E>> for Debugged {
    fn error(value: &Result<T, E>) -> Option<String> {
        value.as_ref().err().map(|error| format!("{error:?}"))
    }
}

/// Of a process of type `P`: has `outcome` if it may end with an error that can be displayed.
#[derive(Debug)]
pub struct Probe<P>(ProbeDebug<P>);

/// The same for an error that can be debugged.
#[derive(Debug)]
pub struct ProbeDebug<P>(ProbeAny<P>);

/// The same for any value.
#[derive(Debug)]
pub struct ProbeAny<P>(PhantomData<fn() -> P>);

// None of these is called.

impl<P, T, E> Probe<P>
where
    P: IntoFuture<Output = Result<T, E>>,
    E: Display,
{
    #[doc(hidden)]
    pub fn outcome(&self) -> Displayed {
        unreachable!("only its type is wanted")
    }
}

impl<P, T, E> ProbeDebug<P>
where
    P: IntoFuture<Output = Result<T, E>>,
    E: Debug,
{
    #[doc(hidden)]
    pub fn outcome(&self) -> Debugged {
        unreachable!("only its type is wanted")
    }
}

impl<P> ProbeAny<P> {
    #[doc(hidden)]
    pub fn outcome(&self) -> Plain {
        unreachable!("only its type is wanted")
    }
}

impl<P> Deref for Probe<P> {
    type Target = ProbeDebug<P>;

    fn deref(&self) -> &ProbeDebug<P> {
        &self.0
    }
}

impl<P> Deref for ProbeDebug<P> {
    type Target = ProbeAny<P>;

    fn deref(&self) -> &ProbeAny<P> {
        &self.0
    }
}

/// The error in a value, unless it is no news: that a channel is closed is how processes end (see `lang/flow.rs`), whatever type
/// `?` made of it. What the user's code panics with on the way is gone; the hook has told.
pub(super) fn error<T, R: Outcome<T>>(value: &T) -> Option<String> {
    let mut text = None;
    caught(|| text = R::error(value));
    text.filter(|text| !CLOSED.contains(&text.as_str()))
}

/// What the errors of closed channels say. A test compares.
const CLOSED: [&str; 4] = [
    "nobody receives from this channel any more",
    "nobody sends on this channel any more",
    "every arm of the select that takes or gives a value is closed",
    "the other side of the channel is gone",
];

#[cfg(all(test, not(loom)))]
mod tests {
    use std::fmt;

    use super::*;
    use crate::{AllClosed, Closed, RecvError, SendError};

    #[test]
    fn that_a_channel_is_closed_is_no_news() {
        type Boxed = Box<dyn std::error::Error + Send + Sync>;
        fn news<E: Display>(error: E) -> Option<String> {
            super::error::<Result<(), E>, Displayed>(&Err(error))
        }
        assert_eq!(news(SendError(1)), None);
        assert_eq!(news(RecvError), None);
        assert_eq!(news(AllClosed), None);
        assert_eq!(news(Closed), None);
        assert_eq!(news(Boxed::from(SendError(1))), None);
        assert_eq!(news(Boxed::from("out of paper")).as_deref(), Some("out of paper"));
    }

    #[test]
    fn the_best_text_that_the_type_has() {
        #[derive(Debug)]
        struct Mute;
        struct Unknown;
        fn text<P, R>(_: P, _: impl FnOnce(Probe<P>) -> R, value: P::Output) -> Option<String>
        where
            P: IntoFuture,
            R: Outcome<P::Output>,
        {
            R::error(&value)
        }
        let shown = text(async { Ok::<(), _>(()) }, |probe| probe.outcome(), Err(fmt::Error));
        assert_eq!(shown.as_deref(), Some("an error occurred when formatting an argument"));
        let debugged = text(async { Ok::<(), _>(()) }, |probe| probe.outcome(), Err(Mute));
        assert_eq!(debugged.as_deref(), Some("Mute"));
        assert_eq!(text(async { Ok::<(), _>(()) }, |probe| probe.outcome(), Err(Unknown)), None);
        assert_eq!(text(async { Some(1) }, |probe| probe.outcome(), None), None);
        assert_eq!(text(async {}, |probe| probe.outcome(), ()), None);
    }

    #[test]
    fn a_text_that_cannot_be_made_is_none() {
        struct Panics;
        impl Display for Panics {
            fn fmt(&self, _: &mut fmt::Formatter<'_>) -> fmt::Result {
                panic!("no text")
            }
        }
        assert_eq!(super::error::<Result<(), Panics>, Displayed>(&Err(Panics)), None);
    }
}
