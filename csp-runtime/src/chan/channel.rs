//! The shared half of a channel: the lock, the section it guards, the counts of its ends.

use std::panic::Location;

use super::ring::Ring;
use super::shared::{Ends, Side};
use super::state::{Reserved, Sent, State};
use crate::shim::UnsafeCell;
use crate::shim::atomic::{AtomicU8, Ordering};
use crate::util::spin::Spin;
use crate::wait::node::{Node, state};
use crate::wait::{Wakes, Who};

/// A receive would find something: a value, a sender, or the end.
pub(crate) const RECV_HINT: u8 = 1;
/// A send would find something: a place, a receiver, or refusal.
pub(crate) const SEND_HINT: u8 = 2;
/// A receive would find a value and nobody to wake.
pub(crate) const QUICK_RECV: u8 = 4;
/// A send would find a place and nobody to wake.
pub(crate) const QUICK_SEND: u8 = 8;

/// The fields stand as written, whatever the values are: `watch.rs`.
#[repr(C)]
pub(crate) struct Channel<T> {
    lock: Spin,
    hint: AtomicU8,
    pub(super) ends: Ends,
    created: &'static Location<'static>,
    state: UnsafeCell<State<T>>,
}

// SAFETY: the state is guarded by the lock, and values only pass through it, from thread to thread, so `T: Send` is enough.
unsafe impl<T: Send> Send for Channel<T> {}
// SAFETY: as above.
unsafe impl<T: Send> Sync for Channel<T> {}

impl<T> Channel<T> {
    pub(crate) fn new(capacity: usize, created: &'static Location<'static>) -> Self {
        let state = State::new(capacity);
        Self {
            lock: Spin::new(),
            hint: AtomicU8::new(state.hint()),
            ends: Ends::new(),
            created,
            state: UnsafeCell::new(state),
        }
    }

    /// Where the channel was made.
    pub(crate) fn created(&self) -> &'static Location<'static> {
        self.created
    }

    /// What names the channel while it lives.
    pub(crate) fn address(&self) -> usize {
        std::ptr::from_ref(self) as usize
    }

    /// Runs `section` under the lock. It must not run user code, wake anybody, or wait.
    #[inline]
    pub(crate) fn locked<R>(&self, section: impl FnOnce(&mut State<T>) -> R) -> R {
        self.acquire();
        // SAFETY: the lock was just taken, and `release` is below.
        let result = unsafe { self.held(section) };
        self.release();
        result
    }

    /// Takes the lock for a select, which holds several at once.
    #[inline]
    pub(crate) fn acquire(&self) {
        self.lock.acquire();
    }

    /// # Safety
    /// The calling thread holds the lock.
    #[inline]
    pub(crate) unsafe fn held<R>(&self, section: impl FnOnce(&mut State<T>) -> R) -> R {
        // SAFETY: the lock makes the state exclusive; sections do not nest on one channel.
        self.state.with_mut(|state| section(unsafe { &mut *state }))
    }

    /// Frees the lock, which the calling thread holds.
    #[inline]
    pub(crate) fn release(&self) {
        // SAFETY: the lock is still held.
        let hint = unsafe {
            self.held(|state| {
                state.check();
                state.hint()
            })
        };
        // ORDERING: Relaxed: only a hint. Who must see a change has the change ordered before it by other means.
        self.hint.store(hint, Ordering::Relaxed);
        self.lock.release();
    }

    /// Frees the lock, under which nothing changed.
    pub(super) fn release_unchanged(&self) {
        self.lock.release();
    }

    /// Where the fields stand that `watch.rs` looks at.
    pub(super) const LAYOUT: (usize, usize, usize, usize) = (
        std::mem::offset_of!(Self, lock),
        std::mem::offset_of!(Self, ends),
        std::mem::offset_of!(Self, created),
        std::mem::offset_of!(Self, state),
    );

    /// The state, for the holder of the lock.
    ///
    /// # Safety
    /// The channel is alive.
    #[cfg(not(loom))]
    pub(super) unsafe fn state(this: *const Self) -> *const State<T> {
        // SAFETY: by the contract; the cell is no more than its content.
        unsafe { (&raw const (*this).state).cast() }
    }

    /// Whether an operation of the kind `mask` might find something. Never wrong about what happened before.
    #[inline]
    pub(crate) fn hints(&self, mask: u8) -> bool {
        // ORDERING: Relaxed, as for the store.
        self.hint.load(Ordering::Relaxed) & mask != 0
    }

    /// The send that is one step. `take` gives the value, if it is.
    #[inline(always)]
    pub(crate) fn send_quickly(&self, take: impl FnOnce() -> T) -> bool {
        if !self.hints(QUICK_SEND) || !self.lock.try_acquire() {
            return false;
        }
        // Under the lock the hint is exact.
        let quick = self.hints(QUICK_SEND);
        if quick {
            // SAFETY: the lock is held, and the hint says so.
            let hint = unsafe { self.held(|state| state.push(take())) };
            self.hint.store(hint, Ordering::Relaxed);
        }
        self.lock.release();
        quick
    }

    /// The receive that is one step.
    #[inline(always)]
    pub(crate) fn receive_quickly(&self) -> Option<T> {
        if !self.hints(QUICK_RECV) || !self.lock.try_acquire() {
            return None;
        }
        let mut value = None;
        if self.hints(QUICK_RECV) {
            // SAFETY: the lock is held.
            if let Some((first, hint)) = unsafe { self.held(State::pop) } {
                self.hint.store(hint, Ordering::Relaxed);
                value = Some(first);
            }
        }
        self.lock.release();
        value
    }

    /// Sends now, or says why not; wakes whom it must.
    pub(crate) fn send_now(&self, mut value: T) -> Sent<T> {
        loop {
            match self.locked(|state| state.send(value)) {
                Sent::Done(who) => {
                    who.wake();
                    return Sent::Done(Who::NOBODY);
                }
                Sent::Grow(back) => {
                    self.grow();
                    value = back;
                }
                other => return other,
            }
        }
    }

    /// Brings a larger ring, allocated and freed outside of the lock.
    #[cold]
    pub(crate) fn grow(&self) {
        let wanted = self.locked(|state| state.wanted_ring());
        let larger = Ring::with_places(wanted);
        drop(self.locked(|state| state.grow(larger)));
    }

    /// Gives a value back that a cancelled receive had already got.
    pub(crate) fn give_back(&self, mut value: T) {
        loop {
            match self.locked(|state| state.give_back(value)) {
                Sent::Done(who) => return who.wake(),
                Sent::Grow(back) => {
                    self.grow();
                    value = back;
                }
                Sent::Closed(last) | Sent::Full(last) => return drop(last),
            }
        }
    }

    /// The state of a node that was in a queue, once no peer is at work on it.
    pub(crate) fn state_of(&self, node: &Node) -> usize {
        match node.state() {
            // A peer that took it out holds the lock until it is through.
            state::WAITING => self.locked(|_| node.state()),
            now => now,
        }
    }

    /// Takes a node out of its queue, if it is still in it; gives the state it had.
    pub(crate) fn unlink(&self, node: &Node, queue: Queue) -> usize {
        self.locked(|state| unlink(state, node, queue))
    }

    /// As `unlink`, and a promised receiver is untied: its future is going away.
    pub(crate) fn withdraw(&self, node: &Node, queue: Queue) -> usize {
        self.locked(|state| {
            let was = unlink(state, node, queue);
            if was == state::PROMISED {
                state.untie(node);
            }
            was
        })
    }

    /// A chosen send arm leaves without delivering.
    pub(crate) fn undo(&self, arm: &Node) {
        self.locked(|state| state.undo(arm)).wake();
    }

    /// Reserves for a send arm, growing the ring as needed.
    pub(crate) fn reserve(&self, arm: &Node) -> Reserved {
        loop {
            match self.locked(|state| state.reserve(arm)) {
                Reserved::Grow => self.grow(),
                other => return other,
            }
        }
    }

    pub(crate) fn close(&self) {
        self.shut(State::close);
    }

    fn shut<R>(&self, how: impl FnOnce(&mut State<T>) -> R) -> R {
        let (result, somebody) = self.locked(|state| (how(state), state.somebody_waits()));
        if somebody {
            self.dismiss_all();
        }
        result
    }

    /// Wakes all who wait for what will not come, a few at a time.
    #[cold]
    fn dismiss_all(&self) {
        let mut wakes = Wakes::default();
        loop {
            let all = self.locked(|state| {
                while !wakes.is_full() {
                    match state.dismiss() {
                        Some(who) => wakes.push(who),
                        None => return true,
                    }
                }
                false
            });
            wakes.wake_all();
            if all {
                return;
            }
        }
    }

    /// The last end of one side leaves while there are ends of the other: they are told. Gives what nobody will receive, to be
    /// dropped by the caller: it may hold ends of other channels.
    pub(crate) fn last_leaves(&self, side: Side) -> Ring<T> {
        match side {
            Side::Sender => {
                self.shut(State::senders_gone);
                Ring::new()
            }
            Side::Receiver => self.shut(State::receivers_gone),
        }
    }
}

/// Which of a channel's queues a node waits in.
#[derive(Clone, Copy)]
pub(crate) enum Queue {
    Sending,
    Receiving,
}

fn unlink<T>(state: &mut State<T>, node: &Node, queue: Queue) -> usize {
    let was = node.state();
    if was == state::WAITING {
        let list = match queue {
            Queue::Sending => &mut state.sending,
            Queue::Receiving => &mut state.receiving,
        };
        // SAFETY: a waiting node is in the list of its kind, and `&mut State` says that the lock is held.
        unsafe { list.remove(node) };
        node.set_state(state::IDLE);
    }
    was
}

/// A channel of one's own is most of what a parked process costs.
#[cfg(all(not(loom), not(debug_assertions)))]
const _: () = assert!(size_of::<Channel<u64>>() <= 15 * size_of::<usize>());
