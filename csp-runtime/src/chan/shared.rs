//! The channel as its ends share it: a number for each side counts the ends of it; the last end of a side stays counted, and says
//! under the lock that its side is through. Whoever says so second frees the channel.

use std::ops::Deref;
use std::panic::Location;
use std::ptr::NonNull;

use super::channel::Channel;
use crate::shim::atomic::{AtomicU32, Ordering};
use crate::shim::oracle;

/// What one end holds. Its owner calls `leave` once, as the last thing.
#[repr(transparent)]
pub(crate) struct Shared<T>(NonNull<Channel<T>>);

// SAFETY: shared access to a channel is what it is made for, and whoever is last drops the values in it.
unsafe impl<T: Send> Send for Shared<T> {}
// SAFETY: as above.
unsafe impl<T: Send> Sync for Shared<T> {}

/// The two kinds of ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Side {
    Sender,
    Receiver,
}

/// How many ends a channel has, by side.
pub(crate) struct Ends([AtomicU32; 2]);

impl Ends {
    /// One of each side.
    pub(crate) fn new() -> Self {
        Self([AtomicU32::new(1), AtomicU32::new(1)])
    }

    #[inline(always)]
    fn of(&self, side: Side) -> &AtomicU32 {
        &self.0[side as usize]
    }

    /// The ends of this side, for those that look from outside.
    pub(super) fn now(&self, side: Side) -> u32 {
        // ORDERING: Relaxed: a number to show.
        self.of(side).load(Ordering::Relaxed)
    }
}

impl<T> Deref for Shared<T> {
    type Target = Channel<T>;

    #[inline]
    fn deref(&self) -> &Channel<T> {
        // SAFETY: this end is counted until it leaves, and the channel lives as long as any end is.
        unsafe { self.0.as_ref() }
    }
}

impl<T> Shared<T> {
    /// The first end of each side.
    #[inline]
    pub(crate) fn new(capacity: usize, created: &'static Location<'static>) -> (Self, Self) {
        let channel = Channel::place(capacity, created);
        (Self(channel), Self(channel))
    }

    /// One more end of a side that this one is of. Who forgets so many that the count would overflow ends the program, as
    /// `Arc` does.
    #[inline]
    pub(crate) fn another(&self, side: Side) -> Self {
        // ORDERING: Relaxed: the new end comes from one that is alive.
        if self.ends.of(side).fetch_add(1, Ordering::Relaxed) > u32::MAX / 2 {
            std::process::abort();
        }
        Self(self.0)
    }

    /// Whether both are ends of one channel.
    pub(crate) fn is_same(&self, other: &Self) -> bool {
        self.0 == other.0
    }

    /// This end goes.
    ///
    /// # Safety
    /// It is of this side, leaves once, and nothing uses it afterwards.
    #[inline(always)]
    pub(crate) unsafe fn leave(&self, side: Side) {
        // What is rare is a call that this one ends with: so the rest needs no frame.
        if oracle::is_told() {
            // SAFETY: forwarded.
            return unsafe { self.leave_told(side) };
        }
        // SAFETY: forwarded.
        unsafe { self.leave_untold(side) }
    }

    /// # Safety
    /// As for `leave`.
    #[cold]
    #[inline(never)]
    unsafe fn leave_told(&self, side: Side) {
        // Also where others are left: which end is the last depends on the order.
        self.touched();
        // SAFETY: forwarded.
        unsafe { self.leave_untold(side) }
    }

    /// # Safety
    /// As for `leave`.
    #[inline(always)]
    unsafe fn leave_untold(&self, side: Side) {
        let count = self.ends.of(side);
        // ORDERING: Acquire, here and below, pairs with the Release of those that left: the last end sees what they did.
        let mut ends = count.load(Ordering::Acquire);
        // No end comes from nothing: while one is left of a side, and it is leaving, there will be no other.
        while ends > 1 {
            match count.compare_exchange_weak(ends, ends - 1, Ordering::Release, Ordering::Acquire) {
                Ok(_) => return,
                Err(now) => ends = now,
            }
        }
        // SAFETY: it is the last of its side, and by the contract it is not used again.
        unsafe { Channel::last_leaves(self.0, side) }
    }
}
