//! The description of a process, before anybody runs it.

use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};

use crate::util::ended;

/// A process that has not been started, as returned by calling a `#[process]` function.
///
/// It does nothing until it is run. There are three ways: `go!(f(x))` starts it beside the caller, `f(x).await` runs it in place, and
/// `par!(f(x), g(y))` runs several and waits for all. It is a future like any other: an `impl Future`, a `Box::pin(..)` and the
/// combinators of other libraries take it.
///
/// # Examples
/// ```
/// use csp::prelude::*;
///
/// #[process]
/// fn square(n: u64) -> u64 {
///     n * n
/// }
///
/// #[process]
/// fn main() {
///     let handle = go!(square(2)); // beside this process
///     let here = square(3).await; // in place
///     let (a, b) = par!(square(4), square(5)); // both, in parallel
///     assert_eq!((handle.await.unwrap(), here, a, b), (4, 9, 16, 25));
/// }
/// ```
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
pub fn boxed<F: Future>(process: F) -> Process<Pin<Box<F>>> {
    Process { future: Box::pin(process) }
}

/// The future of a process behind a box, which may borrow for `'a`.
pub type Boxed<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// What a `#[process(boxed)]` function expands to.
pub fn boxed_process<'a, F: Future + Send + 'a>(future: F) -> Process<Boxed<'a, F::Output>> {
    Process { future: Box::pin(future) }
}

crate::util::assert_not_unpin!(Process<std::marker::PhantomPinned>);

impl<F: Future> Future for Process<F> {
    type Output = F::Output;

    #[inline(always)]
    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<F::Output> {
        // SAFETY: the one field is pinned with `self` and never moved: `Process` has no `Drop`, and is `Unpin` only if the future is.
        let polled = unsafe { self.map_unchecked_mut(|process| &mut process.future) }.poll(cx);
        if polled.is_ready() {
            // Why it ended is no reason for the body that awaits it to end.
            ended::clear();
        }
        polled
    }
}

impl<F> fmt::Debug for Process<F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Process").finish_non_exhaustive()
    }
}
