//! Time: the clock, the timer wheels, and what waits on them.
//!
//! | file | what it knows |
//! |---|---|
//! | `clock` | the machine's clock, as nanoseconds since its first use |
//! | `wheel` | in which order timers come due; pure data without a clock, a thread or a pointer |
//! | `shard` | one wheel behind one short lock, and the entries that live inside pinned futures |
//! | `sleep` | `sleep`, `sleep_until`, `timeout` |
//! | `limits` | `recv_timeout`, `send_timeout` |
//! | `ticks` | `after` and `tick`, the sources |
//!
//! | field of an [`Entry`](shard::Entry) | who may touch it |
//! |---|---|
//! | `state` | `ARMED`: written by whoever holds the shard's lock; else by the owner; read by the owner at any time |
//! | `links`, `who` | `ARMED`: whoever holds the shard's lock; else the owner |
//! | `armed` | the owner |
//!
//! Invariants:
//! * An entry is linked in the wheel of `shard` exactly while its state is `ARMED`. Storing `FIRED` is the last thing
//!   that a shard does to an entry: from then on the owner may free it without the lock.
//! * Nobody is woken, and no waker is cloned or dropped, under a shard's lock.
//! * No timer fires before its deadline; it fires at most one tick of the wheel after it, plus what the scheduler takes.

pub(crate) mod clock;
#[allow(unsafe_code)]
mod limits;
#[allow(unsafe_code)]
pub(crate) mod shard;
#[allow(unsafe_code)]
mod sleep;
mod ticks;
pub(crate) mod wheel;

#[cfg(all(test, loom))]
#[allow(unsafe_code)]
mod model;
#[cfg(all(test, not(loom)))]
mod tests;

pub(crate) use shard::Shard;
pub use sleep::{Elapsed, Sleep, Timeout, sleep, sleep_until, timeout};
pub use ticks::{After, Tick, after, tick};

// Which shard is whose is the scheduler's knowledge.
pub(crate) use crate::rt::{current_shard, timer_added};
