//! A receiver as a stream.

use std::fmt;
use std::future::{Future, poll_fn};
use std::pin::Pin;
use std::task::{Context, Poll};

use futures_core::Stream;

use crate::chan::Receiver;
use crate::shim::plain::{Arc, Mutex, lock};

/// Wraps a receiver as a [`Stream`](futures_core::Stream). It ends when the channel is closed and empty.
///
/// # Cancel safety
/// Dropping the stream, or not polling it again, loses no value.
///
/// # Examples
/// ```
/// use csp::prelude::*;
/// use csp::compat::stream;
/// use futures_core::Stream;
/// use std::{future::poll_fn, pin::pin};
///
/// #[process]
/// fn main() {
///     let (tx, rx) = csp::bounded(2);
///     tx.send(1)?;
///     tx.send(2)?;
///     drop(tx);
///     let mut numbers = pin!(stream(rx));
///     let mut sum = 0;
///     while let Some(n) = poll_fn(|cx| numbers.as_mut().poll_next(cx)).await {
///         sum += n;
///     }
///     assert_eq!(sum, 3);
/// }
/// ```
pub fn stream<T: Send + 'static>(receiver: Receiver<T>) -> ReceiverStream<T> {
    let slot = Arc::new(Mutex::new(None));
    let theirs = Arc::clone(&slot);
    let receives = async move {
        while let Ok(value) = receiver.recv().await {
            *lock(&theirs) = Some(value);
            // Until it was given: the poll that sees this takes it out.
            poll_fn(|_| if lock(&theirs).is_some() { Poll::Pending } else { Poll::Ready(()) }).await;
        }
    };
    ReceiverStream { slot, receives: Some(Box::pin(receives)) }
}

/// The stream made by [`stream`].
///
/// # Examples
/// ```
/// use csp::compat::{ReceiverStream, stream};
///
/// let (_tx, rx) = csp::chan!(u32);
/// let numbers: ReceiverStream<u32> = stream(rx);
/// # drop(numbers);
/// ```
#[must_use = "a stream does nothing unless it is polled"]
pub struct ReceiverStream<T> {
    /// Full only inside of a poll.
    slot: Arc<Mutex<Option<T>>>,
    /// None after the end.
    receives: Option<Pin<Box<dyn Future<Output = ()> + Send>>>,
}

impl<T> Unpin for ReceiverStream<T> {}

impl<T: Send + 'static> Stream for ReceiverStream<T> {
    type Item = T;

    fn poll_next(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<T>> {
        let this = self.get_mut();
        let Some(receives) = &mut this.receives else { return Poll::Ready(None) };
        let ended = receives.as_mut().poll(cx).is_ready();
        if let Some(value) = lock(&this.slot).take() {
            return Poll::Ready(Some(value));
        }
        if ended {
            this.receives = None;
            return Poll::Ready(None);
        }
        Poll::Pending
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        // Other receivers may take what is there.
        let ended = self.receives.is_none();
        (0, if ended { Some(0) } else { None })
    }
}

impl<T> fmt::Debug for ReceiverStream<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ReceiverStream").field("ended", &self.receives.is_none()).finish_non_exhaustive()
    }
}
