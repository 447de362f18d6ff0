//! A timer wheel behind a short lock, and the entries that it links, which live inside pinned futures.
//!
//! The one file of `time` that follows pointers. An entry is armed in the shard of the worker that polled it and remembers
//! that shard, so a process that migrated disarms it there, under the other worker's lock; no message crosses.

use std::marker::PhantomPinned;
use std::pin::Pin;
use std::ptr::NonNull;
use std::task::{Context, Poll};

use super::clock;
use super::wheel::{Links, Node, Step, Wheel};
use crate::shim::UnsafeCell;
use crate::shim::atomic::{AtomicU8, AtomicU64, Ordering};
use crate::util::spin::Spin;
use crate::wait::Who;
use crate::wait::who::Wakes;

/// In no wheel; nobody but the owner knows the entry.
const IDLE: u8 = 0;
/// In the wheel of its shard.
const ARMED: u8 = 1;
/// Its deadline came; in no wheel.
const FIRED: u8 = 2;
/// Its shard went out of service before the deadline; in no wheel.
const EVICTED: u8 = 3;

/// How many timers are moved or fired before the lock is freed for a moment.
const STEPS: u32 = 4 * Wakes::ROOM as u32;

/// No deadline.
const NONE: u64 = u64::MAX;

/// One wheel, its lock, and what it publishes.
pub(crate) struct Shard {
    lock: Spin,
    wheel: UnsafeCell<Wheel<Linked>>,
    /// The wheel's next deadline, written by the holder of the lock.
    next: AtomicU64,
}

// SAFETY: the wheel is touched by the holder of `lock` only; the entries that it links are `Send` and `Sync`.
unsafe impl Send for Shard {}
// SAFETY: as above.
unsafe impl Sync for Shard {}

/// An entry that is linked in a wheel. Only `Shard` makes one, and only as it arms the entry, under the lock.
#[derive(Clone, Copy, PartialEq)]
struct Linked(NonNull<Entry>);

impl Node for Linked {
    #[inline]
    fn links<R>(self, f: impl FnOnce(&mut Links<Self>) -> R) -> R {
        // SAFETY: a `Linked` is reached through a wheel, by the holder of its lock; the entry is armed, so pinned, and its
        // owner takes it out under that lock before it goes. The wheel never nests two accesses.
        unsafe { self.0.as_ref().links.with_mut(|links| f(&mut *links)) }
    }
}

impl Shard {
    #[cfg(not(loom))]
    pub(crate) const fn new() -> Self {
        Self { lock: Spin::new(), wheel: UnsafeCell::new(Wheel::new()), next: AtomicU64::new(NONE) }
    }

    /// A shard whose timers fire at their deadlines, to the nanosecond.
    #[cfg(not(loom))]
    pub(crate) const fn exact() -> Self {
        Self { lock: Spin::new(), wheel: UnsafeCell::new(Wheel::exact()), next: AtomicU64::new(NONE) }
    }

    #[cfg(loom)]
    pub(crate) fn new() -> Self {
        Self { lock: Spin::new(), wheel: UnsafeCell::new(Wheel::new()), next: AtomicU64::new(NONE) }
    }

    /// When to call `expire` (by `clock::now`); `u64::MAX` if no timer is armed. It may be too early after a timer was
    /// disarmed, never too late.
    #[inline]
    pub(crate) fn next_deadline(&self) -> u64 {
        // ORDERING: Relaxed. A worker that is about to park reads this after the fence of the parking protocol; whoever arms
        // a timer writes it before `timer_added`, which has the other fence. Any other reader takes it as a hint.
        self.next.load(Ordering::Relaxed)
    }

    /// Wakes all whose deadline is at or before `now`; says how many timers fired. Any thread may call it.
    pub(crate) fn expire(&self, now: u64) -> usize {
        if self.next_deadline() > now {
            return 0;
        }
        self.empty(now, FIRED)
    }

    /// Takes the shard out of service: those who wait are woken and look for another shard. To be called when its worker
    /// has ended, so that nobody arms a timer here any more; then the shard is as new, for another worker to use.
    pub(crate) fn retire(&self) -> usize {
        let evicted = self.empty(u64::MAX, EVICTED);
        self.locked(|wheel| {
            wheel.renew();
            self.publish(NONE);
        });
        evicted
    }

    /// Takes out all whose deadline is at or before `now`, gives them `state`, and wakes them.
    fn empty(&self, now: u64, state: u8) -> usize {
        let mut wakes = Wakes::default();
        let mut fired = 0;
        loop {
            let done = self.locked(|wheel| {
                let done = Self::collect(wheel, now, state, &mut wakes, &mut fired);
                self.publish(wheel.next_deadline().unwrap_or(NONE));
                done
            });
            wakes.wake_all();
            if done {
                return fired;
            }
        }
    }

    /// Part of `empty`, under the lock: a bounded number of steps. Says whether nothing more is due.
    fn collect(wheel: &mut Wheel<Linked>, now: u64, state: u8, wakes: &mut Wakes, fired: &mut usize) -> bool {
        for _ in 0..STEPS {
            if wakes.is_full() {
                return false;
            }
            match wheel.advance(now) {
                Step::Fired(Linked(entry)) => {
                    // SAFETY: it was linked until now and the lock is held, so its owner has not let go of it.
                    let entry = unsafe { entry.as_ref() };
                    // SAFETY: the entry is still ARMED and we hold its shard's lock, so `who` is ours to touch.
                    wakes.push(entry.who.with_mut(|who| std::mem::take(unsafe { &mut *who })));
                    // ORDERING: Release pairs with the Acquire in `Entry::state`: the owner may free the entry from here on,
                    // after all that we did to it.
                    entry.state.store(state, Ordering::Release);
                    *fired += 1;
                }
                Step::Moved => {}
                Step::Done => return true,
            }
        }
        false
    }

    /// Runs `f` under the lock.
    #[inline]
    fn locked<R>(&self, f: impl FnOnce(&mut Wheel<Linked>) -> R) -> R {
        self.lock.acquire();
        // SAFETY: the lock is held, and `f` cannot reach this shard's lock again.
        let result = self.wheel.with_mut(|wheel| f(unsafe { &mut *wheel }));
        self.lock.release();
        result
    }

    /// Publishes when to look next. Only for the holder of the lock.
    #[inline]
    fn publish(&self, next: u64) {
        // ORDERING: Relaxed; see `next_deadline`.
        self.next.store(next, Ordering::Relaxed);
    }
}

/// A timer's place in a wheel. It lives inside the future that waits; dropping it disarms it.
pub(crate) struct Entry {
    links: UnsafeCell<Links<Linked>>,
    who: UnsafeCell<Who>,
    /// The owner's: where the entry is armed, and for when.
    armed: UnsafeCell<Option<(&'static Shard, u64)>>,
    state: AtomicU8,
    _pin: PhantomPinned,
}

crate::util::assert_not_unpin!(Entry);

// SAFETY: the pointers in `links` are followed under the shard's lock only, and `Who` is `Send`.
unsafe impl Send for Entry {}
// SAFETY: through a shared reference only the atomic state can be reached; all that touches the cells takes the owner's
// exclusive access, or the shard's lock.
unsafe impl Sync for Entry {}

impl Entry {
    #[inline]
    pub(crate) fn new() -> Self {
        Self {
            links: UnsafeCell::new(Links::new()),
            who: UnsafeCell::new(Who::NOBODY),
            armed: UnsafeCell::new(None),
            state: AtomicU8::new(IDLE),
            _pin: PhantomPinned,
        }
    }

    #[inline]
    fn state(&self) -> u8 {
        // ORDERING: Acquire pairs with the Release in `collect`.
        self.state.load(Ordering::Acquire)
    }

    /// Ready once `deadline` came; until then the waker of `cx` is woken when it does. `home` is asked where to arm the
    /// entry if it is not armed, and `added` is told if that made its shard's next deadline earlier.
    ///
    /// An entry that was armed for another deadline forgets that one, whether or not it came. Unless it `may_be_over`, the clock
    /// is not asked before the entry is armed; if it was over all the same, it fires when the shard is looked at next.
    pub(crate) fn poll(
        self: Pin<&mut Self>,
        deadline: u64,
        may_be_over: bool,
        cx: &mut Context<'_>,
        home: impl FnOnce() -> &'static Shard,
        added: impl FnOnce(&'static Shard, u64),
    ) -> Poll<()> {
        let mut this = self;
        let same = this.armed().is_some_and(|(_, at)| at == deadline);
        if same && this.state() == ARMED && this.watch(cx) {
            return Poll::Pending;
        }
        match this.state() {
            FIRED if same => return Poll::Ready(()),
            IDLE => {}
            _ => this.as_mut().disarm(),
        }
        if may_be_over && clock::now() >= deadline {
            return Poll::Ready(());
        }
        let shard = home();
        if this.arm(shard, deadline, Who::of(cx.waker())) {
            added(shard, deadline);
        }
        Poll::Pending
    }

    fn armed(self: &mut Pin<&mut Self>) -> Option<(&'static Shard, u64)> {
        // SAFETY: the field is the owner's, and `self` is its exclusive access.
        self.armed.with(|armed| unsafe { *armed })
    }

    /// Links an idle entry; says whether the shard's next deadline is earlier now.
    pub(crate) fn arm(self: &mut Pin<&mut Self>, shard: &'static Shard, deadline: u64, who: Who) -> bool {
        debug_assert_eq!(self.state(), IDLE);
        // SAFETY: the entry is idle: nobody else knows it, and `self` is the owner's exclusive access. An idle entry holds
        // nobody, so that this drops no waker.
        unsafe {
            self.armed.with_mut(|armed| *armed = Some((shard, deadline)));
            self.who.with_mut(|place| *place = who);
        }
        let entry = Linked(NonNull::from(self.as_ref().get_ref()));
        shard.locked(|wheel| {
            // ORDERING: Relaxed: before the entry is linked nobody else reads it, and the lock publishes it.
            self.state.store(ARMED, Ordering::Relaxed);
            let at = wheel.insert(entry, deadline);
            // Exact, for only the holder of the lock writes it.
            let is_first = at < shard.next_deadline();
            if is_first {
                shard.publish(at);
            }
            is_first
        })
    }

    /// Polled again while armed: another waker takes the place of the first. False if it is armed no more.
    fn watch(self: &mut Pin<&mut Self>, cx: &Context<'_>) -> bool {
        let Some((shard, _)) = self.armed() else { return false };
        // Under the lock nothing may be cloned or dropped: look, make the new one outside, and swap.
        let look = |new: Option<Who>| {
            shard.locked(|_| {
                // ORDERING: Acquire as in `state`; under the lock it is the last word.
                if self.state() != ARMED {
                    return (true, true, new);
                }
                // SAFETY: ARMED, and the lock of its shard is held.
                self.who.with_mut(|who| unsafe {
                    match new {
                        None => (false, (*who).will_wake(cx.waker()), None),
                        Some(new) => (false, true, Some(std::mem::replace(&mut *who, new))),
                    }
                })
            })
        };
        let (mut gone, same, _) = look(None);
        if !same {
            let old;
            (gone, _, old) = look(Some(Who::of(cx.waker())));
            drop(old);
        }
        !gone
    }

    /// Takes the entry out of its wheel, if it is in one; then it is as new.
    pub(crate) fn disarm(self: Pin<&mut Self>) {
        let mut this = self;
        if this.state() == ARMED
            && let Some((shard, _)) = this.armed()
        {
            let entry = Linked(NonNull::from(this.as_ref().get_ref()));
            let who = shard.locked(|wheel| {
                // It may have fired since; then it is in no wheel.
                (this.state() == ARMED).then(|| {
                    let was = wheel.remove(entry);
                    if wheel.is_empty() {
                        shard.publish(NONE);
                    } else if was <= shard.next_deadline() {
                        shard.publish(wheel.next_deadline().unwrap_or(NONE));
                    }
                    // SAFETY: ARMED, and the lock of its shard is held.
                    this.who.with_mut(|who| std::mem::take(unsafe { &mut *who }))
                })
            });
            drop(who);
        }
        // ORDERING: Relaxed: in no wheel, so nobody else looks at it.
        this.state.store(IDLE, Ordering::Relaxed);
    }
}

impl Drop for Entry {
    fn drop(&mut self) {
        // SAFETY: an entry that was armed was pinned then, and is not moved while it is being dropped; one that never was
        // does not care.
        unsafe { Pin::new_unchecked(&mut *self) }.disarm();
        // Nothing but a claim, which the model checks: from here on nobody else is inside.
        self.links.with_mut(|_| ());
        self.who.with_mut(|_| ());
    }
}
