//! A sender as a sink.

use std::fmt;
use std::future::{Future, poll_fn};
use std::pin::Pin;
use std::task::{Context, Poll};

use futures_sink::Sink;

use crate::chan::{SendError, Sender};
use crate::shim::plain::{Arc, Mutex, lock};

/// Wraps a sender as a [`Sink`](futures_sink::Sink).
///
/// It accepts one value at a time, and is ready for the next when that was sent: taken by a receiver or buffered by the channel. A flush
/// waits until the value was sent; closing flushes and drops the sender.
///
/// # Cancel safety
/// Dropping the sink drops a value that it has not sent.
///
/// # Examples
/// ```
/// use csp::prelude::*;
/// use csp::compat::sink;
/// use futures_sink::Sink;
/// use std::{future::poll_fn, pin::pin};
///
/// #[process]
/// fn main() {
///     let (tx, rx) = csp::bounded(1);
///     let mut numbers = pin!(sink(tx));
///     poll_fn(|cx| numbers.as_mut().poll_ready(cx)).await.unwrap();
///     numbers.as_mut().start_send(7).unwrap();
///     poll_fn(|cx| numbers.as_mut().poll_close(cx)).await.unwrap();
///     assert_eq!(rx.recv(), Ok(7));
///     assert!(rx.recv().is_err());
/// }
/// ```
pub fn sink<T: Send + 'static>(sender: Sender<T>) -> SenderSink<T> {
    let slot = Arc::new(Mutex::new(Slot { next: None, sending: false, failed: None }));
    let theirs = Arc::clone(&slot);
    let sends = async move {
        loop {
            let value = poll_fn(|_| {
                let mut slot = lock(&theirs);
                slot.sending = slot.next.is_some();
                slot.next.take().map_or(Poll::Pending, Poll::Ready)
            });
            let sent = sender.send(value.await).await;
            let mut slot = lock(&theirs);
            slot.sending = false;
            if let Err(SendError(value)) = sent {
                slot.failed = Some(value);
                return;
            }
        }
    };
    SenderSink { slot, sends: Some(Box::pin(sends)) }
}

struct Slot<T> {
    /// What is to be sent next.
    next: Option<T>,
    /// One is being sent.
    sending: bool,
    /// What could not be sent.
    failed: Option<T>,
}

/// The sink made by [`sink`].
///
/// # Examples
/// ```
/// use csp::compat::{SenderSink, sink};
///
/// let (tx, _rx) = csp::chan!(u32);
/// let numbers: SenderSink<u32> = sink(tx);
/// # drop(numbers);
/// ```
#[must_use = "a sink does nothing unless it is polled"]
pub struct SenderSink<T> {
    slot: Arc<Mutex<Slot<T>>>,
    /// None after a failure or the end.
    sends: Option<Pin<Box<dyn Future<Output = ()> + Send>>>,
}

impl<T> Unpin for SenderSink<T> {}

impl<T: Send + 'static> SenderSink<T> {
    /// Ready when nothing is left to be sent.
    fn poll_sent(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), SinkError<T>>> {
        let Some(sends) = &mut self.sends else { return Poll::Ready(Err(SinkError(None))) };
        if sends.as_mut().poll(cx).is_ready() {
            self.sends = None;
            return Poll::Ready(Err(SinkError(lock(&self.slot).failed.take())));
        }
        let slot = lock(&self.slot);
        if slot.sending || slot.next.is_some() { Poll::Pending } else { Poll::Ready(Ok(())) }
    }
}

impl<T: Send + 'static> Sink<T> for SenderSink<T> {
    type Error = SinkError<T>;

    fn poll_ready(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Result<(), SinkError<T>>> {
        self.get_mut().poll_sent(cx)
    }

    fn start_send(self: Pin<&mut Self>, value: T) -> Result<(), SinkError<T>> {
        if self.sends.is_none() {
            return Err(SinkError(Some(value)));
        }
        lock(&self.slot).next = Some(value);
        Ok(())
    }

    fn poll_flush(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Result<(), SinkError<T>>> {
        self.get_mut().poll_sent(cx)
    }

    fn poll_close(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Result<(), SinkError<T>>> {
        let this = self.get_mut();
        if this.sends.is_none() && lock(&this.slot).failed.is_none() {
            return Poll::Ready(Ok(()));
        }
        let sent = this.poll_sent(cx);
        if sent.is_ready() {
            this.sends = None;
        }
        sent
    }
}

impl<T> fmt::Debug for SenderSink<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SenderSink").field("open", &self.sends.is_some()).finish_non_exhaustive()
    }
}

/// The channel of a [`SenderSink`] is closed. Contains the value that was not sent, if there was one.
///
/// # Examples
/// ```
/// use csp::compat::{SinkError, sink};
/// use futures_sink::Sink;
/// use std::{future::poll_fn, pin::pin};
///
/// let (tx, rx) = csp::chan!(u32);
/// let mut numbers = pin!(sink(tx));
/// drop(rx);
/// numbers.as_mut().start_send(7).unwrap();
/// let flushed = csp::block_on(poll_fn(|cx| numbers.as_mut().poll_flush(cx)));
/// assert_eq!(flushed, Err(SinkError(Some(7))));
/// ```
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct SinkError<T>(
    /// The value.
    pub Option<T>,
);

impl<T> fmt::Debug for SinkError<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SinkError(..)")
    }
}

impl<T> fmt::Display for SinkError<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the channel is closed")
    }
}

impl<T> std::error::Error for SinkError<T> {}
