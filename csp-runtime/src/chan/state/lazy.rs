//! Lazy send arms of selects: they have no value while they wait.
//!
//! *Call, then bind*: a peer never decides a lazy arm and is never tied to one. It wakes the first (*calls* it), and the select
//! decides in its own poll. If it draws the arm it is *bound*: out of the queue, perhaps with a place of the capacity that is
//! held for it. Then the process makes the value, without a lock, and delivers it, without waiting: to a receiver that waits by
//! then, else to the back of the buffer, beyond the capacity if need be.
//!
//! Invariants, whenever the lock is free:
//! * Where a receiver of another select waits, or there is room, the first lazy arm has been called, or its select is being
//!   polled and is called again before it waits.
//! * A lazy arm that two values were taken past, or that a poller asked for, is ready without a receiver.

use super::{CALLED, LAZY, Sent, State};
use crate::record::By;
use crate::wait::Who;
use crate::wait::block::Block;
use crate::wait::node::{Node, state};

/// What became of an attempt to bind a lazy arm.
pub(crate) enum Bound {
    /// Its value may be made. `true`: a place of the capacity is held for it.
    Yes(bool),
    Waits,
    Closed,
    /// The ring must grow first, outside of the lock.
    Grow,
}

impl<T> State<T> {
    /// A lazy arm enters its queue.
    ///
    /// # Safety
    /// As for `List::push`; the node is prepared, and stands for an arm of a select.
    pub(crate) unsafe fn wait_lazily(&mut self, arm: &Node) {
        // SAFETY: by the contract.
        unsafe { self.lazy.push(arm) };
        self.flags |= LAZY;
    }

    /// A lazy arm leaves its queue.
    fn remove_lazy(&mut self, arm: &Node) {
        // SAFETY: `&mut self` is the lock; a waiting lazy arm is in this list.
        unsafe { self.lazy.remove(arm) };
        arm.set_state(state::IDLE);
        if self.lazy.is_empty() {
            self.flags &= !LAZY;
        }
    }

    /// A select gives up its lazy arm, or chose another arm: the next one is called in its place.
    pub(crate) fn withdraw_lazy(&mut self, arm: &Node) {
        if arm.state() == state::WAITING {
            self.remove_lazy(arm);
            self.relay();
        }
    }

    /// Binds a lazy arm if a receiver waits, there is room, or it was called often enough. `slow`: making the value may wait.
    /// Whether or not it waits: `own` is the block of its select, whose own receive arms it does not meet.
    pub(crate) fn bind(&mut self, arm: &Node, own: *const Block, slow: bool) -> Bound {
        let waits = arm.state() == state::WAITING;
        if self.refuses() {
            if waits {
                self.remove_lazy(arm);
            }
            return Bound::Closed;
        }
        let room = self.has_room();
        if room && self.must_grow() {
            return Bound::Grow;
        }
        let ready = room || (waits && arm.is_called()) || self.receiver_waits(own);
        if !ready {
            return Bound::Waits;
        }
        if waits {
            self.remove_lazy(arm);
        }
        self.held += u32::from(room);
        // The receiver, or the place, that this arm was called for is its own now, unless its value may come late.
        if self.flags & LAZY != 0 && (slow || self.has_room() || self.receiving.has_two()) {
            self.relay();
        }
        Bound::Yes(room)
    }

    /// Whether a receiver of another select waits. Those whose select is being polled, or was won, are taken out and marked, so
    /// that they look again before they wait.
    fn receiver_waits(&mut self, own: *const Block) -> bool {
        loop {
            let other = |block: *const Block| block != own || block.is_null();
            // SAFETY: `&mut self` is the lock; so for all the blocks of this function.
            let Some(node) = (unsafe { self.receiving.find(|waiter| other(waiter.block())) }) else {
                return false;
            };
            // SAFETY: as above.
            unsafe {
                if node.is_claimable_or_mark() {
                    return true;
                }
                self.receiving.remove(node);
            }
            node.set_state(state::IDLE);
        }
    }

    /// A bound arm brings its value. `place`: what `bind` returned. Returns whom else to wake: whoever gets the place that was
    /// held.
    pub(crate) fn deliver(&mut self, place: bool, value: T) -> (Sent<T>, Who) {
        self.held -= u32::from(place);
        if self.refuses() {
            return (Sent::Closed(value), Who::NOBODY);
        }
        let sent = match self.hand_over(value) {
            Ok(who) => Sent::Done(who),
            Err(value) if self.must_grow() => {
                self.held += u32::from(place);
                return (Sent::Grow(value), Who::NOBODY);
            }
            Err(value) => {
                self.tag.sent(self.sent(), By::Here);
                // SAFETY: the ring need not grow.
                unsafe { self.store_back(value) };
                Sent::Done(Who::NOBODY)
            }
        };
        (sent, self.refill())
    }

    /// A bound arm leaves without a value: its place goes on.
    pub(crate) fn unbind(&mut self, place: bool) -> Who {
        self.held -= u32::from(place);
        self.refill()
    }

    /// Calls the first lazy arm that could be bound now, if the channel has what it waits for.
    pub(super) fn relay(&mut self) {
        if self.flags & LAZY == 0 || self.refuses() {
            return;
        }
        // SAFETY: `&mut self` is the lock; so for all the blocks of this function.
        let Some(first) = (unsafe { self.lazy.find(|_| true) }) else { return };
        // SAFETY: as above.
        let block = unsafe { first.links(|l| l.waiter.block()) };
        // SAFETY: as above.
        let other = || unsafe { self.receiving.find(|waiter| waiter.block() != block) }.is_some();
        if self.has_room() || first.is_called() || other() {
            self.call(first);
        } else if !self.receiving.is_empty() {
            // The receiver is its own select's: it is for the next one.
            self.call_for(block);
        }
    }

    /// A receiver has entered its queue: it calls the first lazy arm that is not of its own select.
    #[cold]
    pub(super) fn call_for(&mut self, own: *const Block) {
        // SAFETY: `&mut self` is the lock.
        if let Some(node) = unsafe { self.lazy.find(|waiter| waiter.block() != own) } {
            self.call(node);
        }
    }

    /// A receiver that does not wait, or waits no longer, asks: the first lazy arm makes its value, for the next look.
    pub(crate) fn ask(&mut self) {
        if self.flags & LAZY != 0 {
            self.pass_over(true);
        }
    }

    /// A value is taken past the lazy arms.
    #[cold]
    pub(super) fn pass_over(&mut self, all: bool) {
        // SAFETY: `&mut self` is the lock; the node that was found is in the list.
        unsafe {
            if let Some(first) = self.lazy.find(|_| true)
                && first.passed_over(all)
            {
                self.call(first);
            }
        }
    }

    fn call(&mut self, arm: &Node) {
        if self.flags & CALLED != 0 {
            // The one that is to be woken already looks first; `take_called` comes back to this one.
            self.again = true;
            return;
        }
        // SAFETY: `&mut self` is the lock, and the arm is in the list.
        if let Some(who) = unsafe { arm.call() } {
            self.called = who;
            self.flags |= CALLED;
        }
    }

    /// Whom a section called, to be woken outside of the lock, and whether there is another by now.
    pub(crate) fn take_called(&mut self) -> (Who, bool) {
        self.flags &= !CALLED;
        let who = std::mem::take(&mut self.called);
        if std::mem::take(&mut self.again) {
            self.relay();
        }
        (who, self.flags & CALLED != 0)
    }
}
