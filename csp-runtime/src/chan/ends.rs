//! The two ends of a channel, as users hold them.

use std::fmt;
use std::panic::Location;
use std::time::Duration;

use super::error::{RecvError, SendError, TryRecvError, TrySendError};
use super::iter::{Iter, TryIter};
use super::recv::Recv;
use super::roles::{Consumes, Produces};
use super::send::Send;
use super::shared::{Shared, Side};
use super::state::{Received, Sent, State};
use crate::task::reason::Spot;
use crate::wait::block_on::block_on;

/// Makes a channel that holds `capacity` values; 0 makes a rendezvous, where a send returns when a receiver took the value.
///
/// Memory is taken as values come, not for the whole capacity at once.
///
/// A value that is the last endpoint of a channel full of such values comes apart in a loop, however long the chain is. What is nested
/// more deeply than eight channels may be dropped only when the drop that it is nested in is done.
///
/// ```
/// use csp_runtime::{block_on, bounded};
///
/// let (tx, rx) = bounded(1);
/// block_on(async {
///     tx.send("hello").await.unwrap();
///     assert_eq!(rx.recv().await, Ok("hello"));
/// });
/// ```
#[track_caller]
pub fn bounded<T>(capacity: usize) -> (Sender<T>, Receiver<T>) {
    let (sender, receiver) = Shared::new(capacity, Location::caller());
    (Sender { channel: sender }, Receiver { channel: receiver })
}

/// Makes a channel on which a send never waits.
#[track_caller]
pub fn unbounded<T>() -> (Sender<T>, Receiver<T>) {
    bounded(usize::MAX)
}

/// The sending end of a channel.
///
/// Clones are ends of the same channel. When the last one is dropped the channel is closed: receivers get what is
/// buffered, then [`RecvError`].
pub struct Sender<T> {
    pub(crate) channel: Shared<T>,
}

/// The receiving end of a channel.
///
/// Clones are ends of the same channel; each value goes to one of them. When the last one is dropped, what is buffered
/// is dropped and senders get their values back. A destructor of a buffered value that panics does not keep the others from being
/// dropped: the panic is caught and counted ([`Metrics::caught_panics`](crate::Metrics::caught_panics)).
pub struct Receiver<T> {
    pub(crate) channel: Shared<T>,
}

impl<T> Sender<T> {
    /// Sends a value: waits until the channel accepts it.
    ///
    /// A rendezvous accepts it when a receiver takes it, a bounded channel when a place is free, an unbounded one at
    /// once. Waiting senders are served in the order they came.
    ///
    /// # Errors
    /// Gives the value back when the channel is closed or its last receiver goes, also while waiting.
    ///
    /// # Cancellation
    /// Dropping the future before it is done cancels the send, and drops the value with it;
    /// [`Send::withdraw`] gives it back instead.
    #[track_caller]
    #[inline]
    pub fn send(&self, value: T) -> Send<'_, T> {
        Send::new(&self.channel, value, Spot::at(Location::caller()))
    }

    /// Sends without waiting.
    ///
    /// # Errors
    /// Gives the value back when no place is free and no receiver waits, or when the channel is closed.
    pub fn try_send(&self, value: T) -> Result<(), TrySendError<T>> {
        match self.channel.send_now(value) {
            Sent::Done(_) => {
                self.channel.used_here(Side::Sender);
                Ok(())
            }
            Sent::Full(value) | Sent::Grow(value) => Err(TrySendError::Full(value)),
            Sent::Closed(value) => Err(TrySendError::Closed(value)),
        }
    }

    /// Sends from a plain thread: blocks it until the channel accepts the value.
    ///
    /// In a process use [`send`](Self::send): this one holds up the worker.
    ///
    /// # Errors
    /// As [`send`](Self::send).
    #[track_caller]
    pub fn send_blocking(&self, value: T) -> Result<(), SendError<T>> {
        match self.channel.send_now(value) {
            Sent::Done(_) => Ok(()),
            Sent::Closed(value) => Err(SendError(value)),
            Sent::Full(value) | Sent::Grow(value) => block_on(self.send(value)),
        }
    }
}

impl<T> Receiver<T> {
    /// Receives a value: waits until there is one.
    ///
    /// Values of one sender arrive in the order sent. Waiting receivers are served in the order they came.
    ///
    /// # Errors
    /// [`RecvError`] when the channel is closed, or its last sender is gone, and nothing is buffered.
    ///
    /// # Cancellation
    /// Dropping the future cancels the receive. A value that it had already been handed goes to the next receiver, or
    /// back to the front of the channel: none is lost.
    #[track_caller]
    #[inline]
    pub fn recv(&self) -> Recv<'_, T> {
        Recv::new(&self.channel, Spot::at(Location::caller()))
    }

    /// Receives without waiting.
    ///
    /// A waiting `select!` that sends may have to make its value first: then it is asked to, and a later call finds the value
    /// once that select had its turn.
    ///
    /// # Errors
    /// [`TryRecvError::Empty`] when nothing is there, [`TryRecvError::Closed`] when nothing will come.
    pub fn try_recv(&self) -> Result<T, TryRecvError> {
        let received = self.recv_now();
        if matches!(received, Err(TryRecvError::Empty)) {
            self.channel.ask();
        }
        received
    }

    fn recv_now(&self) -> Result<T, TryRecvError> {
        self.channel.touched();
        match self.channel.locked(State::recv) {
            Received::Value(value, who) => {
                self.channel.used_here(Side::Receiver);
                who.wake();
                Ok(value)
            }
            Received::Closed => Err(TryRecvError::Closed),
            Received::Empty => Err(TryRecvError::Empty),
        }
    }

    /// Receives on a plain thread: blocks it until there is a value.
    ///
    /// In a process use [`recv`](Self::recv): this one holds up the worker.
    ///
    /// # Errors
    /// As [`recv`](Self::recv).
    #[track_caller]
    pub fn recv_blocking(&self) -> Result<T, RecvError> {
        match self.recv_now() {
            Ok(value) => Ok(value),
            Err(TryRecvError::Closed) => Err(RecvError),
            Err(TryRecvError::Empty) => block_on(self.recv()),
        }
    }

    /// How often a waiter entered or left a queue of the channel: cost, for tests that count. `None` in a release build.
    #[doc(hidden)]
    pub fn queue_operations(&self) -> Option<u64> {
        #[cfg(debug_assertions)]
        return Some(self.channel.locked(|state| state.operations()));
        #[cfg(not(debug_assertions))]
        None
    }

    /// Receives until the channel is closed, by blocking the thread. In a process write `for v in rx`.
    pub fn iter(&self) -> Iter<'_, T> {
        Iter(self)
    }

    /// Receives what is there now, without waiting.
    pub fn try_iter(&self) -> TryIter<'_, T> {
        TryIter(self)
    }
}

macro_rules! common {
    ($end:ident, $gone:ident, $gone_doc:literal) => {
        impl<T> $end<T> {
            /// Closes the channel for all its ends: blocked and later sends get their values back, receivers get what
            /// was accepted before, then the end. Closing twice is no error.
            pub fn close(&self) {
                self.channel.close();
            }

            #[doc = $gone_doc]
            pub fn is_closed(&self) -> bool {
                self.channel.touched();
                self.channel.locked(|state| state.$gone())
            }

            /// How many values are buffered now.
            pub fn len(&self) -> usize {
                self.channel.touched();
                self.channel.locked(|state| state.len())
            }

            /// Whether no value is buffered now.
            pub fn is_empty(&self) -> bool {
                self.len() == 0
            }

            /// How many values the channel holds at most: `Some(0)` for a rendezvous, `None` for an unbounded channel.
            pub fn capacity(&self) -> Option<usize> {
                let capacity = self.channel.locked(|state| state.capacity());
                (capacity != usize::MAX).then_some(capacity)
            }

            /// Whether both are ends of one channel.
            pub fn same_channel(&self, other: &Self) -> bool {
                self.channel.is_same(&other.channel)
            }
        }

        impl<T> Clone for $end<T> {
            #[inline]
            fn clone(&self) -> Self {
                Self { channel: self.channel.another(Side::$end) }
            }
        }

        impl<T> Drop for $end<T> {
            // Once for each type, and not wherever an end may be dropped.
            #[inline(never)]
            fn drop(&mut self) {
                // SAFETY: it is of this side, and goes with `self`.
                unsafe { self.channel.leave(Side::$end) };
            }
        }

        impl<T> fmt::Debug for $end<T> {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.debug_struct(stringify!($end))
                    .field("created", &format_args!("{}", self.channel.created()))
                    .field("len", &self.len())
                    .finish_non_exhaustive()
            }
        }
    };
}

common!(Sender, refuses, "Whether a send can only fail: the channel is closed or has no receiver left.");
common!(
    Receiver,
    ends,
    "Whether nothing more will be sent: the channel is closed or has no sender left. Values may still be buffered."
);

// The other end's verbs: see `roles`.

impl<T> Receiver<T> {
    #[doc(hidden)]
    pub fn send<V>(&self, _: V) -> Send<'static, V>
    where
        Self: Produces,
    {
        unreachable!("a receiver does not send")
    }

    #[doc(hidden)]
    pub fn send_timeout<V>(&self, _: V, _: Duration) -> Send<'static, V>
    where
        Self: Produces,
    {
        unreachable!("a receiver does not send")
    }
}

impl<T> Sender<T> {
    #[doc(hidden)]
    pub fn recv(&self) -> Recv<'static, T>
    where
        Self: Consumes,
    {
        unreachable!("a sender does not receive")
    }

    #[doc(hidden)]
    pub fn recv_timeout(&self, _: Duration) -> Recv<'static, T>
    where
        Self: Consumes,
    {
        unreachable!("a sender does not receive")
    }
}
