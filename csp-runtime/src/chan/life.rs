//! How a channel begins and ends.
//!
//! Many live for one value, so both are short: what is rare is a call at the end of a function, which needs no frame for it.

use std::mem;
use std::panic::Location;
use std::ptr::NonNull;

use super::channel::Channel;
use super::look::About;
use super::page;
use super::ring::Ring;
use super::shared::{Ends, Side};
use super::state::{Left, State};
use crate::record::ChannelTag;
use crate::shim::UnsafeCell;
use crate::shim::atomic::{AtomicU32, Ordering};
use crate::shim::oracle;
use crate::util::teardown;

impl<T> Channel<T> {
    /// Makes a channel with one end of each side.
    #[inline(never)]
    pub(super) fn place(capacity: usize, created: &'static Location<'static>) -> NonNull<Self> {
        match page::at_hand::<T>() {
            // SAFETY: the slot is ours.
            Some(slot) if !oracle::has_time() => unsafe { Self::settle(capacity, created, slot) },
            slot => Self::place_slowly(capacity, created, slot),
        }
    }

    #[cold]
    #[inline(never)]
    fn place_slowly(
        capacity: usize,
        created: &'static Location<'static>,
        slot: Option<NonNull<Self>>,
    ) -> NonNull<Self> {
        // SAFETY: the slot is ours.
        let channel = unsafe { Self::settle(capacity, created, slot.unwrap_or_else(page::fetch::<T>)) };
        oracle::made_channel(channel.addr().get(), created);
        channel
    }

    /// Makes the channel in its slot.
    ///
    /// # Safety
    /// The slot is from the pages, and the caller's.
    #[inline(always)]
    unsafe fn settle(
        capacity: usize,
        created: &'static Location<'static>,
        channel: NonNull<Self>,
    ) -> NonNull<Self> {
        let at = channel.as_ptr();
        // SAFETY: the memory is ours alone, but for the lock of its head, which is left as it is.
        unsafe {
            (&raw mut (*at).users).write([AtomicU32::new(0), AtomicU32::new(0)]);
            (&raw mut (*at).ends).write(Ends::new());
            (&raw mut (*at).created).write(created);
            let state = State::new(capacity, ChannelTag::new::<T>(created));
            (&raw mut (*at).state).write(UnsafeCell::new(state));
            let hint = (*at).held(|state| state.hint());
            (*at).head.open(hint, About::of::<T>());
        }
        channel
    }

    /// Frees what `place` made.
    ///
    /// # Safety
    /// The head says since `last_leaves` that there is no channel, and nobody else knows it.
    unsafe fn free(channel: NonNull<Self>) {
        struct Slot<T>(NonNull<Channel<T>>);
        impl<T> Drop for Slot<T> {
            fn drop(&mut self) {
                // SAFETY: by the contract of `free`.
                unsafe { page::free(self.0) };
            }
        }
        // The drop of a value may panic.
        let slot = Slot(channel);
        // SAFETY: by the contract; `place` made the state.
        unsafe { std::ptr::drop_in_place(&raw mut (*slot.0.as_ptr()).state) };
    }

    /// The last end of one side leaves. If the other side is through, the channel is freed; if not, the other may free it as soon as
    /// this one is through.
    ///
    /// # Safety
    /// The caller is that end, and does not use it any more.
    #[inline(always)]
    pub(super) unsafe fn last_leaves(at: NonNull<Self>, side: Side) {
        // SAFETY: this side is not through.
        let channel = unsafe { at.as_ref() };
        if !channel.head.lock.try_acquire() {
            // SAFETY: forwarded.
            return unsafe { Self::last_waits(at, side) };
        }
        // SAFETY: the lock is held.
        match unsafe { channel.held(|state| state.leave_at_once(side)) } {
            Left::There(hint) => {
                // ORDERING: Relaxed, as in `release`.
                channel.head.hint.store(hint, Ordering::Relaxed);
                channel.head.lock.release();
            }
            Left::Gone => {
                channel.head.shut();
                channel.head.lock.release();
                // SAFETY: the head was just shut, nobody else is left, and there is nothing to drop.
                unsafe { page::free(at) };
            }
            // SAFETY: forwarded; the lock is held.
            Left::More => unsafe { Self::last_tells(at, side) },
        }
    }

    /// As `last_leaves`, once the lock is free.
    ///
    /// # Safety
    /// As for `last_leaves`.
    #[cold]
    #[inline(never)]
    unsafe fn last_waits(at: NonNull<Self>, side: Side) {
        // SAFETY: as in `last_leaves`.
        unsafe {
            at.as_ref().acquire();
            Self::last_tells(at, side);
        }
    }

    /// As `last_leaves`, with all that there may be to do. The lock, which is held, becomes free.
    ///
    /// # Safety
    /// As for `last_leaves`, and the caller holds the lock.
    #[inline(never)]
    unsafe fn last_tells(at: NonNull<Self>, side: Side) {
        // SAFETY: this side is not through.
        let channel = unsafe { at.as_ref() };
        let made = channel.head.made();
        let section = |state: &mut State<T>| {
            let left = state.side_gone(side);
            // Mostly one waits, if anybody does.
            let first = state.dismiss();
            (left, first, (!state.somebody_waits()).then(|| channel.leaves(state)))
        };
        // SAFETY: the lock is held.
        let (left, first, last) = unsafe { channel.held(section) };
        channel.release();
        if let Some(who) = first {
            who.wake();
        }
        let last = last.unwrap_or_else(|| {
            // The channel is there until this side is through.
            channel.dismiss_all();
            channel.acquire();
            // SAFETY: the lock was just taken.
            let last = unsafe { channel.held(|state| channel.leaves(state)) };
            // Not by `locked`, which may use the channel after it freed the lock.
            channel.release();
            last
        });
        if last {
            // SAFETY: both sides are through, under the lock, which orders them: this one sees what the other did.
            unsafe { Self::free(at) };
        }
        // SAFETY: `made` is what the channel said.
        unsafe { Self::drop_values(left, made) };
    }

    /// Drops what no receiver will get: at once, or in an outer call, for it may hold ends of other channels, that hold more.
    ///
    /// # Safety
    /// `made` is `teardown::now` of when the channel was made.
    #[inline]
    unsafe fn drop_values(left: Ring<T>, made: u32) {
        if left.is_empty() || !mem::needs_drop::<T>() || (teardown::is_deep() && !teardown::was_before(made))
        {
            drop(left);
        } else if teardown::is_deep() {
            let drops: Box<dyn FnOnce() + '_> = Box::new(|| drop(left));
            // SAFETY: what `T` borrows from lives until the outer teardown is over. That teardown is the destructor of an endpoint,
            // whose type's lifetimes outlive the call. The endpoint that is dropped here lies, or was when that call began, in a
            // value which that destructor drops, or in a static: for the channel was made before, and a function within the call
            // gets at it through its arguments only, so that its type's lifetimes outlive that function, and are among those of the
            // value. A channel that was made within the call may borrow from locals of a user's destructor: it was not before.
            teardown::defer(unsafe { mem::transmute::<Box<dyn FnOnce() + '_>, Box<dyn FnOnce()>>(drops) });
        } else {
            teardown::at_once(|| drop(left));
        }
    }

    fn leaves(&self, state: &mut State<T>) -> bool {
        let last = state.leaves();
        if last {
            self.head.shut();
        }
        last
    }
}
