//! `for v in x`: receives from a source, iterates over anything else (rule P3).
//!
//! Which of the two is decided by method resolution: `(&Probe::of(&x)).kind()` finds `ViaSource` on `Probe` itself and
//! `ViaIter` only one reference further.

use std::marker::PhantomData;

use crate::select::{Next, Source};

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

impl<S: Source> ViaSource for Probe<S> {
    fn kind(&self) -> SourceKind {
        SourceKind
    }
}

impl<I: IntoIterator> ViaIter for &Probe<I> {
    fn kind(&self) -> IterKind {
        IterKind
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
