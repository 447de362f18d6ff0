//! What a channel's lock guards, and every transition under it.
//!
//! `&mut State` is the proof that the lock is held: it is only made by `Channel::lock` and `Channel::held`. A linked
//! node is alive while the lock is held, because its owner needs the lock to leave.

#[allow(unsafe_code)]
mod grow;
#[allow(unsafe_code)]
mod lazy;
mod leave;

use super::channel::{CALLED_HINT, LAZY_HINT, QUICK_RECV, QUICK_SEND, RECV_HINT, SEND_HINT};
use super::ring::Ring;
use crate::record::{By, ChannelTag};
use crate::wait::Who;
use crate::wait::node::{List, Node, Waiter, state};

pub(crate) use lazy::Bound;
pub(crate) use leave::Left;

pub(crate) struct State<T> {
    /// Plain sends and send arms that have a value.
    pub(crate) sending: List,
    pub(crate) receiving: List,
    /// Send arms whose value is made when a receiver is there.
    pub(crate) lazy: List,
    ring: Ring<T>,
    capacity: usize,
    /// Places of the capacity that bound send arms will fill.
    held: u32,
    /// What else holds: `CLOSED`, `NO_SENDERS`, `NO_RECEIVERS`, `ONE_LEFT`, `LAZY`, `CALLED`, `MANY`: one look tells all that is rare.
    flags: u16,
    /// Another lazy arm is to be called once the one in `called` was woken.
    again: bool,
    /// So many slots may be used by sends that are one step: what the capacity allows and a ring of one segment has.
    quick_places: usize,
    /// The select of a lazy arm that was called, to be woken outside of the lock.
    called: Who,
    /// Nothing, unless events are recorded.
    tag: ChannelTag,
}

/// The hint about sending when a send is one step.
const OPEN: u8 = SEND_HINT | QUICK_SEND;

const CLOSED: u16 = 1;
const NO_SENDERS: u16 = 2;
const NO_RECEIVERS: u16 = 4;
/// One side has no ends any more and is through with the channel.
const ONE_LEFT: u16 = 8;
/// `lazy` is not empty.
const LAZY: u16 = 16;
/// `called` is to be woken.
const CALLED: u16 = 32;
/// The ring has segments to be careful with (`Ring::needs_care`).
const MANY: u16 = 64;

/// What became of an attempt to send.
pub(crate) enum Sent<T> {
    /// Accepted; wake this one.
    Done(Who),
    Full(T),
    Closed(T),
    /// The ring must grow first, outside of the lock.
    Grow(T),
}

/// What became of an attempt to receive.
pub(crate) enum Received<T> {
    /// A value; wake this one, whose value it was or whose value took the place that came free.
    Value(T, Who),
    Empty,
    Closed,
}

impl<T> State<T> {
    #[inline(always)]
    pub(crate) fn new(capacity: usize, tag: ChannelTag) -> Self {
        let ring = Ring::new();
        let quick_places = ring.plain_slots().min(capacity);
        Self {
            sending: List::new(),
            receiving: List::new(),
            lazy: List::new(),
            ring,
            capacity,
            held: 0,
            flags: 0,
            again: false,
            quick_places,
            called: Who::NOBODY,
            tag,
        }
    }

    pub(crate) fn len(&self) -> usize {
        self.ring.len()
    }

    /// How often a waiter entered or left a queue.
    #[cfg(debug_assertions)]
    pub(crate) fn operations(&self) -> u64 {
        self.sending.operations + self.receiving.operations + self.lazy.operations
    }

    pub(crate) fn capacity(&self) -> usize {
        self.capacity
    }

    /// Nobody will take what is sent.
    pub(crate) fn refuses(&self) -> bool {
        self.flags & (CLOSED | NO_RECEIVERS) != 0
    }

    /// Nothing more will come than what is buffered.
    pub(crate) fn ends(&self) -> bool {
        self.flags & (CLOSED | NO_SENDERS) != 0
    }

    /// Places that hold a value, or will.
    #[inline(always)]
    fn used(&self) -> usize {
        self.ring.len() + self.held as usize
    }

    #[inline(always)]
    pub(crate) fn has_room(&self) -> bool {
        self.used() < self.capacity
    }

    /// Gives the value to the first waiting receiver that can still be won.
    #[inline]
    fn hand_over(&mut self, value: T) -> Result<Who, T> {
        // SAFETY: `&mut self` is the lock; so for all the blocks of this function.
        while let Some(node) = unsafe { self.receiving.pop() } {
            // SAFETY: as above.
            let (who, slot) = unsafe { (node.claim(), node.links(|l| l.slot)) };
            if let Some(who) = who {
                // SAFETY: a waiting receiver's slot is an empty place for a `T` in its pinned future.
                unsafe { slot.cast::<T>().write(value) };
                // Nothing is buffered where a receiver waits.
                self.tag.sent(self.passed(), By::Here);
                self.tag.received(self.passed(), By::There(&who));
                self.ring.count(1);
                node.set_state(state::DONE);
                if self.flags & LAZY != 0 {
                    self.pass_over(false);
                }
                return Ok(who);
            }
            node.set_state(state::IDLE);
        }
        Err(value)
    }

    /// How many values receivers got.
    pub(crate) fn passed(&self) -> u64 {
        self.ring.passed() as u64
    }

    /// How many values senders gave.
    fn sent(&self) -> u64 {
        self.passed().wrapping_add(self.ring.len() as u64)
    }

    /// Whether a send is one step: nobody waits, and the ring has a place.
    #[inline(always)]
    fn sends_quickly(&self) -> bool {
        self.flags & !MANY == 0 && self.receiving.is_empty() && self.used() < self.quick_places
    }

    /// Whether a receive is one step: a value is there and no sender waits for its place.
    #[inline(always)]
    fn receives_quickly(&self) -> bool {
        !self.ring.is_empty() && self.ring.pops_plainly() && self.sending.is_empty()
    }

    /// A send in one step. Gives the hint after it.
    ///
    /// # Safety
    /// `hint` has `QUICK_SEND`.
    #[inline(always)]
    pub(crate) unsafe fn push(&mut self, value: T) -> u8 {
        debug_assert!(self.sends_quickly());
        self.tag.sent(self.sent(), By::Here);
        // SAFETY: by the contract the ring need not grow, and has one segment at most.
        unsafe { self.ring.push_plain(value) };
        if self.used() < self.quick_places { OPEN | RECV_HINT | QUICK_RECV } else { self.hint() }
    }

    /// A receive in one step, if `hint` has `QUICK_RECV`. Gives the hint after it.
    #[inline(always)]
    pub(crate) fn pop(&mut self) -> Option<(T, u8)> {
        debug_assert!(self.receives_quickly());
        let value = self.ring.pop_plain()?;
        self.tag.received(self.passed().wrapping_sub(1), By::Here);
        let hint = if self.flags != 0 || self.used() >= self.quick_places {
            self.hint()
        } else if self.ring.is_empty() {
            OPEN
        } else {
            OPEN | RECV_HINT | QUICK_RECV
        };
        Some((value, hint))
    }

    /// Sends if a receiver waits or a place is free.
    #[inline]
    pub(crate) fn send(&mut self, value: T) -> Sent<T> {
        if self.refuses() {
            return Sent::Closed(value);
        }
        let value = match self.hand_over(value) {
            Ok(who) => return Sent::Done(who),
            Err(value) => value,
        };
        if !self.has_room() {
            Sent::Full(value)
        } else if self.must_grow() {
            Sent::Grow(value)
        } else {
            self.tag.sent(self.sent(), By::Here);
            // SAFETY: the ring need not grow.
            unsafe { self.store_back(value) };
            if self.flags & LAZY != 0 {
                self.pass_over(false);
            }
            Sent::Done(Who::NOBODY)
        }
    }

    /// Receives what is there.
    #[inline]
    pub(crate) fn recv(&mut self) -> Received<T> {
        if let Some(value) = self.take_first() {
            self.tag.received(self.passed().wrapping_sub(1), By::Here);
            let who = self.refill();
            return Received::Value(value, who);
        }
        // What waits in a channel that closed is on its way back to its senders.
        while !self.refuses()
            // SAFETY: `&mut self` is the lock.
            && let Some(node) = unsafe { self.sending.pop() }
        {
            // SAFETY: as above; the node was linked until now.
            let (who, slot) = unsafe { (node.claim(), node.links(|l| l.slot)) };
            let Some(who) = who else {
                node.set_state(state::IDLE);
                continue;
            };
            // SAFETY: a waiting sender's slot holds a value; DONE tells it that the value is gone.
            let value = unsafe { slot.cast::<T>().read() };
            self.tag.sent(self.passed(), By::There(&who));
            self.tag.received(self.passed(), By::Here);
            self.ring.count(1);
            node.set_state(state::DONE);
            if self.flags & LAZY != 0 {
                self.pass_over(false);
            }
            return Received::Value(value, who);
        }
        if self.ends() { Received::Closed } else { Received::Empty }
    }

    /// A receiver waits, and calls a lazy send arm if there is one.
    ///
    /// # Safety
    /// The node is the caller's, pinned and in no list, and leaves the list before it is gone.
    pub(crate) unsafe fn wait_to_receive(&mut self, node: &Node, slot: *mut (), waiter: Waiter) {
        let own = waiter.block();
        node.prepare();
        // SAFETY: `&mut self` is the lock; the rest is the caller's promise.
        unsafe {
            node.links(|l| {
                l.slot = slot;
                l.waiter = waiter;
            });
            self.receiving.push(node);
        }
        if self.flags & LAZY != 0 {
            self.call_for(own);
        }
    }

    /// A place may have come free: the first waiting sender gets it.
    #[inline]
    fn refill(&mut self) -> Who {
        if self.sending.is_empty() || !self.has_room() || self.refuses() {
            if self.flags & LAZY != 0 {
                self.relay();
            }
            return Who::NOBODY;
        }
        // SAFETY: `&mut self` is the lock; so for all the blocks of this function.
        while let Some(node) = unsafe { self.sending.pop() } {
            // SAFETY: as above.
            let (who, slot) = unsafe { (node.claim(), node.links(|l| l.slot)) };
            let Some(who) = who else {
                node.set_state(state::IDLE);
                continue;
            };
            self.tag.sent(self.sent(), By::There(&who));
            // SAFETY: a waiting sender's slot holds a value. The ring has a slot for it: the channel was full, and a value left
            // (`must_grow_chain`), or `bind` saw to one for the place that came free.
            unsafe { self.store_back(slot.cast::<T>().read()) };
            node.set_state(state::DONE);
            if self.flags & LAZY != 0 {
                self.pass_over(false);
            }
            return who;
        }
        if self.flags & LAZY != 0 {
            self.relay();
        }
        Who::NOBODY
    }

    /// A cancelled receive gives its value to the next receiver, else to the front. `Grow`: as for `send`.
    /// `Closed`: no receiver is left; the value is dropped with its channel, by the caller, outside of the lock.
    pub(crate) fn give_back(&mut self, value: T) -> Sent<T> {
        match self.hand_over(value) {
            Ok(who) => {
                // It passes for the second time; nothing is buffered where a receiver waited.
                self.ring.count(-1);
                Sent::Done(who)
            }
            Err(value) if self.flags & NO_RECEIVERS != 0 => Sent::Closed(value),
            Err(value) if self.must_grow_in_front() => Sent::Grow(value),
            Err(value) => {
                // SAFETY: the ring need not grow.
                unsafe { self.ring.push_front(value) };
                Sent::Done(Who::NOBODY)
            }
        }
    }

    pub(crate) fn close(&mut self) {
        self.flags |= CLOSED;
    }

    /// Takes one waiter out of a closed channel; `None` when none is left.
    pub(crate) fn dismiss(&mut self) -> Option<Who> {
        let mut next = None;
        if self.refuses() {
            // SAFETY: `&mut self` is the lock.
            next = unsafe { self.sending.pop().or_else(|| self.lazy.pop()) };
            if self.lazy.is_empty() {
                self.flags &= !LAZY;
            }
        }
        if next.is_none() && self.ends() && self.ring.is_empty() {
            // SAFETY: as above.
            next = unsafe { self.receiving.pop() };
        }
        let node = next?;
        // SAFETY: as above; the node was linked until now. A select that is woken looks for itself.
        let (who, is_select) = unsafe { (node.claim(), node.links(|l| l.waiter.is_select())) };
        node.set_state(if is_select { state::IDLE } else { state::CLOSED });
        Some(who.unwrap_or_default())
    }

    /// What an onlooker without the lock should know.
    #[inline]
    pub(crate) fn hint(&self) -> u8 {
        let hint = self.usual_hint();
        if self.is_rare() { self.rare_hint(hint) } else { hint }
    }

    /// The same, unless `is_rare`.
    #[inline]
    pub(crate) fn usual_hint(&self) -> u8 {
        let sender = !self.sending.is_empty();
        let receiver = !self.receiving.is_empty();
        let mut hint = 0;
        if !self.ring.is_empty() {
            hint |= if sender { RECV_HINT } else { RECV_HINT | QUICK_RECV };
        } else if sender {
            hint |= RECV_HINT;
        }
        if receiver {
            hint |= SEND_HINT;
        } else if self.used() < self.quick_places {
            hint |= OPEN;
        } else if self.has_room() {
            hint |= SEND_HINT;
        }
        hint
    }

    /// Whether the hint depends on what is rare, or something is to be freed.
    #[inline(always)]
    pub(crate) fn is_rare(&self) -> bool {
        self.flags != 0
    }

    #[cold]
    fn rare_hint(&self, mut hint: u8) -> u8 {
        if !self.ring.pops_plainly() {
            hint &= !QUICK_RECV;
        }
        if self.flags & !MANY == 0 {
            return hint;
        }
        if self.ends() {
            hint |= RECV_HINT;
        }
        if self.refuses() {
            hint |= SEND_HINT;
        }
        if self.flags & LAZY != 0 {
            // A receive calls a lazy arm, and a send is counted.
            hint = (hint | LAZY_HINT) & !QUICK_RECV;
        }
        if self.flags & CALLED != 0 {
            hint |= CALLED_HINT;
        }
        hint & !QUICK_SEND
    }

    #[inline]
    pub(crate) fn check(&self) {
        debug_assert!(self.receiving.is_empty() || self.ring.is_empty(), "receivers wait beside values");
        debug_assert!(
            self.sending.is_empty() || !self.has_room() || self.refuses(),
            "senders with a value wait beside room"
        );
        debug_assert_eq!(self.lazy.is_empty(), self.flags & LAZY == 0);
    }
}
