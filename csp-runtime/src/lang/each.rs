//! `for v in x`: receives from a source, iterates over anything else (rule P3).
//!
//! Which of the two is decided by method resolution: `Probe::of(&x).each(x)` finds the method of `Probe` if `x` is an `Option`,
//! which is a source to `select!` but an iterable to `for`, as ever. If not, the compiler goes on to what the probe dereferences
//! to: `SourceProbe`, then `IterProbe`, then what is neither, for the message.

use std::marker::PhantomData;
use std::ops::Deref;

use crate::chan::{Receiver, Sender};
use crate::select::{Next, Source};
use crate::task::Claim;

/// Asked first: is the value an `Option`?
pub struct Probe<T>(PhantomData<fn(&T)>);

impl<T> Probe<T> {
    /// A probe of the value's type.
    pub fn of(_: &T) -> Self {
        Self(PhantomData)
    }
}

macro_rules! options {
    ($(<$($lifetime:lifetime)?> $option:ty),*) => {$(
        impl<$($lifetime,)? T> Probe<$option> {
            /// Iterates.
            pub fn each(&self, option: $option) -> EachItem<<$option as IntoIterator>::IntoIter> {
                EachItem(option.into_iter())
            }
        }
    )*};
}

options!(<> Option<T>, <'a> &'a Option<T>, <'a> &'a mut Option<T>);

impl<T> Deref for Probe<T> {
    type Target = SourceProbe<T>;

    fn deref(&self) -> &SourceProbe<T> {
        &SourceProbe(PhantomData)
    }
}

/// Asked second: is it a source?
pub struct SourceProbe<T>(PhantomData<fn(&T)>);

impl<S: Source> SourceProbe<S> {
    /// Receives until the source is closed.
    pub fn each(&self, source: S) -> EachSource<S> {
        EachSource(source)
    }
}

impl<T> Deref for SourceProbe<T> {
    type Target = IterProbe<T>;

    fn deref(&self) -> &IterProbe<T> {
        &IterProbe(PhantomData)
    }
}

/// Asked third: is it an iterable?
pub struct IterProbe<T>(PhantomData<fn(&T)>);

impl<I: IntoIterator> IterProbe<I> {
    /// Iterates.
    pub fn each(&self, items: I) -> EachItem<I::IntoIter> {
        EachItem(items.into_iter())
    }
}

impl<T> Deref for IterProbe<T> {
    type Target = SenderProbe<T>;

    fn deref(&self) -> &SenderProbe<T> {
        &SenderProbe(PhantomData)
    }
}

/// Asked fourth: is it the wrong end of a channel?
pub struct SenderProbe<T>(PhantomData<fn(&T)>);

impl<T> SenderProbe<Sender<T>> {
    /// Never called: a sender is no source.
    pub fn each<S: Source>(&self, source: S) -> EachItem<std::iter::Empty<S::Item>> {
        drop(source);
        EachItem(std::iter::empty())
    }
}

impl<T> Deref for SenderProbe<T> {
    type Target = ReceiverProbe<T>;

    fn deref(&self) -> &ReceiverProbe<T> {
        &ReceiverProbe(PhantomData)
    }
}

/// Asked fifth: is it a receiver of values that are not `Send`? A process that receives them is not `Send` either, and `main` need not be.
pub struct ReceiverProbe<T>(PhantomData<fn(&T)>);

macro_rules! receivers {
    ($(<$($lifetime:lifetime)?> $receiver:ty),*) => {$(
        impl<$($lifetime,)? T> ReceiverProbe<$receiver> {
            /// Receives until the channel is closed.
            pub fn each(&self, receiver: $receiver) -> EachLocal<$receiver> {
                EachLocal(receiver)
            }
        }

        impl<$($lifetime,)? T> EachLocal<$receiver> {
            /// The next value, when there is one; `None` once the channel is closed.
            #[track_caller]
            pub fn next(&self) -> impl Future<Output = Option<T>> {
                Next(self.0.recv())
            }

            /// What the loop keeps.
            pub fn claim(&self) -> Claim<'static> {
                Claim::NONE
            }
        }
    )*};
}

receivers!(<> Receiver<T>, <'a> &'a Receiver<T>);

/// The values of a receiver, which are not `Send`.
pub struct EachLocal<R>(R);

impl<T> Deref for ReceiverProbe<T> {
    type Target = NoProbe;

    fn deref(&self) -> &NoProbe {
        &NoProbe
    }
}

/// Neither a source nor an iterable.
pub struct NoProbe;

/// What `for` goes over in a process: a source, whose values are received until it is closed, or an iterable.
///
/// # Examples
/// ```
/// use csp::prelude::*;
///
/// #[process]
/// fn two(out: Sender<u32>) {
///     out.send(1)?;
///     out.send(2)?;
/// }
///
/// #[process]
/// fn main() {
///     let (tx, rx) = chan!(u32);
///     go!(two(tx));
///     let mut sum = 0;
///     for n in rx {
///         sum += n;
///     }
///     for n in 0..3 {
///         sum += n;
///     }
///     assert_eq!(sum, 6);
/// }
/// ```
#[diagnostic::on_unimplemented(
    message = "`for` goes over a source or an iterable, and this is a `{Self}`; write a range, as `0..n`, or a collection",
    label = "is nothing to go over"
)]
pub trait Each {
    /// What each turn gets.
    type Item;
}

impl NoProbe {
    /// Never called: the value is no `Each`.
    pub fn each<T: Each>(&self, value: T) -> EachItem<std::iter::Empty<T::Item>> {
        drop(value);
        EachItem(std::iter::empty())
    }
}

/// The values of a source.
pub struct EachSource<S>(S);

/// The items of an iterable.
pub struct EachItem<I>(I);

impl<S: Source> EachSource<S> {
    /// The next value, when there is one; `None` once the source is closed.
    #[track_caller]
    #[inline]
    pub fn next(&self) -> impl Future<Output = Option<S::Item>> + Send {
        Next(self.0.recv_own())
    }

    /// What the loop keeps.
    #[inline]
    pub fn claim(&self) -> Claim<'_> {
        self.0.claim()
    }
}

impl<I: Iterator> EachItem<I> {
    /// The next item, at once.
    #[inline(always)]
    #[expect(clippy::should_implement_trait)]
    pub fn next(&mut self) -> std::future::Ready<Option<I::Item>> {
        std::future::ready(self.0.next())
    }

    /// Nothing is known.
    #[inline(always)]
    pub fn claim(&self) -> Claim<'static> {
        Claim::NONE
    }
}
