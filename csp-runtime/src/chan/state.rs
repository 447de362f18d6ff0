//! What a channel's lock guards, and every transition under it.
//!
//! `&mut State` is the proof that the lock is held: it is only made by `Channel::lock` and `Channel::held`. A linked
//! node is alive while the lock is held, because its owner needs the lock to leave.

mod leave;
#[allow(unsafe_code)]
mod promise;

use super::channel::{QUICK_RECV, QUICK_SEND, RECV_HINT, SEND_HINT};
use super::ring::Ring;
use crate::record::{By, ChannelTag};
use crate::wait::Who;
use crate::wait::node::{List, Node, state};

pub(crate) use leave::Left;
pub(crate) use promise::Reserved;

pub(crate) struct State<T> {
    pub(crate) sending: List,
    pub(crate) receiving: List,
    ring: Ring<T>,
    capacity: usize,
    /// Places of the capacity that chosen send arms will fill.
    reserved: u32,
    /// Values that passed beside others that were buffered: by send arms whose receiver waited while a cancelled one gave back.
    beside: u16,
    /// So many places may be used by sends that are one step: what the capacity allows and the ring has.
    quick_places: usize,
    /// Which of `CLOSED`, `NO_SENDERS`, `NO_RECEIVERS`, `ONE_LEFT` hold. With the two before it, a word to set up.
    ended: u16,
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
pub(crate) enum Received<'n, T> {
    /// A value; wake this one, whose place came free or whose value it was.
    Value(T, Who),
    /// A select's send arm was chosen; it will evaluate its value and deliver it to whoever promised to wait.
    Promise(&'n Node, Who),
    Empty,
    Closed,
}

impl<T> State<T> {
    #[inline(always)]
    pub(crate) fn new(capacity: usize, tag: ChannelTag) -> Self {
        let ring = Ring::new();
        let quick_places = ring.places().min(capacity);
        Self {
            sending: List::new(),
            receiving: List::new(),
            ring,
            capacity,
            reserved: 0,
            beside: 0,
            quick_places,
            ended: 0,
            tag,
        }
    }

    pub(crate) fn len(&self) -> usize {
        self.ring.len()
    }

    pub(crate) fn capacity(&self) -> usize {
        self.capacity
    }

    /// Nobody will take what is sent.
    pub(crate) fn refuses(&self) -> bool {
        self.ended & (CLOSED | NO_RECEIVERS) != 0
    }

    /// Nothing more will come than what is buffered.
    pub(crate) fn ends(&self) -> bool {
        self.ended & (CLOSED | NO_SENDERS) != 0
    }

    /// Places that hold a value, or will.
    #[inline(always)]
    fn used(&self) -> usize {
        self.ring.len() + self.reserved as usize
    }

    #[inline(always)]
    pub(crate) fn has_room(&self) -> bool {
        self.used() < self.capacity
    }

    #[inline(always)]
    fn must_grow(&self) -> bool {
        self.used() >= self.ring.places()
    }

    /// How large a ring to bring, outside of the lock, when `Grow` was answered.
    pub(crate) fn wanted_ring(&self) -> usize {
        let used = self.used();
        used.saturating_mul(2).clamp(4, self.capacity.max(4)).max(used + 1)
    }

    /// Takes a larger ring into service and gives the old one, to be freed outside of the lock.
    pub(crate) fn grow(&mut self, mut larger: Ring<T>) -> Ring<T> {
        if larger.places() > self.ring.places() {
            larger.count(self.ring.passed() as isize);
            while let Some(value) = self.ring.pop_front() {
                // SAFETY: it has more places than all the values have now.
                unsafe { larger.push_back(value) };
            }
            std::mem::swap(&mut larger, &mut self.ring);
            self.quick_places = self.ring.places().min(self.capacity);
        }
        larger
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
                return Ok(who);
            }
            node.set_state(state::IDLE);
        }
        Err(value)
    }

    /// A value goes from a chosen arm straight to its receiver, whatever is buffered.
    fn passes(&mut self) {
        if self.ring.is_empty() { self.ring.count(1) } else { self.beside = self.beside.saturating_add(1) }
    }

    /// How many values receivers got.
    pub(crate) fn passed(&self) -> u64 {
        (self.ring.passed() as u64).wrapping_add(u64::from(self.beside))
    }

    /// How many values senders gave.
    fn sent(&self) -> u64 {
        self.passed().wrapping_add(self.ring.len() as u64)
    }

    /// Whether a send is one step: nobody waits, and the ring has a place.
    #[inline(always)]
    fn sends_quickly(&self) -> bool {
        self.ended == 0 && self.receiving.is_empty() && self.used() < self.quick_places
    }

    /// Whether a receive is one step: a value is there and no sender waits for its place.
    #[inline(always)]
    fn receives_quickly(&self) -> bool {
        !self.ring.is_empty() && self.sending.is_empty()
    }

    /// A send in one step. Gives the hint after it.
    ///
    /// # Safety
    /// `hint` has `QUICK_SEND`.
    #[inline(always)]
    pub(crate) unsafe fn push(&mut self, value: T) -> u8 {
        debug_assert!(self.sends_quickly());
        self.tag.sent(self.sent(), By::Here);
        // SAFETY: by the contract the ring need not grow.
        unsafe { self.ring.push_back(value) };
        if self.used() < self.quick_places { OPEN | RECV_HINT | QUICK_RECV } else { self.hint() }
    }

    /// A receive in one step, if `hint` has `QUICK_RECV`. Gives the hint after it.
    #[inline(always)]
    pub(crate) fn pop(&mut self) -> Option<(T, u8)> {
        debug_assert!(self.receives_quickly());
        let value = self.ring.pop_front()?;
        self.tag.received(self.passed().wrapping_sub(1), By::Here);
        let hint = if self.ended != 0 || self.used() >= self.quick_places {
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
            unsafe { self.ring.push_back(value) };
            Sent::Done(Who::NOBODY)
        }
    }

    /// Receives what is there. `may_promise`: the caller can wait for a send arm that has no value yet.
    #[inline]
    pub(crate) fn recv<'n>(&mut self, may_promise: bool) -> Received<'n, T> {
        if let Some(value) = self.ring.pop_front() {
            self.tag.received(self.passed().wrapping_sub(1), By::Here);
            let who = self.refill();
            return Received::Value(value, who);
        }
        // What waits in a channel that closed is on its way back to its senders.
        while !self.refuses()
            && let Some(node) = self.next_sender(may_promise)
        {
            // SAFETY: `&mut self` is the lock; the node was linked until now.
            let (who, (slot, lazy)) =
                unsafe { (node.claim(), node.links(|l| (l.slot, l.waiter.is_select()))) };
            match who {
                None => node.set_state(state::IDLE),
                // The receiver becomes the other half of the promise: see `promise`.
                Some(who) if lazy => return Received::Promise(node, who),
                Some(who) => {
                    // SAFETY: a waiting plain sender's slot holds a value; DONE tells it that the value is gone.
                    let value = unsafe { slot.cast::<T>().read() };
                    self.tag.sent(self.passed(), By::There(&who));
                    self.tag.received(self.passed(), By::Here);
                    self.ring.count(1);
                    node.set_state(state::DONE);
                    return Received::Value(value, who);
                }
            }
        }
        if self.ends() { Received::Closed } else { Received::Empty }
    }

    fn next_sender<'n>(&mut self, may_promise: bool) -> Option<&'n Node> {
        if may_promise {
            // SAFETY: `&mut self` is the lock.
            return unsafe { self.sending.pop() };
        }
        // SAFETY: as above.
        let node = unsafe { self.sending.find(|w| !w.is_select()) }?;
        // SAFETY: it was just found in this list.
        unsafe { self.sending.remove(node) };
        Some(node)
    }

    /// A place may have come free: the first waiting sender gets it.
    #[inline]
    fn refill(&mut self) -> Who {
        if self.sending.is_empty() || !self.has_room() || self.refuses() {
            return Who::NOBODY;
        }
        // SAFETY: `&mut self` is the lock; so for all the blocks of this function.
        while let Some(node) = unsafe { self.sending.pop() } {
            // SAFETY: as above.
            let (who, (slot, lazy)) =
                unsafe { (node.claim(), node.links(|l| (l.slot, l.waiter.is_select()))) };
            match who {
                None => node.set_state(state::IDLE),
                Some(who) if lazy => {
                    self.reserved += 1;
                    node.set_state(state::RESERVED);
                    return who;
                }
                Some(who) => {
                    self.tag.sent(self.sent(), By::There(&who));
                    // SAFETY: a waiting plain sender's slot holds a value. The ring has a place for it: `reserve` and
                    // `send` grow it before they count on one.
                    unsafe { self.ring.push_back(slot.cast::<T>().read()) };
                    node.set_state(state::DONE);
                    return who;
                }
            }
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
            Err(value) if self.ended & NO_RECEIVERS != 0 => Sent::Closed(value),
            Err(value) if self.must_grow() => Sent::Grow(value),
            Err(value) => {
                // SAFETY: the ring need not grow.
                unsafe { self.ring.push_front(value) };
                Sent::Done(Who::NOBODY)
            }
        }
    }

    pub(crate) fn close(&mut self) {
        self.ended |= CLOSED;
    }

    /// Takes one waiter out of a closed channel; `None` when none is left.
    pub(crate) fn dismiss(&mut self) -> Option<Who> {
        let mut next = None;
        if self.refuses() {
            // SAFETY: `&mut self` is the lock.
            next = unsafe { self.sending.pop() };
        }
        if next.is_none() && self.ends() && self.ring.is_empty() {
            // SAFETY: as above.
            next = unsafe { self.receiving.pop() };
        }
        let node = next?;
        // SAFETY: as above; the node was linked until now. A select that is woken looks for itself.
        let (who, lazy) = unsafe { (node.claim(), node.links(|l| l.waiter.is_select())) };
        node.set_state(if lazy { state::IDLE } else { state::CLOSED });
        Some(who.unwrap_or_default())
    }

    /// What an onlooker without the lock should know.
    #[inline]
    pub(crate) fn hint(&self) -> u8 {
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
        if self.ended == 0 { hint } else { self.hint_of_ended(hint) }
    }

    #[cold]
    fn hint_of_ended(&self, hint: u8) -> u8 {
        let receive = if self.ends() { RECV_HINT } else { 0 };
        let send = if self.refuses() { SEND_HINT } else { 0 };
        (hint | receive | send) & !QUICK_SEND
    }

    #[inline]
    pub(crate) fn check(&self) {
        debug_assert!(self.receiving.is_empty() || self.ring.is_empty(), "receivers wait beside values");
        debug_assert!(
            self.sending.is_empty() || !self.has_room() || self.refuses(),
            "senders wait beside room"
        );
    }
}
