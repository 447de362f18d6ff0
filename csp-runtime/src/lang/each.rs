//! `for v in x`: receives from a source, iterates over anything else (rule P3).
//!
//! Which of the two is decided by method resolution: `(&&&Probe::of(&x)).kind()` finds `ViaSource` first, for it asks for
//! no reference more or less, then `ViaIter` with one more, then what is neither, with one less and two less.

use std::marker::PhantomData;

use crate::chan::Sender;
use crate::select::{Next, Source};

/// The traits that tell the kinds, in scope without a name.
pub mod kinds {
    pub use super::{ViaIter as _, ViaNothing as _, ViaSender as _, ViaSource as _};
}

/// Asks for the kind of a value.
pub struct Probe<T: ?Sized>(PhantomData<fn(&T)>);

impl<T: ?Sized> Probe<T> {
    /// A probe of the value's type.
    pub fn of(_: &T) -> Self {
        Self(PhantomData)
    }
}

/// A source: each turn receives.
pub struct SourceKind;

/// An iterable: each turn takes the next item.
pub struct IterKind;

/// Found first, for sources.
pub trait ViaSource {
    /// The kind.
    fn kind(&self) -> SourceKind;
}

/// Found second, for iterables.
pub trait ViaIter {
    /// The kind.
    fn kind(&self) -> IterKind;
}

/// Found third, for the wrong end of a channel.
pub trait ViaSender {
    /// The kind.
    fn kind(&self) -> SenderKind;
}

/// Found last, for all that is left.
pub trait ViaNothing {
    /// The kind.
    fn kind(&self) -> NoKind;
}

#[diagnostic::do_not_recommend]
impl<S: Source> ViaSource for &&Probe<S> {
    fn kind(&self) -> SourceKind {
        SourceKind
    }
}

#[diagnostic::do_not_recommend]
impl<I: IntoIterator> ViaIter for &&&Probe<I> {
    fn kind(&self) -> IterKind {
        IterKind
    }
}

impl<T> ViaSender for &Probe<Sender<T>> {
    fn kind(&self) -> SenderKind {
        SenderKind
    }
}

impl<T> ViaNothing for Probe<T> {
    fn kind(&self) -> NoKind {
        NoKind
    }
}

/// The wrong end of a channel.
pub struct SenderKind;

impl SenderKind {
    /// Never called: a sender is no source.
    pub fn each<S: Source>(self, source: S) -> EachItem<std::iter::Empty<S::Item>> {
        drop(source);
        EachItem(std::iter::empty())
    }
}

/// Neither a source nor an iterable.
pub struct NoKind;

/// What `for` goes over.
#[diagnostic::on_unimplemented(
    message = "`for` goes over a source or an iterable, and this is a `{Self}`; write a range, as `0..n`, or a collection",
    label = "is nothing to go over"
)]
pub trait Each {
    /// What each turn gets.
    type Item;
}

impl NoKind {
    /// Never called: the value is no `Each`.
    pub fn each<T: Each>(self, value: T) -> EachItem<std::iter::Empty<T::Item>> {
        drop(value);
        EachItem(std::iter::empty())
    }
}

impl SourceKind {
    /// Receives until the source is closed.
    pub fn each<S: Source>(self, source: S) -> EachSource<S> {
        EachSource(source)
    }
}

impl IterKind {
    /// Iterates.
    pub fn each<I: IntoIterator>(self, items: I) -> EachItem<I::IntoIter> {
        EachItem(items.into_iter())
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
    #[expect(clippy::should_implement_trait)]
    pub fn next(&mut self) -> impl Future<Output = Option<S::Item>> + Send {
        Next(self.0.recv())
    }
}

impl<I: Iterator> EachItem<I> {
    /// The next item, at once.
    #[inline(always)]
    #[expect(clippy::should_implement_trait)]
    pub fn next(&mut self) -> std::future::Ready<Option<I::Item>> {
        std::future::ready(self.0.next())
    }
}
