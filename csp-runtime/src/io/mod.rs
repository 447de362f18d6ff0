//! Readiness: which descriptors can be read and written, and who waits for that.
//!
//! | file | what it knows |
//! |---|---|
//! | `driver` | one selector, opened by the first registration; who polls it, and how events become wakes |
//! | `table` | where the entries are: places that never move, used again and again |
//! | `entry` | what is known of one descriptor, and those who wait for more |
//! | `registered` | a source beside its entry: operations that are tried, and wait when they would block |
//! | `error` | how a failure says what was tried, and on what |
//! | `sys` | the system's poller |
//!
//! | field of an [`Entry`](entry::Entry) | who may touch it |
//! |---|---|
//! | `ready` | bits are set by whoever holds the lock of `waits`; an operation that would block takes away what it saw |
//! | `waits` | behind its lock |
//!
//! Invariants:
//! * A bit of `ready` is taken away only by an operation that would block *and* began after the last event: an event changes
//!   the tick beside the bits, and what it reported stays.
//! * Whoever waits is seated under the lock that an event takes to set a bit, after a look at the bits. So it sees the bit, or
//!   the event sees the seat.
//! * Nobody is woken, and no waker is cloned or dropped, under that lock.
//! * A seat is left when its operation ends or is dropped; an event empties all seats of its direction, and who finds nothing
//!   to do sits down again.
//! * An event of a registration that has ended says nothing to the next one in its place: the generation differs.
//!
//! Who polls when is the scheduler's knowledge (`sched/pool/poll.rs`); what is here can be polled by any thread, one at a time.
//!
//! Rejected:
//! * Waking one of several who wait: it may be dropped before it comes to act, and then it would have to pass the wake on.
//! * Entries behind reference counts: an event would have to count, and a socket to allocate.

mod driver;
mod entry;
#[cfg(not(loom))]
pub(crate) mod error;
#[cfg(all(test, loom))]
mod model;
#[cfg(not(loom))]
mod registered;
mod sys;
mod table;

pub(crate) use driver::{Driver, Lead};
// Sockets are no part of a model.
#[cfg(not(loom))]
pub(crate) use {
    entry::{Ready, Seat, Side},
    registered::Registered,
    sys::{Descriptor, in_progress},
};
