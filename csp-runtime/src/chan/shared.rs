//! The channel as its ends share it: one word counts the ends of both sides, and the last end of all frees the channel.

use std::ops::Deref;
use std::ptr::NonNull;

use super::channel::Channel;
use crate::shim::atomic::{AtomicU64, Ordering};

/// What one end holds. Its owner calls `leave` once, as the last thing.
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
    fn of(self, ends: u64) -> u32 {
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

    /// How many senders and receivers there are.
    #[cfg(not(loom))]
    pub(super) fn counts(&self) -> (u32, u32) {
        // ORDERING: Acquire pairs with the Release of those that left: what they did to the channel is seen.
        let ends = self.0.load(Ordering::Acquire);
        (Side::Sender.of(ends), Side::Receiver.of(ends))
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
    pub(crate) fn new(channel: Channel<T>) -> (Self, Self) {
        let channel = NonNull::from(Box::leak(Box::new(channel)));
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
        if ends == side.one() {
            // SAFETY: no other end is left, and by the contract this one is not used again.
            return unsafe { self.free() };
        }
        // The others are told while this end still counts, so that the channel is there.
        let left = self.last_leaves(side);
        // ORDERING: as above.
        if self.ends.0.fetch_sub(side.one(), Ordering::AcqRel) == side.one() {
            // SAFETY: as above.
            unsafe { self.free() };
        }
        drop(left);
    }

    /// # Safety
    /// No end is left but this one, which is not used again.
    unsafe fn free(&self) {
        // SAFETY: `new` leaked the box, and nobody else can reach the channel.
        drop(unsafe { Box::from_raw(self.0.as_ptr()) });
    }
}
