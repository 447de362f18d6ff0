//! Send arms of selects: chosen first, their values evaluated after. Until then an arm holds a place of the capacity, or a
//! receiver, which stays out of the queue.

use std::ptr;

use super::{Sent, State};
use crate::record::By;
use crate::wait::Who;
use crate::wait::node::{Node, Waiter, state};

/// What became of an attempt to reserve for a send arm.
pub(crate) enum Reserved {
    Place,
    /// A receiver stays out of the queue until the arm delivers.
    Receiver,
    Full,
    Closed,
    Grow,
}

impl<T> State<T> {
    /// Ties a receiver's node to the send arm that `recv` answered with. `receiver` is not enlisted.
    pub(crate) fn promise(&mut self, arm: &Node, receiver: &Node, slot: *mut (), who: Who) {
        // SAFETY: `&mut self` is the lock; nobody else reaches the two nodes now.
        unsafe {
            receiver.links(|l| {
                l.slot = slot;
                l.waiter = Waiter::plain(who);
            });
            tie(arm, receiver);
        }
    }

    /// Reserves for a send arm: a place if the channel has any, else a waiting receiver.
    pub(crate) fn reserve(&mut self, arm: &Node) -> Reserved {
        if self.refuses() {
            return Reserved::Closed;
        }
        if self.has_room() {
            if self.must_grow() {
                return Reserved::Grow;
            }
            self.reserved += 1;
            arm.set_state(state::RESERVED);
            return Reserved::Place;
        }
        // SAFETY: `&mut self` is the lock; so for all the blocks of this function.
        while let Some(receiver) = unsafe { self.receiving.pop() } {
            // SAFETY: as above.
            match unsafe { receiver.claim() } {
                None => receiver.set_state(state::IDLE),
                Some(who) => {
                    // SAFETY: as above. A select's receive arm goes on as a plain receiver: its claim is decided.
                    unsafe {
                        receiver.links(|l| l.waiter = Waiter::plain(who));
                        tie(arm, receiver);
                    }
                    return Reserved::Receiver;
                }
            }
        }
        Reserved::Full
    }

    /// A chosen send arm brings its value. `Full`: the receiver that was promised to it left; the value is sent like any other.
    pub(crate) fn deliver(&mut self, arm: &Node, value: T) -> Sent<T> {
        match arm.state() {
            state::PROMISE => {
                // SAFETY: `&mut self` is the lock; the receiver of a promise unties itself under it before it goes.
                let receiver = unsafe { arm.links(|l| l.slot.cast::<Node>().as_ref()) };
                arm.set_state(state::IDLE);
                let Some(receiver) = receiver else { return Sent::Full(value) };
                // SAFETY: as above; the slot of a promised receiver is empty.
                let who = unsafe {
                    let (who, slot) = (receiver.claim(), receiver.links(|l| l.slot));
                    slot.cast::<T>().write(value);
                    who
                };
                let who = who.unwrap_or_default();
                self.tag.sent(self.passed(), By::Here);
                self.tag.received(self.passed(), By::There(&who));
                self.passes();
                receiver.set_state(state::DONE);
                Sent::Done(who)
            }
            state::RESERVED => {
                arm.set_state(state::IDLE);
                self.reserved -= 1;
                self.send(value)
            }
            _ => Sent::Full(value),
        }
    }

    /// A chosen send arm leaves without a value: what it reserved goes on.
    pub(crate) fn undo(&mut self, arm: &Node) -> Who {
        let was = arm.state();
        arm.set_state(state::IDLE);
        match was {
            state::PROMISE => {
                // SAFETY: as in `deliver`.
                let receiver = unsafe { arm.links(|l| l.slot.cast::<Node>().as_ref()) };
                let Some(receiver) = receiver else { return Who::NOBODY };
                // SAFETY: as in `deliver`.
                let who = unsafe { receiver.claim() };
                receiver.set_state(state::RETRY);
                who.unwrap_or_default()
            }
            state::RESERVED => {
                self.reserved -= 1;
                self.refill()
            }
            _ => Who::NOBODY,
        }
    }

    /// A promised receiver leaves.
    pub(crate) fn untie(&mut self, receiver: &Node) {
        // SAFETY: `&mut self` is the lock; a tied receiver's `slot` of the arm is where `tie` put it, and the arm unties
        // under the lock before it goes.
        unsafe {
            let arm = receiver.links(|l| l.partner());
            arm.as_ref().expect("a promised receiver has a partner").links(|l| l.slot = ptr::null_mut());
        }
        receiver.set_state(state::IDLE);
    }
}

/// # Safety
/// The channel's lock is held and neither node is in a list.
unsafe fn tie(arm: &Node, receiver: &Node) {
    // SAFETY: by the contract.
    unsafe {
        arm.links(|l| l.slot = ptr::from_ref(receiver).cast_mut().cast());
        receiver.links(|l| l.set_partner(arm));
    }
    arm.set_state(state::PROMISE);
    receiver.set_state(state::PROMISED);
}
