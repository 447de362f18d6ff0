//! Select: exactly one ready arm of several.
//!
//! The one algorithm is in [`run`](run()); what can be an arm implements [`Arm`]. In short:
//!
//! 1. *Try*, seen by nobody: look at all arms, then try those that may be ready, drawn at random (in the order written if
//!    biased). The first that is ready is chosen. If none is, let the worker's other processes run, and try once more.
//! 2. *Enlist*: try each arm again under its channel's lock, and leave a node in the queue. The select's block is closed until
//!    all nodes are in; a peer that comes to one meanwhile leaves a mark, and the block does not open then. A select that
//!    sends takes all the locks, in address order: it is visible either in all its queues or in none, so that two that face
//!    each other over two channels in opposite order can neither both wait for ever nor both commit.
//! 3. *Wait*, with the block open. A peer that takes a node out of its queue marks the block (one compare-exchange). The first
//!    has won the select and completes the node; the others, and a closing channel, have told where to look.
//! 4. *Go on*. What was not marked stays in its queue for the next turn, if the select is kept for one (a loop: `kept`), else
//!    it is withdrawn, one lock each, O(1) each. So a turn costs what happened since the last, not the number of arms.
//!
//! A send arm has no value until it is chosen. In the try phase it reserves: a place of a buffered channel, or a waiting
//! receiver, which leaves the queue and is *promised*. Enlisted, it is chosen by a receiver or by a place that comes free. Then
//! the process evaluates the value and delivers; if it leaves instead, the place goes on and the receiver starts again.
//!
//! Rejected:
//! * Locking one channel at a time to enlist a select that sends: two can find each other closed for ever.
//! * Waking losers to look for themselves (watchers that retry): the value of a send arm would need no promise, but
//!   every arrival wakes somebody who may not need it, and first come, first served is lost.
//! * Random start and cyclic scan instead of a random order: with arms 0 and 1 of 3 ready, arm 0 wins twice as often.

#[allow(unsafe_code)]
pub(crate) mod any;
#[allow(unsafe_code)]
mod enlist;
#[allow(unsafe_code)]
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
mod told;

pub use any::{Any, any};
pub use first::{Dropped, Or, Taken, Value, Whole, first1, first2, first3, first4};
pub use future_arm::{FutureArm, future_arm};
#[cfg(all(test, not(loom)))]
pub(crate) use kept::Kept;
pub use kept::{keep, next, result, value};
pub use op::{Arm, Chosen, OnClose};
pub use run::{Run, run};
pub use send_arm::{SendArm, deliver, held_send_arm, send_arm};
pub(crate) use source::Next;
pub use source::{Communication, Sink, Source, SourceArm, recv_arm, wait};

#[cfg(all(test, loom))]
mod model;
