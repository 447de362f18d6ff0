//! Select: exactly one ready arm of several.
//!
//! The one algorithm is in [`run`](run()); what can be an arm implements [`Arm`]. In short:
//!
//! 1. *Try*, seen by nobody: look at all arms, then try those that may be ready, drawn at random (in the order written if
//!    biased). The first that is ready is chosen. If none is, let the worker's other processes run, and try once more.
//! 2. *Enlist*: with the locks of all the arms' channels held, taken in address order, try again, then enlist a node in
//!    each queue. As a select is visible either in all its queues or in none, two selects that face each other over two
//!    channels in opposite order can neither both wait for ever nor both commit.
//! 3. *Wait*. A peer that takes the node out of a queue must win the select's claim (one compare-exchange) before it
//!    may complete it; a node whose select is decided is dropped silently. A closing channel claims "look again".
//! 4. *Withdraw* from the losers, one lock each, O(1) each.
//!
//! A send arm has no value until it is chosen. In the try phase it reserves: a place of a buffered channel, or a waiting
//! receiver, which leaves the queue and is *promised*. Enlisted, it is chosen by a receiver or by a place that comes free. Then
//! the process evaluates the value and delivers; if it leaves instead, the place goes on and the receiver starts again.
//!
//! Rejected:
//! * Locking one channel at a time to enlist: two selects can half-commit to each other.
//! * Waking losers to look for themselves (watchers that retry): the value of a send arm would need no promise, but
//!   every arrival wakes somebody who may not need it, and first come, first served is lost.
//! * Random start and cyclic scan instead of a random order: with arms 0 and 1 of 3 ready, arm 0 wins twice as often.

#[allow(unsafe_code)]
pub(crate) mod any;
pub(crate) mod first;
#[allow(unsafe_code)]
pub(crate) mod future_arm;
#[allow(unsafe_code)]
pub(crate) mod kept;
#[allow(unsafe_code)]
pub(crate) mod op;
mod order;
#[allow(unsafe_code)]
pub(crate) mod poll_arm;
#[allow(unsafe_code)]
pub(crate) mod recv_arm;
#[allow(unsafe_code)]
pub(crate) mod run;
#[allow(unsafe_code)]
pub(crate) mod send_arm;
#[allow(unsafe_code)]
pub(crate) mod source;
#[allow(unsafe_code)]
mod together;

pub use any::{Any, any};
pub use first::{Dropped, Or, Taken, Value, Whole, first1, first2, first3, first4};
pub use future_arm::{FutureArm, future_arm};
pub use kept::{keep, result, value};
pub use op::{Arm, OnClose};
pub use run::{Chosen, Run, run};
pub use send_arm::{SendArm, deliver, held_send_arm, send_arm};
pub(crate) use source::Next;
pub use source::{Communication, Sink, Source, SourceArm, recv_arm, wait};

#[cfg(all(test, loom))]
mod model;
