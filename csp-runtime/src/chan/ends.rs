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

/// Makes a channel that holds `capacity` values. With capacity 0 it is a rendezvous: a send returns when a receiver took the value.
///
/// `chan!(T; capacity)` is the same as a macro. Memory is allocated as values arrive, not for the whole capacity at once.
///
/// A value may borrow from what outlives the channel. A value that owns the last endpoint of another channel may be dropped a little
/// later than the channel that held it: long chains of channels in channels are dropped in a loop, not by recursion.
///
/// # Examples
/// ```
/// use csp::prelude::*;
///
/// #[process]
/// fn greet(out: Sender<&'static str>) {
///     out.send("hello")?;
/// }
///
/// #[process]
/// fn main() {
///     let (tx, rx) = csp::bounded(1);
///     go!(greet(tx));
///     assert_eq!(rx.recv(), Ok("hello"));
/// }
/// ```
#[track_caller]
pub fn bounded<T>(capacity: usize) -> (Sender<T>, Receiver<T>) {
    let (sender, receiver) = Shared::new(capacity, Location::caller());
    (Sender { channel: sender }, Receiver { channel: receiver })
}

/// Makes a channel on which a send never waits for a receiver: `chan!(T; ..)`. It grows as long as senders are faster than receivers.
///
/// # Examples
/// ```
/// let (tx, rx) = csp::unbounded();
/// for n in 0..1000 {
///     tx.try_send(n).unwrap();
/// }
/// assert_eq!(rx.len(), 1000);
/// assert_eq!(rx.capacity(), None);
/// ```
#[track_caller]
pub fn unbounded<T>() -> (Sender<T>, Receiver<T>) {
    bounded(usize::MAX)
}

/// The sending endpoint of a channel.
///
/// Clones belong to the same channel. The channel closes when its last sender is dropped: receivers get the buffered values, then
/// [`RecvError`].
///
/// # Examples
/// ```
/// use csp::prelude::*;
///
/// #[process]
/// fn count(out: Sender<u32>) {
///     for n in 0..3 {
///         out.send(n)?; // waits until the value is taken
///     }
/// }
///
/// #[process]
/// fn main() {
///     let (tx, rx) = chan!(u32);
///     go!(count(tx.clone()));
///     go!(count(tx));
///     let mut sum = 0;
///     for n in rx {
///         sum += n;
///     }
///     assert_eq!(sum, 6);
/// }
/// ```
pub struct Sender<T> {
    pub(crate) channel: Shared<T>,
}

/// The receiving endpoint of a channel.
///
/// Clones belong to the same channel; each value is received by one of them. When the last receiver is dropped, buffered values are
/// dropped and senders get their values back as a [`SendError`].
///
/// A buffered value whose destructor panics does not keep the others from being dropped: the panic is caught and counted
/// ([`Metrics::caught_panics`](crate::Metrics::caught_panics)).
///
/// # Examples
/// ```
/// use csp::prelude::*;
///
/// #[process]
/// fn print(words: Receiver<&'static str>) {
///     let first = words.recv()?; // `?` ends the process if the channel is closed
///     println!("{first}");
///     for word in words {
///         println!("{word}"); // until the channel is closed
///     }
/// }
///
/// #[process]
/// fn main() {
///     let (tx, rx) = chan!(&str; 4);
///     let printer = go!(print(rx));
///     for word in ["one", "two", "three"] {
///         tx.send(word)?;
///     }
///     drop(tx); // closes the channel
///     printer.await.unwrap();
/// }
/// ```
pub struct Receiver<T> {
    pub(crate) channel: Shared<T>,
}

impl<T> Sender<T> {
    /// Sends a value: waits until the channel accepts it.
    ///
    /// A rendezvous accepts a value when a receiver takes it, a bounded channel when it has a free slot, an unbounded channel at
    /// once. Waiting senders are served first come, first served.
    ///
    /// In a `#[process]` body write `tx.send(v)?`; elsewhere this is a future, `tx.send(v).await`.
    ///
    /// # Errors
    /// Returns the value in a [`SendError`] when the channel is closed or its last receiver is dropped, also while waiting.
    ///
    /// # Cancel safety
    /// Dropping the future before it is ready cancels the send and drops the value; [`Send::withdraw`] returns the value instead.
    #[track_caller]
    #[inline]
    pub fn send(&self, value: T) -> Send<'_, T> {
        Send::new(&self.channel, value, Spot::at(Location::caller()))
    }

    /// Sends without waiting.
    ///
    /// On a rendezvous it succeeds only if a receiver waits already. So a `try_send` and a [`try_recv`](Receiver::try_recv) that poll never
    /// meet there: one side has to wait.
    ///
    /// # Errors
    /// Returns the value: [`TrySendError::Full`] when there is no free slot and no waiting receiver, [`TrySendError::Closed`] when the
    /// channel is closed.
    ///
    /// # Examples
    /// ```
    /// use csp::prelude::*;
    ///
    /// let (tx, rx) = chan!(u32; 1);
    /// tx.try_send(1).unwrap();
    /// assert_eq!(tx.try_send(2), Err(TrySendError::Full(2)));
    /// drop(rx);
    /// assert_eq!(tx.try_send(3), Err(TrySendError::Closed(3)));
    /// ```
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

    /// Sends from a plain thread: blocks the thread until the channel accepts the value.
    ///
    /// In a process use [`send`](Self::send): this method blocks the worker.
    ///
    /// # Errors
    /// The same as of [`send`](Self::send).
    ///
    /// # Examples
    /// ```
    /// use csp::prelude::*;
    ///
    /// let (tx, rx) = chan!(u32);
    /// let thread = std::thread::spawn(move || tx.send_blocking(7));
    /// assert_eq!(rx.recv_blocking(), Ok(7));
    /// thread.join().unwrap().unwrap();
    /// ```
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
    /// Values of one sender arrive in the order in which they were sent. Waiting receivers are served first come, first served.
    ///
    /// In a `#[process]` body write `rx.recv()?`; elsewhere this is a future, `rx.recv().await`.
    ///
    /// # Errors
    /// [`RecvError`] when the channel is closed, or its last sender is dropped, and nothing is buffered.
    ///
    /// # Cancel safety
    /// Dropping the future cancels the receive. A value that was already handed to it is passed on to the next receiver, or put back at
    /// the front of the channel: none is lost.
    #[track_caller]
    #[inline]
    pub fn recv(&self) -> Recv<'_, T> {
        Recv::new(&self.channel, Spot::at(Location::caller()))
    }

    /// Receives without waiting.
    ///
    /// A waiting `select!` that sends may have to evaluate its value first. Then this call asks for the value and returns
    /// [`TryRecvError::Empty`]; a later call finds the value, once that select has run.
    ///
    /// # Errors
    /// [`TryRecvError::Empty`] when there is no value now, [`TryRecvError::Closed`] when there will be none.
    ///
    /// # Examples
    /// ```
    /// use csp::prelude::*;
    ///
    /// let (tx, rx) = chan!(u32; 1);
    /// assert_eq!(rx.try_recv(), Err(TryRecvError::Empty));
    /// tx.try_send(1).unwrap();
    /// drop(tx);
    /// assert_eq!(rx.try_recv(), Ok(1));
    /// assert_eq!(rx.try_recv(), Err(TryRecvError::Closed));
    /// ```
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

    /// Receives on a plain thread: blocks the thread until there is a value.
    ///
    /// In a process use [`recv`](Self::recv): this method blocks the worker.
    ///
    /// # Errors
    /// The same as of [`recv`](Self::recv).
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

    /// An iterator that receives until the channel is closed, and blocks the thread meanwhile. In a process write `for v in rx`.
    pub fn iter(&self) -> Iter<'_, T> {
        Iter(self)
    }

    /// An iterator over the values that are there now; it does not wait.
    pub fn try_iter(&self) -> TryIter<'_, T> {
        TryIter(self)
    }
}

macro_rules! common {
    ($end:ident, $gone:ident, $gone_doc:literal) => {
        impl<T> $end<T> {
            /// Closes the channel for all its endpoints. Blocked and later sends get their values back; receivers get the values
            /// accepted before, then [`RecvError`]. Closing twice is not an error.
            pub fn close(&self) {
                self.channel.close();
            }

            #[doc = $gone_doc]
            pub fn is_closed(&self) -> bool {
                self.channel.touched();
                self.channel.locked(|state| state.$gone())
            }

            /// The number of values that are buffered now.
            pub fn len(&self) -> usize {
                self.channel.touched();
                self.channel.locked(|state| state.len())
            }

            /// Whether no value is buffered now.
            pub fn is_empty(&self) -> bool {
                self.len() == 0
            }

            /// The most values that the channel holds: `Some(0)` for a rendezvous, `None` for an unbounded channel.
            pub fn capacity(&self) -> Option<usize> {
                let capacity = self.channel.locked(|state| state.capacity());
                (capacity != usize::MAX).then_some(capacity)
            }

            /// Whether both are endpoints of the same channel.
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
