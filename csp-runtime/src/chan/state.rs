//! What a channel's lock guards, and every transition under it.
//!
//! `&mut State` is the proof that the lock is held: it is only made by `Channel::lock` and `Channel::held`. A linked
//! node is alive while the lock is held, because its owner needs the lock to leave.

use std::collections::VecDeque;
use std::ptr;

use crate::wait::Who;
use crate::wait::node::{List, Node, Waiter, state};

pub(crate) struct State<T> {
    pub(crate) sending: List,
    pub(crate) receiving: List,
    ring: VecDeque<T>,
    capacity: usize,
    /// Places of the capacity that chosen send arms will fill.
    reserved: usize,
    /// Which of `CLOSED`, `NO_SENDERS`, `NO_RECEIVERS` hold.
    ended: u8,
}

const CLOSED: u8 = 1;
const NO_SENDERS: u8 = 2;
const NO_RECEIVERS: u8 = 4;

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
    pub(crate) fn new(capacity: usize) -> Self {
        Self {
            sending: List::new(),
            receiving: List::new(),
            ring: VecDeque::new(),
            capacity,
            reserved: 0,
            ended: 0,
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

    pub(crate) fn has_room(&self) -> bool {
        self.ring.len() + self.reserved < self.capacity
    }

    fn must_grow(&self) -> bool {
        self.ring.len() + self.reserved >= self.ring.capacity()
    }

    /// How large a ring to bring, outside of the lock, when `Grow` was answered.
    pub(crate) fn wanted_ring(&self) -> usize {
        let used = self.ring.len() + self.reserved;
        used.saturating_mul(2).clamp(4, self.capacity.max(4)).max(used + 1)
    }

    /// Takes a larger ring into service and gives the old one, to be freed outside of the lock.
    pub(crate) fn grow(&mut self, mut larger: VecDeque<T>) -> VecDeque<T> {
        if larger.capacity() > self.ring.capacity() {
            larger.append(&mut self.ring);
            std::mem::swap(&mut larger, &mut self.ring);
        }
        larger
    }

    /// Gives the value to the first waiting receiver that can still be won.
    #[inline]
    fn hand_over(&mut self, value: T) -> Result<Who, T> {
        // SAFETY: `&mut self` is the lock; so for all the blocks of this function.
        while let Some(node) = unsafe { self.receiving.pop() } {
            // SAFETY: as above.
            let (who, slot) = unsafe { node.links(|l| (l.waiter.claim(), l.slot)) };
            if let Some(who) = who {
                // SAFETY: a waiting receiver's slot is an empty place for a `T` in its pinned future.
                unsafe { slot.cast::<T>().write(value) };
                node.set_state(state::DONE);
                return Ok(who);
            }
            node.set_state(state::IDLE);
        }
        Err(value)
    }

    /// Whether a send is one step: nobody waits, and the ring has a place. Then `push` is that step.
    #[inline(always)]
    pub(crate) fn sends_quickly(&self) -> bool {
        self.ended == 0 && self.receiving.is_empty() && self.has_room() && !self.must_grow()
    }

    #[inline(always)]
    pub(crate) fn push(&mut self, value: T) {
        self.ring.push_back(value);
    }

    /// Receives if that is one step: a value is there and no sender waits for its place.
    #[inline(always)]
    pub(crate) fn receive_quickly(&mut self) -> Option<T> {
        if self.sending.is_empty() { self.ring.pop_front() } else { None }
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
            self.ring.push_back(value);
            Sent::Done(Who::NOBODY)
        }
    }

    /// Receives what is there. `may_promise`: the caller can wait for a send arm that has no value yet.
    #[inline]
    pub(crate) fn recv<'n>(&mut self, may_promise: bool) -> Received<'n, T> {
        if let Some(value) = self.ring.pop_front() {
            let who = self.refill();
            return Received::Value(value, who);
        }
        // What waits in a channel that closed is on its way back to its senders.
        while !self.refuses()
            && let Some(node) = self.next_sender(may_promise)
        {
            // SAFETY: `&mut self` is the lock; the node was linked until now.
            let (who, slot, lazy) =
                unsafe { node.links(|l| (l.waiter.claim(), l.slot, matches!(l.waiter, Waiter::Select(..)))) };
            match who {
                None => node.set_state(state::IDLE),
                // The receiver becomes the other half of the promise: see `promise`.
                Some(who) if lazy => return Received::Promise(node, who),
                Some(who) => {
                    // SAFETY: a waiting plain sender's slot holds a value; DONE tells it that the value is gone.
                    let value = unsafe { slot.cast::<T>().read() };
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
        let node = unsafe { self.sending.find(|w| matches!(w, Waiter::Plain(_))) }?;
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
            let (who, slot, lazy) =
                unsafe { node.links(|l| (l.waiter.claim(), l.slot, matches!(l.waiter, Waiter::Select(..)))) };
            match who {
                None => node.set_state(state::IDLE),
                Some(who) if lazy => {
                    self.reserved += 1;
                    node.set_state(state::RESERVED);
                    return who;
                }
                Some(who) => {
                    // SAFETY: a waiting plain sender's slot holds a value. The ring has a place for it: `reserve` and
                    // `send` grow it before they count on one.
                    self.ring.push_back(unsafe { slot.cast::<T>().read() });
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
            Ok(who) => Sent::Done(who),
            Err(value) if self.ended & NO_RECEIVERS != 0 => Sent::Closed(value),
            Err(value) if self.must_grow() => Sent::Grow(value),
            Err(value) => {
                self.ring.push_front(value);
                Sent::Done(Who::NOBODY)
            }
        }
    }

    /// Ties a receiver's node to the send arm that `recv` answered with. `receiver` is not enlisted.
    pub(crate) fn promise(&mut self, arm: &Node, receiver: &Node, slot: *mut (), who: Who) {
        // SAFETY: `&mut self` is the lock; nobody else reaches the two nodes now.
        unsafe {
            receiver.links(|l| {
                l.slot = slot;
                l.waiter = Waiter::Plain(who);
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
            match unsafe { receiver.links(|l| l.waiter.claim()) } {
                None => receiver.set_state(state::IDLE),
                Some(who) => {
                    // SAFETY: as above. A select's receive arm goes on as a plain receiver: its claim is decided.
                    unsafe {
                        receiver.links(|l| l.waiter = Waiter::Plain(who));
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
                    let (who, slot) = receiver.links(|l| (l.waiter.claim(), l.slot));
                    slot.cast::<T>().write(value);
                    who
                };
                receiver.set_state(state::DONE);
                Sent::Done(who.unwrap_or_default())
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
                let who = unsafe { receiver.links(|l| l.waiter.claim()) };
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

    pub(crate) fn close(&mut self) {
        self.ended |= CLOSED;
    }

    pub(crate) fn senders_gone(&mut self) {
        self.ended |= NO_SENDERS;
    }

    /// No receiver is left: what is buffered is given to the caller, to be dropped outside of the lock.
    pub(crate) fn receivers_gone(&mut self) -> VecDeque<T> {
        self.ended |= NO_RECEIVERS;
        std::mem::take(&mut self.ring)
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
        // SAFETY: as above; the node was linked until now, and a linked select node keeps its block alive.
        let (who, lazy) = unsafe {
            node.links(|l| match &mut l.waiter {
                Waiter::None => (Who::NOBODY, false),
                Waiter::Plain(who) => (std::mem::take(who), false),
                Waiter::Select(block, _) => ((**block).poke().unwrap_or_default(), true),
            })
        };
        node.set_state(if lazy { state::IDLE } else { state::CLOSED });
        Some(who)
    }

    /// What an onlooker without the lock should know.
    pub(crate) fn hint(&self) -> u8 {
        let receive = !self.ring.is_empty() || !self.sending.is_empty() || self.ends();
        let send = self.has_room() || !self.receiving.is_empty() || self.refuses();
        u8::from(receive) * super::channel::RECV_HINT + u8::from(send) * super::channel::SEND_HINT
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
