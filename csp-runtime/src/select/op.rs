//! What a select asks of an arm.

use std::pin::Pin;
use std::task::Context;

use crate::wait::Who;
use crate::wait::block::Block;

/// What an arm does when its source is closed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OnClose {
    /// It is never chosen again: `v = <-rx`, `tx <- v`.
    Disable,
    /// It is chosen: the close is the news, `<-done`. A source that is merely spent (a timer that fired) is disabled.
    News,
    /// It is chosen, with the error: `r = rx.recv()`, `r = tx.send(v)`.
    Fire,
}

impl OnClose {
    /// Whether a select goes on for an enabled arm that receives so: `Arm::takes_part`.
    pub(crate) fn takes_part(self, is_timer: bool) -> bool {
        match self {
            OnClose::Disable => !is_timer,
            OnClose::News => false,
            // Its outcome was asked for, whatever it is.
            OnClose::Fire => true,
        }
    }
}

/// What a select came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Chosen {
    /// The arm of this index; what it needs is its own.
    Arm(usize),
    /// Every enabled arm that takes or gives a value is closed; or, if there is none, every enabled arm.
    Closed,
    /// No arm is ready now; only with `default`.
    Default,
}

/// How an arm stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Attempt {
    /// It is chosen, and what it needs is its own.
    Ready,
    /// It can never be chosen: disabled, or closed.
    Closed,
    /// Not now.
    Waits,
    /// Its channel's ring must grow first, with no lock held.
    Grow,
}

/// Where an entry is that a peer came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// Still in its queue: the mark was another entry's.
    Waits,
    /// Out of it, with nothing done.
    Out,
    /// Out of it, and a peer did what it waited for.
    Won,
}

/// What an attempt may do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    /// No lock is held.
    Alone,
    /// The arm's lock is held, with those of the other arms.
    Locked,
}

/// What is true of an arm, or of some arm of a select: a set of flags, so that a select adds those of an arm in one step.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Kinds(u8);

impl Kinds {
    pub(crate) const NONE: Self = Self(0);
    /// The arm receives from a channel, perhaps beside others of its set that are polled.
    pub(crate) const RECEIVES: Self = Self(1);
    /// The arm has no queue: it is polled, and that takes its result away, so that it must not lose afterwards.
    pub(crate) const POLLED: Self = Self(1 << 1);
    /// The arm sends.
    pub(crate) const SENDS: Self = Self(1 << 2);
    /// The arm sends, and has no value before it is chosen: its peers call it.
    pub(crate) const LAZY: Self = Self(1 << 3);
    /// The arm is chosen once all its entries are closed: a set's way to report the close of the whole.
    pub(crate) const FIRES_WHEN_CLOSED: Self = Self(1 << 4);
    /// The arm is polled, and may be refused by the budget.
    pub(crate) const BUDGETED: Self = Self(1 << 5);

    /// Whether all of `others` are in it.
    #[inline]
    pub(crate) const fn has(self, others: Self) -> bool {
        self.0 & others.0 == others.0
    }

    #[inline]
    pub(crate) const fn with(self, others: Self) -> Self {
        Self(self.0 | others.0)
    }

    /// This, or nothing.
    #[inline]
    pub(crate) const fn when(self, condition: bool) -> Self {
        if condition { self } else { Self::NONE }
    }
}

/// What a select sees of an arm before it tries any. Small enough to be returned in a register.
#[derive(Clone, Copy, Debug)]
pub struct Look {
    /// How many entries the arm has.
    pub(crate) width: u32,
    pub(crate) kinds: Kinds,
    /// The first entry is worth a try: `Arm::may_be_ready`.
    pub(crate) may_be_ready: bool,
}

impl Look {
    /// One channel, to receive from.
    pub(crate) fn channel(may_be_ready: bool) -> Self {
        Self { width: 1, kinds: Kinds::RECEIVES, may_be_ready }
    }

    /// One thing that is polled, and perhaps uses the budget.
    pub(crate) fn polled(enabled: bool, budgeted: bool) -> Self {
        let kinds = Kinds::POLLED.with(Kinds::BUDGETED.when(budgeted));
        Self { width: 1, kinds: kinds.when(enabled), may_be_ready: true }
    }

    /// One channel, to send to.
    pub(crate) fn sends(kinds: Kinds, may_be_ready: bool) -> Self {
        Self { width: 1, kinds: kinds.with(Kinds::SENDS), may_be_ready }
    }
}

/// One arm of a `select!`, or a set of them (`any`): `width` entries, each with a queue of its own.
///
/// An implementation detail of the expansion; there is nothing to call here.
pub trait Arm: Send {
    /// What kind of arm it is, and whether it may be ready.
    #[doc(hidden)]
    fn look(&self) -> Look;

    /// Whether the arm is enabled, and takes or gives a value, so that the select goes on for it: once all such arms are closed,
    /// the select is. Timers whose outcome is not asked for, and arms whose value is discarded, do not keep it waiting.
    #[doc(hidden)]
    fn takes_part(&self) -> bool;

    /// False only if an attempt would answer `Waits`, as far as what happened before goes.
    #[doc(hidden)]
    fn may_be_ready(&self, _entry: usize) -> bool {
        true
    }

    /// The address of an entry's channel, 0 for an arm that is polled instead.
    #[doc(hidden)]
    fn address(&self, _entry: usize) -> usize {
        0
    }

    /// Tries to get what the entry needs.
    ///
    /// # Safety
    /// With `Mode::Locked` the calling thread holds the entry's lock.
    #[doc(hidden)]
    unsafe fn attempt(
        self: Pin<&mut Self>,
        entry: usize,
        mode: Mode,
        cx: &mut Context<'_>,
        wake: &mut Wake,
    ) -> Attempt;

    /// Takes the lock of the entry's channel.
    ///
    /// # Safety
    /// The calling thread does not hold it, and frees it soon, with `release`.
    #[doc(hidden)]
    unsafe fn acquire(&self, _entry: usize) {}

    /// Frees it.
    ///
    /// # Safety
    /// The calling thread holds it.
    #[doc(hidden)]
    unsafe fn release(&self, _entry: usize) {}

    /// Wakes the select that was called under the entry's lock, once no lock is held.
    #[doc(hidden)]
    fn flush(&self, _entry: usize) {}

    /// Asks a waiting select that has no value yet to make it: this one does not wait, or waits no longer.
    #[doc(hidden)]
    fn ask(&self, _entry: usize) {}

    /// Brings a larger ring after `Attempt::Grow`.
    #[doc(hidden)]
    fn grow(&self) {}

    /// Enters the queue, if the entry can be chosen at all, and says whether it did.
    ///
    /// # Safety
    /// The entry's lock is held; the block lives and stays in place until the entry was withdrawn.
    #[doc(hidden)]
    unsafe fn enlist(self: Pin<&mut Self>, _entry: usize, _block: *const BlockRef, _index: u32) -> bool {
        false
    }

    /// Tries once more under the entry's lock, and enters the queue if the answer is `Waits`.
    ///
    /// # Safety
    /// The block lives and stays in place until the entry was withdrawn.
    #[doc(hidden)]
    unsafe fn wait(
        mut self: Pin<&mut Self>,
        entry: usize,
        cx: &mut Context<'_>,
        wake: &mut Wake,
        block: *const BlockRef,
        index: u32,
    ) -> Attempt {
        // SAFETY: the lock is held from here on; the caller answers for the block.
        let attempt = unsafe {
            self.acquire(entry);
            let attempt = self.as_mut().attempt(entry, Mode::Locked, cx, wake);
            if attempt == Attempt::Waits {
                self.as_mut().enlist(entry, block, index);
            }
            self.release(entry);
            attempt
        };
        self.flush(entry);
        attempt
    }

    /// Where an entry is that was in its queue, once no peer is at work on it.
    #[doc(hidden)]
    fn standing(&self, _entry: usize) -> Standing {
        Standing::Out
    }

    /// Whether it can be chosen from now on; says whether that is new. Not while the select waits.
    #[doc(hidden)]
    fn enable(self: Pin<&mut Self>, enabled: bool) -> bool;

    /// Leaves the queue, if it is in it.
    #[doc(hidden)]
    fn withdraw(&self, _entry: usize) {}

    /// A peer completed the entry.
    #[doc(hidden)]
    fn settled(&self, _entry: usize, _cx: &mut Context<'_>) {}

    /// The select was decided for this entry.
    #[doc(hidden)]
    fn chosen(self: Pin<&mut Self>, _entry: usize) {}
}

/// The shared block of a select, opaque to the outside.
///
/// Peers have its address, so a select is pinned to be polled,
///
/// # Examples
/// ```
/// # use csp_runtime::private::{chan, select::{Arm, OnClose, recv_arm, run}};
/// # use std::{future::Future, pin::Pin, task::{Context, Waker}};
/// # let (_tx, rx) = chan::<u64>(1);
/// # let mut arm = Box::pin(recv_arm(&rx, true, OnClose::Fire));
/// # let mut arms = [arm.as_mut() as Pin<&mut (dyn Arm + Send)>];
/// # let mut cx = Context::from_waker(Waker::noop());
/// let mut select = Box::pin(run(&mut arms, false, false));
/// assert!(select.as_mut().poll(&mut cx).is_pending());
/// ```
///
/// and nothing that can still be moved is polled:
///
/// ```compile_fail,E0277
/// # use csp_runtime::private::{chan, select::{Arm, OnClose, recv_arm, run}};
/// # use std::{future::Future, pin::Pin, task::{Context, Waker}};
/// # let (_tx, rx) = chan::<u64>(1);
/// # let mut arm = Box::pin(recv_arm(&rx, true, OnClose::Fire));
/// # let mut arms = [arm.as_mut() as Pin<&mut (dyn Arm + Send)>];
/// # let mut cx = Context::from_waker(Waker::noop());
/// let mut select = Box::new(run(&mut arms, false, false));
/// assert!(Pin::new(&mut *select).poll(&mut cx).is_pending());
/// ```
///
/// The same over arms that lie elsewhere, those of `any`:
///
/// ```
/// # use csp_runtime::{any, private::{chan, select::{OnClose, Value, first1, recv_arm}}};
/// # use std::{future::Future, pin::Pin, task::{Context, Waker}};
/// # let (_tx, rx) = chan::<u64>(1);
/// # let all = [rx];
/// # let any = any(&all);
/// # let mut cx = Context::from_waker(Waker::noop());
/// let mut select = Box::pin(first1(Value(recv_arm(&any, true, OnClose::Disable)), false, false));
/// assert!(select.as_mut().poll(&mut cx).is_pending());
/// ```
///
/// ```compile_fail,E0277
/// # use csp_runtime::{any, private::{chan, select::{OnClose, Value, first1, recv_arm}}};
/// # use std::{future::Future, pin::Pin, task::{Context, Waker}};
/// # let (_tx, rx) = chan::<u64>(1);
/// # let all = [rx];
/// # let any = any(&all);
/// # let mut cx = Context::from_waker(Waker::noop());
/// let mut select = Box::new(first1(Value(recv_arm(&any, true, OnClose::Disable)), false, false));
/// assert!(Pin::new(&mut *select).poll(&mut cx).is_pending());
/// ```
#[repr(transparent)]
pub struct BlockRef(pub(crate) Block);

/// Whom an attempt that succeeded wants woken once no lock is held.
#[derive(Default)]
pub struct Wake(pub(crate) Who);
