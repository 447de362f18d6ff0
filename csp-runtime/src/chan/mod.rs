//! Channels: rendezvous, bounded and unbounded, many senders to many receivers.
//!
//! One kind of channel serves all three: a rendezvous has capacity 0, an unbounded one `usize::MAX`.
//!
//! Invariants, checked by `State::check` whenever the lock is freed in a debug build:
//! * Receivers wait only while nothing is buffered and no plain sender waits.
//! * Senders wait only while buffered and reserved places together fill the capacity.
//! * A value is in exactly one place: a sender's slot, the ring, or a receiver's slot; it moves under the lock.
//! * More than `capacity` values are buffered only when cancelled receives gave theirs back.
//!
//! | field | who may touch it |
//! |---|---|
//! | `State` | the holder of `Channel::lock` |
//! | `hint` | written by the holder of the lock as it leaves; read by anybody, as a hint |
//! | `ends` | anybody, atomically: see `shared` |
//! | `head` | stays when the channel goes: see `page`, for who looks from outside |

#[allow(unsafe_code)]
pub(crate) mod channel;
#[cfg(not(loom))]
pub(crate) mod claim;
#[allow(unsafe_code)]
mod ends;
mod error;
mod iter;
#[allow(unsafe_code)]
mod life;
#[allow(unsafe_code)]
pub(crate) mod look;
#[cfg(not(loom))]
#[allow(unsafe_code)]
mod page;
#[cfg(loom)]
#[allow(unsafe_code)]
#[path = "page_model.rs"]
mod page;
#[allow(unsafe_code)]
pub(crate) mod recv;
#[allow(unsafe_code)]
mod ring;
pub(crate) mod roles;
#[allow(unsafe_code)]
pub(crate) mod send;
#[allow(unsafe_code)]
pub(crate) mod shared;
#[allow(unsafe_code)]
pub(crate) mod state;

pub use ends::{Receiver, Sender, bounded, unbounded};
pub(crate) use error::sealed::Sealed;
pub use error::{
    AllClosed, Closed, ClosedError, RecvError, RecvTimeoutError, SendError, SendTimeoutError, TryRecvError,
    TrySendError,
};
pub use iter::{Iter, TryIter};
pub use recv::Recv;
pub use send::Send;

#[cfg(all(test, loom))]
mod model;
