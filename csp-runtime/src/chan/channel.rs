//! The shared half of a channel: the lock, the section it guards, the counts of its ends. How it begins and ends: `life.rs`.

use std::panic::Location;
use std::task::Waker;

use super::error::SendError;
use super::look::About;
use super::ring::Segment;
use super::shared::{Ends, Side};
use super::state::{Bound, Sent, State};
use crate::shim::UnsafeCell;
use crate::shim::atomic::{AtomicPtr, AtomicU8, AtomicU32, Ordering};
use crate::shim::oracle;
use crate::task::{TaskRef, TaskTag, budget};
use crate::util::caught::discard;
use crate::util::spin::Spin;
use crate::util::teardown;
use crate::wait::block::Block;
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
/// A lazy send arm waits.
pub(crate) const LAZY_HINT: u8 = 16;
/// The select of a lazy send arm is to be woken.
pub(super) const CALLED_HINT: u8 = 32;

/// What stays in the channel's memory whatever becomes of the channel; all of it may be read at any time.
#[repr(C)]
pub(crate) struct Head {
    /// What can be asked of the channel without knowing its type; null while there is none. Written under the lock.
    pub(super) about: AtomicPtr<About>,
    pub(super) lock: Spin,
    pub(super) hint: AtomicU8,
    /// When the channel was made, for the time of its end: `util/teardown.rs`.
    made: AtomicU32,
}

#[repr(C)]
pub(crate) struct Channel<T> {
    pub(super) head: Head,
    /// Who used the channel last, by side, as a `TaskTag`: for those that look from outside.
    pub(super) users: [AtomicU32; 2],
    pub(super) ends: Ends,
    pub(super) created: &'static Location<'static>,
    pub(super) state: UnsafeCell<State<T>>,
}

// SAFETY: the state is guarded by the lock, and values only pass through it, from thread to thread, so `T: Send` is enough.
unsafe impl<T: Send> Send for Channel<T> {}
// SAFETY: as above.
unsafe impl<T: Send> Sync for Channel<T> {}

impl Head {
    #[cfg(loom)]
    pub(super) fn new() -> Self {
        Self {
            about: AtomicPtr::new(std::ptr::null_mut()),
            lock: Spin::new(),
            hint: AtomicU8::new(0),
            made: AtomicU32::new(0),
        }
    }

    /// Says that there is a channel now, which nobody knows yet.
    #[inline(always)]
    pub(super) fn open(&self, hint: u8, about: &'static About) {
        // ORDERING: Relaxed, as wherever they are written; the endpoints hand on when it was made.
        self.hint.store(hint, Ordering::Relaxed);
        self.made.store(teardown::now(), Ordering::Relaxed);
        // ORDERING: Release: who sees it, under the lock, sees the channel.
        self.about.store(std::ptr::from_ref(about).cast_mut(), Ordering::Release);
    }

    pub(super) fn made(&self) -> u32 {
        // ORDERING: Relaxed: whoever has an endpoint comes after `open`.
        self.made.load(Ordering::Relaxed)
    }

    /// Says that there is none any more; under the lock.
    #[inline(always)]
    pub(super) fn shut(&self) {
        // ORDERING: Relaxed: who looks holds the lock.
        self.about.store(std::ptr::null_mut(), Ordering::Relaxed);
    }

    /// The channel's table, if there is a channel.
    pub(super) fn about(&self) -> Option<&'static About> {
        // ORDERING: Acquire pairs with `open`.
        let about = self.about.load(Ordering::Acquire);
        // SAFETY: null, or what `open` stored: a static.
        unsafe { about.as_ref() }
    }
}

impl<T> Channel<T> {
    /// A process uses the channel: what its pictures are drawn from.
    #[inline]
    pub(crate) fn used_by(&self, side: Side, task: TaskRef) {
        // ORDERING: Relaxed: only a picture is drawn from it.
        self.users[side as usize].store(task.tag().0, Ordering::Relaxed);
    }

    /// Who used the channel last, as `TaskRef::tag`.
    pub(super) fn user(&self, side: Side) -> TaskTag {
        // ORDERING: Relaxed, as for the store.
        TaskTag(self.users[side as usize].load(Ordering::Relaxed))
    }

    /// As `used_by`, by whoever waits with this waker.
    #[inline]
    pub(crate) fn used(&self, side: Side, waker: &Waker) {
        if let Some(task) = TaskRef::of(waker) {
            self.used_by(side, task);
        }
    }

    /// As `used_by`, by the process whose turn it is on this thread.
    pub(crate) fn used_here(&self, side: Side) {
        if let Some(task) = budget::current() {
            self.used_by(side, task);
        }
    }

    /// Where the channel was made.
    pub(crate) fn created(&self) -> &'static Location<'static> {
        self.created
    }

    /// The running process does something with the channel, or looks at it. Whoever passes a point (`task::budget`) tells it there,
    /// which costs nothing; this is for all else.
    #[inline]
    pub(crate) fn touched(&self) {
        oracle::touched_channel(self.address());
    }

    /// What names the channel while it lives.
    pub(crate) fn address(&self) -> usize {
        std::ptr::from_ref(self) as usize
    }

    /// Runs `section` under the lock. It must not run user code, wake anybody, or wait.
    #[inline]
    pub(crate) fn locked<R>(&self, section: impl FnOnce(&mut State<T>) -> R) -> R {
        self.acquire();
        // SAFETY: the lock was just taken, and it is freed below.
        let result = unsafe { self.held(section) };
        self.release_and(true);
        result
    }

    /// Wakes the select of the lazy send arm that was called under the lock.
    #[cold]
    fn wake_called(&self) {
        loop {
            self.acquire();
            // SAFETY: the lock is held.
            let (who, more) = unsafe { self.held(State::take_called) };
            self.release();
            who.wake();
            if !more {
                return;
            }
        }
    }

    /// The same for a select that held several locks, once it has freed them all.
    pub(crate) fn flush(&self) {
        if self.hints(CALLED_HINT) {
            self.wake_called();
        }
    }

    /// Takes the lock for a select, which holds several at once.
    #[inline]
    pub(crate) fn acquire(&self) {
        self.head.lock.acquire();
    }

    /// # Safety
    /// The calling thread holds the lock.
    #[inline]
    pub(crate) unsafe fn held<R>(&self, section: impl FnOnce(&mut State<T>) -> R) -> R {
        // SAFETY: the lock makes the state exclusive; sections do not nest on one channel.
        self.state.with_mut(|state| section(unsafe { &mut *state }))
    }

    /// Frees the lock, which the calling thread holds. It may hold others.
    #[inline]
    pub(crate) fn release(&self) {
        self.release_and(false);
    }

    /// Frees the lock. If it is `alone`, the only one that this thread holds, and the channel outlives the call: then also the memory
    /// that the ring does not need any more, and wakes the select that was called.
    #[inline]
    fn release_and(&self, alone: bool) {
        // SAFETY: the lock is still held.
        let usual = unsafe {
            self.held(|state| {
                state.check();
                if state.is_rare() { None } else { Some(state.usual_hint()) }
            })
        };
        match usual {
            // ORDERING: Relaxed: only a hint. Who must see a change has the change ordered before it by other means.
            Some(hint) => self.head.hint.store(hint, Ordering::Relaxed),
            None => return self.release_rarely(alone),
        }
        self.head.lock.release();
    }

    #[cold]
    fn release_rarely(&self, alone: bool) {
        // SAFETY: the lock is held.
        let (spares, hint) = unsafe {
            self.held(|state| {
                let spares = if alone { state.take_spares() } else { None };
                (spares, state.hint())
            })
        };
        // ORDERING: Relaxed, as in `release_and`.
        self.head.hint.store(hint, Ordering::Relaxed);
        self.head.lock.release();
        drop(spares);
        if alone && hint & CALLED_HINT != 0 {
            self.wake_called();
        }
    }

    /// Whether an operation of the kind `mask` might find something. Never wrong about what happened before.
    #[inline]
    pub(crate) fn hints(&self, mask: u8) -> bool {
        // ORDERING: Relaxed, as for the store.
        self.head.hint.load(Ordering::Relaxed) & mask != 0
    }

    /// The send that is one step. `take` gives the value, if it is.
    #[inline(always)]
    pub(crate) fn send_quickly(&self, take: impl FnOnce() -> T) -> bool {
        if !self.hints(QUICK_SEND) || !self.head.lock.try_acquire() {
            return false;
        }
        // Under the lock the hint is exact.
        let quick = self.hints(QUICK_SEND);
        if quick {
            // SAFETY: the lock is held, and the hint says so.
            let hint = unsafe { self.held(|state| state.push(take())) };
            self.head.hint.store(hint, Ordering::Relaxed);
        }
        self.head.lock.release();
        quick
    }

    /// The receive that is one step.
    #[inline(always)]
    pub(crate) fn receive_quickly(&self) -> Option<T> {
        if !self.hints(QUICK_RECV) || !self.head.lock.try_acquire() {
            return None;
        }
        let mut value = None;
        if self.hints(QUICK_RECV) {
            // SAFETY: the lock is held.
            if let Some((first, hint)) = unsafe { self.held(State::pop) } {
                self.head.hint.store(hint, Ordering::Relaxed);
                value = Some(first);
            }
        }
        self.head.lock.release();
        value
    }

    /// Sends now, or says why not; wakes whom it must.
    pub(crate) fn send_now(&self, mut value: T) -> Sent<T> {
        self.touched();
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

    /// Brings the ring one more segment, allocated without the lock.
    #[cold]
    pub(crate) fn grow(&self) {
        self.grow_with(State::grow);
    }

    fn grow_with(&self, add: impl FnOnce(&mut State<T>, Segment<T>) -> Option<Segment<T>>) {
        let slots = self.locked(|state| state.wanted_slots());
        let segment = Segment::new(slots);
        drop(self.locked(|state| add(state, segment)));
    }

    /// Gives a value back that a cancelled receive had already got.
    pub(crate) fn give_back(&self, mut value: T) {
        self.touched();
        loop {
            match self.locked(|state| state.give_back(value)) {
                Sent::Done(who) => return who.wake(),
                Sent::Grow(back) => {
                    self.grow_with(State::grow_in_front);
                    value = back;
                }
                Sent::Closed(last) | Sent::Full(last) => return discard(last),
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
        self.touched();
        self.locked(|state| unlink(state, node, queue))
    }

    /// A receive is cancelled: as `unlink`; if it waited, it asks.
    pub(crate) fn cancel_recv(&self, node: &Node) -> usize {
        self.touched();
        self.locked(|state| {
            let was = unlink(state, node, Queue::Receiving);
            if was == state::WAITING {
                state.ask();
            }
            was
        })
    }

    /// Asks a lazy send arm for its value: the next look finds it.
    pub(crate) fn ask(&self) {
        if self.hints(LAZY_HINT) {
            self.touched();
            self.locked(State::ask);
        }
    }

    /// A select leaves with a lazy send arm.
    pub(crate) fn withdraw_lazy(&self, arm: &Node) {
        self.touched();
        self.locked(|state| state.withdraw_lazy(arm));
    }

    /// Binds a lazy send arm, growing the ring as needed.
    pub(crate) fn bind(&self, arm: &Node, own: *const Block, slow: bool) -> Bound {
        loop {
            match self.locked(|state| state.bind(arm, own, slow)) {
                Bound::Grow => self.grow(),
                other => return other,
            }
        }
    }

    /// A bound send arm brings its value, and does not wait.
    ///
    /// # Errors
    /// Gives the value back if the channel is closed.
    pub(crate) fn deliver(&self, place: bool, mut value: T) -> Result<(), SendError<T>> {
        self.touched();
        loop {
            let (sent, next) = self.locked(|state| state.deliver(place, value));
            next.wake();
            match sent {
                Sent::Done(who) => {
                    who.wake();
                    return Ok(());
                }
                Sent::Closed(value) | Sent::Full(value) => return Err(SendError(value)),
                Sent::Grow(back) => {
                    self.grow();
                    value = back;
                }
            }
        }
    }

    /// A bound send arm leaves without a value.
    pub(crate) fn unbind(&self, place: bool) {
        self.touched();
        self.locked(|state| state.unbind(place)).wake();
    }

    pub(crate) fn close(&self) {
        self.touched();
        let somebody = self.locked(|state| {
            state.close();
            state.somebody_waits()
        });
        if somebody {
            self.dismiss_all();
        }
    }

    /// Wakes all who wait for what will not come, a few at a time.
    #[cold]
    pub(super) fn dismiss_all(&self) {
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
}

/// Which of a channel's queues a node waits in.
#[derive(Clone, Copy)]
pub(crate) enum Queue {
    Sending,
    Receiving,
}

/// Takes a node out of its queue under the lock, if it is in it; gives the state it had.
pub(crate) fn unlink<T>(state: &mut State<T>, node: &Node, queue: Queue) -> usize {
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
