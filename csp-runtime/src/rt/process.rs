//! The description of a process, before anybody runs it.

use std::fmt;
use std::future::{Future, IntoFuture};
use std::pin::Pin;

/// What a call of a `#[process]` function gives: a description that does nothing until it is run.
///
/// Start it beside the caller with `go!`, run it in place with `.await`, or several at once with `par!`.
#[must_use = "a process does nothing until it is run: write `go!(..)` to start it, or `.await` to run it in place"]
#[derive(Clone, Copy)]
pub struct Process<F> {
    future: F,
}

/// What a `#[process]` function expands to.
#[inline]
pub fn process<F: Future>(future: F) -> Process<F> {
    Process { future }
}

/// Around a process's call of itself, whose future would else contain itself.
#[inline]
pub fn boxed<F: Future>(process: Process<F>) -> Process<Pin<Box<F>>> {
    Process { future: Box::pin(process.future) }
}

/// The future of a process behind a box, which may borrow for `'a`.
pub type Boxed<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// What a `#[process(boxed)]` function expands to.
pub fn boxed_process<'a, F: Future + Send + 'a>(future: F) -> Process<Boxed<'a, F::Output>> {
    Process { future: Box::pin(future) }
}

impl<F: Future> IntoFuture for Process<F> {
    type Output = F::Output;
    type IntoFuture = F;

    #[inline]
    fn into_future(self) -> F {
        self.future
    }
}

impl<F> fmt::Debug for Process<F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Process").finish_non_exhaustive()
    }
}
