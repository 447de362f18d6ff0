//! What `go` returns.

use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};

use super::error::ProcessError;
use super::header::TaskRef;
use super::owner::{JoinKey, Owner};

/// A running process, as returned by `go!`. Awaiting it waits until the process ends and returns its value, or a
/// [`ProcessError`].
///
/// Dropping the handle lets the process run on. A panic of that process is then reported on standard error, and so is an `Err` that it
/// returns if `go!` started it. To stop the process call [`cancel`](Self::cancel).
///
/// Dropping the handle of a process that has ended drops its value; a panic of that destructor is caught and counted
/// ([`Metrics::caught_panics`](crate::Metrics::caught_panics)).
///
/// # Cancel safety
/// Dropping the handle while it is awaited lets the process run on; its value is dropped.
///
/// # Examples
/// ```
/// use csp::prelude::*;
///
/// #[process]
/// fn answer() -> u32 {
///     6 * 7
/// }
///
/// #[process]
/// fn main() {
///     let handle = go!(answer());
///     assert_eq!(handle.await.unwrap(), 42);
///
///     // A handle is a source: an arm of `select!`.
///     let handle = go!(answer());
///     select! {
///         value = <-handle => assert_eq!(value.unwrap(), 42),
///         <-after(Duration::from_secs(60)) => panic!("too late"),
///     }
/// }
/// ```
pub struct Handle<T> {
    owner: Owner<T>,
}

impl<T> Handle<T> {
    #[inline]
    pub(super) fn new(owner: Owner<T>) -> Self {
        Self { owner }
    }

    /// Asks the process to stop. It is dropped where it waits; its handle then returns a [`ProcessError`] that
    /// [`is_cancelled`](ProcessError::is_cancelled).
    ///
    /// Returns at once. A process that is running continues until it waits the next time, and may return its value before that. The
    /// destructors of what it owns run on a worker. Cancelling twice, or after the end, does nothing.
    ///
    /// # Examples
    /// ```
    /// use csp::prelude::*;
    ///
    /// #[process]
    /// fn main() {
    ///     let handle = go! { sleep(Duration::from_secs(3600)).await; };
    ///     handle.cancel();
    ///     assert!(handle.await.is_err_and(|error| error.is_cancelled()));
    /// }
    /// ```
    pub fn cancel(&self) {
        self.owner.task().touched();
        self.owner.task().cancel();
    }

    /// Whether the process has ended: awaiting the handle then does not wait.
    pub fn is_finished(&self) -> bool {
        self.owner.task().touched();
        self.owner.task().state().is_done()
    }

    /// Blocks this thread until the process ends. For threads and a plain `fn main`; a process awaits the handle instead.
    ///
    /// # Errors
    /// [`ProcessError`] if the process panicked or was cancelled.
    ///
    /// # Examples
    /// ```
    /// use csp::prelude::*;
    ///
    /// let handle = go! { 6 * 7 };
    /// assert_eq!(handle.join().unwrap(), 42);
    /// ```
    #[track_caller]
    pub fn join(mut self) -> Result<T, ProcessError> {
        let mut done = false;
        super::block::on(|cx| {
            done = self.poll_finished_alone(cx).is_ready();
            done
        });
        self.owner.take_mut().unwrap_or_else(|| self.taken())
    }

    /// Ready when the process is over; registers the waker otherwise. Any number may wait, each with a key of its own, which leaves when
    /// it waits no more.
    #[inline]
    pub(crate) fn poll_finished(&self, key: &mut JoinKey, cx: &mut Context<'_>) -> Poll<()> {
        let poll = self.owner.poll_done(key, cx);
        self.waits(poll, cx, TaskRef::waits_for_end)
    }

    /// The same, for whoever alone has the handle.
    #[inline]
    pub(crate) fn poll_finished_alone(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        let poll = self.owner.poll_done_alone(cx);
        self.waits(poll, cx, TaskRef::waits_for_end_alone)
    }

    #[inline]
    fn waits(&self, poll: Poll<()>, cx: &mut Context<'_>, waits: impl FnOnce(TaskRef, TaskRef)) -> Poll<()> {
        if poll.is_pending()
            && let Some(me) = TaskRef::of(cx.waker())
        {
            let task = self.owner.task();
            // That a process is over stays so; that it is not does not.
            task.touched();
            waits(me, task);
        }
        poll
    }

    /// Whoever polled with this key waits no more.
    pub(crate) fn leave(&self, key: JoinKey) {
        self.owner.leave(key);
    }

    /// The result, unless the process still runs or somebody took it.
    pub(crate) fn take_result(&self) -> Option<Result<T, ProcessError>> {
        self.owner.task().touched();
        self.owner.take()
    }

    pub(crate) fn is_taken(&self) -> bool {
        self.owner.task().touched();
        self.owner.is_taken()
    }

    pub(crate) fn task(&self) -> TaskRef {
        self.owner.task()
    }

    /// The place of a result that another waiter took.
    #[cold]
    fn taken(&self) -> ! {
        panic!(
            "the result of the process started at {} was already taken from its handle",
            self.task().started()
        )
    }
}

impl<T> Future for Handle<T> {
    type Output = Result<T, ProcessError>;

    /// # Panics
    /// If the result was taken before.
    #[inline]
    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        match self.poll_finished_alone(cx) {
            Poll::Ready(()) => Poll::Ready(self.owner.take_mut().unwrap_or_else(|| self.taken())),
            Poll::Pending => Poll::Pending,
        }
    }
}

impl<T> fmt::Debug for Handle<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Handle")
            .field("started", &format_args!("{}", self.task().started()))
            .field("finished", &self.is_finished())
            .finish()
    }
}
