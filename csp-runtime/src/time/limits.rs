//! Verbs with a limit of time: `rx.recv_timeout(d)` and `tx.send_timeout(v, d)`.

use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use super::sleep::{Timeout, timeout};
use crate::chan::{Receiver, Recv, RecvError, RecvTimeoutError, Send, SendTimeoutError, Sender};
use crate::select::source::Operation;
use crate::select::{Any, Communication, Source};
use crate::task::{Handle, ProcessError};

/// A receive that waits no longer than its limit.
#[must_use = "a receive does nothing until it is awaited"]
struct RecvTimeout<F>(Timeout<F>);

/// A send that waits no longer than its limit.
#[must_use = "a send does nothing until it is awaited"]
struct SendTimeout<'a, T>(Timeout<Send<'a, T>>);

crate::util::assert_not_unpin!(RecvTimeout<Recv<'static, u8>>, SendTimeout<'static, u8>);

impl<F> RecvTimeout<F> {
    fn inner(self: Pin<&mut Self>) -> Pin<&mut Timeout<F>> {
        // SAFETY: the one field is pinned with `self` and never moved.
        unsafe { self.map_unchecked_mut(|this| &mut this.0) }
    }
}

impl<'a, T> SendTimeout<'a, T> {
    fn inner(self: Pin<&mut Self>) -> Pin<&mut Timeout<Send<'a, T>>> {
        // SAFETY: the one field is pinned with `self` and never moved.
        unsafe { self.map_unchecked_mut(|this| &mut this.0) }
    }
}

impl<T, F: Future<Output = Result<T, RecvError>>> Future for RecvTimeout<F> {
    type Output = Result<T, RecvTimeoutError>;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        Poll::Ready(match ready!(self.inner().poll(cx)) {
            Ok(received) => received.map_err(RecvTimeoutError::from),
            Err(_) => Err(RecvTimeoutError::Timeout),
        })
    }
}

impl<T> Future for SendTimeout<'_, T> {
    type Output = Result<(), SendTimeoutError<T>>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        Poll::Ready(match ready!(self.as_mut().inner().poll(cx)) {
            Ok(sent) => sent.map_err(SendTimeoutError::from),
            // A receiver may have taken the value since the send was polled.
            Err(_) => match self.inner().limited().withdraw() {
                Some(value) => Err(SendTimeoutError::Timeout(value)),
                None => Ok(()),
            },
        })
    }
}

impl<F> Operation for RecvTimeout<F> {}
#[diagnostic::do_not_recommend]
impl<T, F: Future<Output = Result<T, RecvError>>> Communication for RecvTimeout<F> {}
impl<T> Operation for SendTimeout<'_, T> {}
#[diagnostic::do_not_recommend]
impl<T> Communication for SendTimeout<'_, T> {}

impl<T> Sender<T> {
    /// Sends a value: waits until the channel accepts it, but no longer than `limit` from this call.
    ///
    /// In the body of a process it waits without `.await`, as [`send`](Self::send) does. A send that can be done at once is done, also
    /// with a limit of zero.
    ///
    /// # Errors
    /// Returns the value: [`SendTimeoutError::Timeout`] when the limit was reached first, [`SendTimeoutError::Closed`] when the channel
    /// is closed or its last receiver is dropped, also while this waits.
    ///
    /// # Panics
    /// As [`sleep`](crate::sleep), and when it is polled after it has returned its outcome.
    ///
    /// # Cancel safety
    /// Dropping the future cancels the send, and drops the value with it unless it was accepted.
    ///
    /// # Examples
    /// ```
    /// use csp::{SendTimeoutError, block_on, bounded};
    /// use std::time::Duration;
    ///
    /// let (tx, rx) = bounded(1);
    /// let limit = Duration::from_millis(2);
    /// block_on(async {
    ///     assert_eq!(tx.send_timeout("first", limit).await, Ok(()));
    ///     assert_eq!(tx.send_timeout("second", limit).await, Err(SendTimeoutError::Timeout("second")));
    ///     assert_eq!(rx.recv().await, Ok("first"));
    /// });
    /// ```
    #[track_caller]
    pub fn send_timeout(
        &self,
        value: T,
        limit: Duration,
    ) -> impl Communication<Output = Result<(), SendTimeoutError<T>>> {
        SendTimeout(timeout(limit, self.send(value)))
    }
}

impl<T> Receiver<T> {
    /// Receives a value: waits until there is one, but no longer than `limit` from this call.
    ///
    /// In the body of a process it waits without `.await`, as [`recv`](Self::recv) does. A value that is there is received, also with
    /// a limit of zero.
    ///
    /// # Errors
    /// [`RecvTimeoutError::Timeout`] when the limit was reached first; [`RecvTimeoutError::Closed`] when the channel is closed, or its
    /// last sender is dropped, and nothing is buffered.
    ///
    /// # Panics
    /// As [`sleep`](crate::sleep).
    ///
    /// # Cancel safety
    /// Dropping the future cancels the receive, and no value is lost; the same holds when the limit is reached.
    ///
    /// # Examples
    /// ```
    /// use csp::{RecvTimeoutError, block_on, bounded};
    /// use std::time::Duration;
    ///
    /// let (tx, rx) = bounded(1);
    /// let limit = Duration::from_millis(2);
    /// block_on(async {
    ///     tx.send(1).await.unwrap();
    ///     assert_eq!(rx.recv_timeout(limit).await, Ok(1));
    ///     assert_eq!(rx.recv_timeout(limit).await, Err(RecvTimeoutError::Timeout));
    /// });
    /// ```
    #[track_caller]
    pub fn recv_timeout(&self, limit: Duration) -> impl Communication<Output = Result<T, RecvTimeoutError>> {
        RecvTimeout(timeout(limit, self.recv()))
    }
}

impl<T: std::marker::Send> Handle<T> {
    /// Waits for the process to end, but no longer than `limit` from this call.
    ///
    /// In the body of a process it waits without `.await`.
    ///
    /// # Errors
    /// [`RecvTimeoutError::Timeout`] when the process has not ended in time; it continues to run. [`RecvTimeoutError::Closed`] when its
    /// result was taken before.
    ///
    /// # Panics
    /// As [`sleep`](crate::sleep).
    ///
    /// # Cancel safety
    /// Dropping the future leaves the result in the handle.
    ///
    /// # Examples
    /// ```
    /// use csp::{RecvTimeoutError, block_on, go};
    /// use std::time::Duration;
    ///
    /// let process = go!(std::future::pending::<()>());
    /// let outcome = block_on(process.recv_timeout(Duration::from_millis(2)));
    /// assert_eq!(outcome.unwrap_err(), RecvTimeoutError::Timeout);
    /// ```
    #[track_caller]
    pub fn recv_timeout(
        &self,
        limit: Duration,
    ) -> impl Communication<Output = Result<Result<T, ProcessError>, RecvTimeoutError>> {
        RecvTimeout(timeout(limit, Source::recv(self)))
    }
}

impl<S: Source> Any<'_, S> {
    /// Waits for the next value of any of the sources, but no longer than `limit` from this call.
    ///
    /// In the body of a process it waits without `.await`.
    ///
    /// # Errors
    /// [`RecvTimeoutError::Timeout`] when the limit was reached first, [`RecvTimeoutError::Closed`] when all sources are closed.
    ///
    /// # Panics
    /// As [`sleep`](crate::sleep).
    ///
    /// # Cancel safety
    /// Dropping the future cancels the wait; no value is lost.
    ///
    /// # Examples
    /// ```
    /// use csp::{RecvTimeoutError, any, block_on, bounded};
    /// use std::time::Duration;
    ///
    /// let (_tx, rx) = bounded::<u32>(1);
    /// let all = [rx];
    /// let outcome = block_on(any(&all).recv_timeout(Duration::from_millis(2)));
    /// assert_eq!(outcome, Err(RecvTimeoutError::Timeout));
    /// ```
    #[track_caller]
    pub fn recv_timeout(
        &self,
        limit: Duration,
    ) -> impl Communication<Output = Result<(usize, S::Item), RecvTimeoutError>> {
        RecvTimeout(timeout(limit, Source::recv(self)))
    }
}
