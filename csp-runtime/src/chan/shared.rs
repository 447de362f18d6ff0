//! The channel as its ends share it: one word counts the ends of both sides; the last end of a side stays counted, and says under
//! the lock that its side is through. Whoever says so second frees the channel.

use std::ops::Deref;
use std::panic::Location;
use std::ptr::NonNull;

use super::channel::Channel;
use crate::shim::atomic::{AtomicU64, Ordering};

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

impl Side {
    /// One end of this side, as it counts in the word.
    #[inline]
    fn one(self) -> u64 {
        match self {
            Side::Sender => 1 << 32,
            Side::Receiver => 1,
        }
    }

    /// How many ends of this side the word counts.
    #[inline]
    pub(super) fn of(self, ends: u64) -> u32 {
        match self {
            Side::Sender => (ends >> 32) as u32,
            Side::Receiver => ends as u32,
        }
    }
}

/// The ends of a channel.
pub(crate) struct Ends(AtomicU64);

impl Ends {
    /// One of each side.
    pub(crate) fn new() -> Self {
        Self(AtomicU64::new(Side::Sender.one() + Side::Receiver.one()))
    }

    /// The word, for `Side::of`.
    pub(super) fn now(&self) -> u64 {
        // ORDERING: Acquire pairs with the Release of those that left: what they did to the channel is seen.
        self.0.load(Ordering::Acquire)
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
    pub(crate) fn another(&self, side: Side) -> Self {
        // ORDERING: Relaxed: the new end comes from one that is alive.
        let ends = self.ends.0.fetch_add(side.one(), Ordering::Relaxed);
        if side.of(ends) > u32::MAX / 2 {
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
    pub(crate) unsafe fn leave(&self, side: Side) {
        // Also where others are left: which end is the last depends on the order.
        self.touched();
        // ORDERING: Acquire, here and below, pairs with the Release of those that left: the last end sees what they did.
        let mut ends = self.ends.0.load(Ordering::Acquire);
        // No end comes from nothing: while one is left of a side, and it is leaving, there will be no other.
        while side.of(ends) > 1 {
            match self.ends.0.compare_exchange_weak(
                ends,
                ends - side.one(),
                Ordering::Release,
                Ordering::Acquire,
            ) {
                Ok(_) => return,
                Err(now) => ends = now,
            }
        }
        // The lock orders the two sides: the second sees what the first one did.
        let (left, last) = self.last_leaves(side);
        if last {
            // SAFETY: both sides are through, and by the contract this end is not used again.
            unsafe { Channel::free(self.0) };
        }
        drop(left);
    }
}
