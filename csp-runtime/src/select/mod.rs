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
//! A send arm is *eager*, its value is in the arm (`value_arm`), or *lazy*: the value is made once the arm was chosen (`send_arm`).
//! Peers see an eager arm as a sender like any other. Nobody but its own select decides for a lazy arm: a receiver that waits, or
//! a place that comes free, *calls* it, the select is polled, and if it draws that arm the arm is *bound*: the process makes the
//! value and delivers it, without waiting (`chan/state/lazy.rs`). A receiver that does not wait *asks*, and finds the value at
//! the look after the sender's turn.
//!
//! Rejected:
//! * Locking one channel at a time to enlist a select that sends: two can find each other closed for ever.
//! * A receiver that reserves a lazy arm and waits for its value: the receiver's other arms, and the sender's, are withheld from
//!   their peers until the sender is polled, which may be never.
//! * Making the value when a receiver calls, and keeping it while another arm wins: it is sent though its arm did not run, or
//!   dropped though making it had effects.
//! * Watchers that retry, for receives and eager sends: every arrival wakes a waiter that may not need it, and first come, first
//!   served is lost.
//! * Random start and cyclic scan instead of a random order: with arms 0 and 1 of 3 ready, arm 0 wins twice as often.

#[allow(unsafe_code)]
pub(crate) mod any;
mod closed;
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
#[allow(unsafe_code)]
mod option;
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
#[allow(unsafe_code)]
pub(crate) mod value_arm;

pub use any::{Any, any};
pub use first::{Dropped, Or, Taken, Value, Whole, first1, first2, first3, first4};
pub use future_arm::{FutureArm, future_arm, optional_future_arm};
#[cfg(all(test, not(loom)))]
pub(crate) use kept::Kept;
pub use kept::{keep, next, result, value};
pub use op::{Arm, Chosen, OnClose};
pub use run::{Run, run};
pub use send_arm::{SendArm, held_send_arm, send_arm};
pub(crate) use source::Next;
pub use source::{Communication, Sink, Source, SourceArm, Waits, recv_arm, wait};
pub use value_arm::{Moved, Never, Place, PlaceArm, ValueArm, place, value_arm};

#[cfg(all(test, loom))]
mod lazy_model;
#[cfg(all(test, loom))]
mod marks_model;
#[cfg(all(test, loom))]
mod model;
