//! What the search for deadlocks must know of a waiting process: whether something else could wake it, and since when it waits.
//!
//! A process that waits to send, to receive, in a select or for the end of another has said so once in its last turn, in `waits_for`.
//! If it said it more than once, or went to sleep without a word, its turn's end puts `ELSE` into the word `waits_on`, whose next
//! value has it no more: so the common wait pays for nothing.

use std::ptr;

use super::header::{LARGEST_SLOT, TaskRef};
use super::reason::Waits;
#[cfg(not(loom))]
use super::state::Glance;
use super::{Place, budget};
use crate::shim::atomic::Ordering;

/// Of `Header::queues`: nobody knows what all may wake the process.
pub(crate) const MANY: u32 = u32::MAX;
/// Of `Header::waits_on`: the handle of the process whose end is waited for is the waiting one's own.
const OWN: usize = 1;
/// Of `Header::waits_on`: something else may wake the process as well.
const ELSE: usize = 2;
/// Of `Header::marks`: a waker was cloned, so that anybody may wake the process.
const HAS_WAKER: u32 = 1;
/// Of `Header::marks`: its end by cancellation counts as a panic, because of a deadlock.
const DOOMED: u32 = 2;
/// Of `Header::marks`, above those: when the process was seen to wait, and the low bits of its wake sequence then.
#[cfg(not(loom))]
const SEEN: u32 = !0 << 4;
#[cfg(not(loom))]
const SEEN_BITS: u32 = 14;

impl Waits {
    /// Whether another process ends the wait: then it is on an address, and there is room for two bits.
    fn is_for_others(self) -> bool {
        matches!(self, Self::Send | Self::Recv | Self::Select | Self::Join)
    }
}

impl TaskRef {
    /// As `waits_for`, in a select that is in so many queues.
    #[inline]
    pub(crate) fn waits_in(self, queues: u32, block: usize, at: Place) {
        self.header().queues.store(queues, Ordering::Relaxed);
        self.waits_for(Waits::Select, block, at);
    }

    /// As `waits_for`, for the end of another process; `handle` is where its handle lies.
    #[inline]
    pub(super) fn waits_for_end(self, other: Self, handle: usize) {
        let own = if self.is_near(handle) { OWN } else { 0 };
        self.waits_for(Waits::Join, other.as_ptr().addr() | own, other.started());
    }

    /// Whether what is polled for the process and lies at this address lies in its slot: no process reaches into the slot of another,
    /// so that to be near enough is to be in it. What lies in a box is not found.
    #[inline]
    pub(super) fn is_near(self, address: usize) -> bool {
        address.wrapping_sub(self.as_ptr().addr()) < LARGEST_SLOT
    }

    /// What the process said it waits on, for a wait of this kind.
    pub(super) fn waits_on(self, what: Waits) -> usize {
        let on = self.header().waits_on.load(Ordering::Relaxed).addr();
        if what.is_for_others() { on & !(OWN | ELSE) } else { on }
    }

    /// Whether the process that waits for the end of another is known to have its handle.
    #[cfg(not(loom))]
    pub(crate) fn owns_awaited(self) -> bool {
        self.header().waits_on.load(Ordering::Relaxed).addr() & OWN != 0
    }

    /// Polled again, it goes on to wait on `on`, as it said before.
    #[cold]
    pub(crate) fn still_waits(self, on: usize) {
        budget::waits();
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
    pub(crate) fn queues(self) -> u32 {
        let header = self.header();
        let what = self.waiting().0;
        let known = what.is_for_others()
            && header.marks.load(Ordering::Relaxed) & HAS_WAKER == 0
            && header.waits_on.load(Ordering::Relaxed).addr() & ELSE == 0;
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

    /// Whether its body said what it holds.
    #[cfg(not(loom))]
    pub(crate) fn holds_something(self) -> bool {
        !self.header().holds.load(Ordering::Relaxed).is_null()
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
