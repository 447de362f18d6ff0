//! What the search for deadlocks must know of a waiting process: whether something else could wake it, and since when it waits.
//!
//! A process that waits to send, to receive, in a select or for the end of another has said so once in its last turn, in `waits_for`.
//! If it said it more than once, or went to sleep without a word, its turn's end puts `ELSE` into the word `waits_on`, whose next
//! value has it no more: so the common wait pays for nothing.

use std::ptr;

use super::header::TaskRef;
use super::reason::{ELSE, OWN, Waits};
#[cfg(not(loom))]
use super::state::Glance;
use super::{Place, budget};
use crate::shim::atomic::Ordering;

/// Of `Header::queues`: nobody knows what all may wake the process.
pub(crate) const MANY: u16 = u16::MAX;
/// Of `Header::marks`: a waker was cloned, so that anybody may wake the process.
const HAS_WAKER: u32 = 1;
/// Of `Header::marks`: its end by cancellation counts as a panic, because of a deadlock.
const DOOMED: u32 = 2;
/// Of `Header::marks`, above those: when the process was seen to wait, and the low bits of its wake sequence then.
#[cfg(not(loom))]
const SEEN: u32 = !0 << 4;
#[cfg(not(loom))]
const SEEN_BITS: u32 = 14;

impl TaskRef {
    /// As `waits_for`, in a select that is in so many queues.
    #[inline]
    pub(crate) fn waits_in(self, queues: u16, block: usize, at: Place) {
        self.header().queues.store(queues, Ordering::Relaxed);
        self.waits_for(Waits::Select, block, at);
    }

    /// As `waits_for`, for the end of another process.
    #[inline]
    pub(super) fn waits_for_end(self, other: Self) {
        self.waits_for(Waits::Join, other.as_ptr().addr(), other.started());
    }

    /// The same, with a handle that nobody else has.
    #[inline]
    pub(super) fn waits_for_end_alone(self, other: Self) {
        self.waits_for(Waits::Join, other.as_ptr().addr() | OWN, other.started());
    }

    /// Whether the process that waits for the end of another is known to have its handle, and one that sends or receives the end
    /// of the channel.
    #[cfg(not(loom))]
    pub(crate) fn owns_awaited(self) -> bool {
        self.wait().is_own()
    }

    /// Polled again, it goes on to wait on `on`, as it said before.
    #[cold]
    pub(crate) fn still_waits(self, on: usize) {
        budget::waits_again(on);
        let (what, before, _) = self.waiting();
        if before != on {
            self.waits_also(what);
        }
    }

    /// It waits, and said of more than one thing that it waits for it, or of none.
    #[cold]
    pub(super) fn waits_otherwise(self) {
        self.waits_also(self.waiting().0);
    }

    fn waits_also(self, what: Waits) {
        if what.is_for_others() {
            let on = &self.header().waits_on;
            // ORDERING: Relaxed: whoever parks the process publishes it.
            on.store(
                ptr::without_provenance_mut(on.load(Ordering::Relaxed).addr() | ELSE),
                Ordering::Relaxed,
            );
        }
    }

    /// In how many queues it waits, or for how many processes, if nothing else can wake it; 0 if that is not known.
    #[cfg(not(loom))]
    pub(crate) fn queues(self) -> u16 {
        let header = self.header();
        let what = self.waiting().0;
        let known = what.is_for_others()
            && header.marks.load(Ordering::Relaxed) & HAS_WAKER == 0
            && !self.wait().may_end_otherwise();
        match (known, what) {
            (false, _) => 0,
            (true, Waits::Select) => {
                Some(header.queues.load(Ordering::Relaxed)).filter(|&q| q != MANY).unwrap_or(0)
            }
            (true, _) => 1,
        }
    }

    /// How long the process is known to be in the wait of which `sight` is, in the unit of `now`; from the first call on. Both are
    /// kept with a few bits only, so that a long time may be given as a shorter one.
    #[cfg(not(loom))]
    pub(crate) fn waits_since(self, sight: Glance, now: u64) -> u64 {
        const MOST: u64 = (1 << SEEN_BITS) - 1;
        let marks = &self.header().marks;
        // ORDERING: Relaxed: the bits stand for themselves.
        let seen = u64::from(marks.load(Ordering::Relaxed) >> 4);
        let turn = sight.turns() & MOST;
        if seen != 0 && seen & MOST == turn {
            return now.wrapping_sub(seen >> SEEN_BITS) & MOST;
        }
        // What begins within this unit counts from the next.
        let new = (((now + 1) & MOST) << SEEN_BITS | turn) as u32;
        let _ = marks.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |old| Some(old & !SEEN | new << 4));
        0
    }

    /// Whether something is known that it has: its body said so, or it waits on it.
    #[cfg(not(loom))]
    pub(crate) fn has_something(self) -> bool {
        self.header().holds.load(Ordering::Relaxed) != 0 || self.owns_awaited()
    }

    /// Somebody cloned a waker of the process.
    pub(super) fn has_waker(self) {
        // ORDERING: Relaxed: the poll that this happens in, or a wake, comes before any look at the parked process.
        self.header().marks.fetch_or(HAS_WAKER, Ordering::Relaxed);
    }

    /// From now on a cancellation counts as a panic.
    #[cfg(not(loom))]
    pub(crate) fn doom(self) {
        // ORDERING: Relaxed: the cancellation that follows publishes it.
        self.header().marks.fetch_or(DOOMED, Ordering::Relaxed);
    }

    pub(super) fn is_doomed(self) -> bool {
        self.header().marks.load(Ordering::Relaxed) & DOOMED != 0
    }
}
