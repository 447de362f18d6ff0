//! The life of a process as one word: flags and a wake sequence. Every transition is a method here; none needs `unsafe`.
//!
//! Invariants
//! * Exactly one *token* exists per live process. The spawner makes it, whoever turns `IDLE` off owns it and must queue the
//!   process once, whoever takes the process off a queue owns it and may poll it, and `park` gives it back by setting `IDLE`.
//! * Between `publish` and `free` the word changes by read-modify-write only. So all changes form one order whose release
//!   sequences are unbroken: a wake before the value that `start` read is visible to the poll, and a wake after it changed
//!   the sequence, so that `park` fails.
//! * The sequence goes on across reuse of a slot, so that an exchange prepared in one life fails in the next. (`free` is a plain
//!   store and may lose wakes that come between its two instructions; `LIFE` leaves room for a million of them.)
//! * After `DONE` the process is never polled. The slot is freed by the second of two parties: the worker that completed it and
//!   the owner of the handle.

use crate::shim::atomic::{AtomicU64, Ordering};

/// The slot holds a process. Without it the slot is free and every wake is ignored.
const LIVE: u64 = 1 << 0;
/// Nobody holds the token: the process waits to be woken.
const IDLE: u64 = 1 << 1;
/// The process is to be dropped instead of polled.
const CANCEL: u64 = 1 << 2;
/// The result is stored.
const DONE: u64 = 1 << 3;
/// `joiner` names something to wake at completion.
const JOINER: u64 = 1 << 4;
/// What `joiner` names is an owned list of wakers, so completion and handle agree on who frees it (`LISTED_WOKEN`).
const LISTED: u64 = 1 << 5;
/// The worker is through with the list.
const LISTED_WOKEN: u64 = 1 << 6;
/// The handle is gone.
const DETACHED: u64 = 1 << 7;

const FLAGS: u64 = (1 << 8) - 1;
/// One step of the wake sequence; its 56 bits do not wrap within a poll.
const SEQ: u64 = 1 << 8;
/// What a new life adds to the sequence.
const LIFE: u64 = SEQ << 20;

#[derive(Debug)]
pub(crate) struct State(AtomicU64);

/// The value that `start` saw; `park` succeeds only if nobody woke the process since.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Turn(u64);

/// A live process at one moment, for those that walk over all slots.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Glance(u64);

#[cfg_attr(loom, allow(dead_code))]
impl Glance {
    /// Whether nobody held its token.
    pub(crate) fn is_parked(self) -> bool {
        self.0 & IDLE != 0
    }

    /// What changes with every wake, and with every life.
    pub(crate) fn sequence(self) -> u64 {
        self.0 & !FLAGS
    }

    /// How often it was woken, as far as a few bits tell.
    pub(crate) fn turns(self) -> u64 {
        self.0 / SEQ
    }

    /// Whether the handle is gone, so that nobody can cancel it.
    pub(crate) fn is_detached(self) -> bool {
        self.0 & DETACHED != 0
    }
}

#[must_use]
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Wake {
    /// Nothing to do: free, done, or (for a cancel) cancelled before.
    Ignored,
    /// Somebody holds the token and will see it.
    Noted,
    /// The caller owns the token now and must queue the process.
    Schedule,
}

#[must_use]
#[derive(Debug)]
pub(crate) enum Start {
    Poll(Turn),
    /// Drop the future, then complete.
    Cancelled,
}

#[must_use]
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Park {
    /// The token is given back; the process may already run elsewhere.
    Parked,
    /// A wake or a cancel came during the poll: the caller still owns the token.
    Woken,
}

/// What completion owes to whom.
#[must_use]
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Finish {
    /// The handle is gone: drop the result, free the slot.
    Free,
    /// The owner of the handle has the slot now; nobody waits.
    Left,
    /// As `Left`, and the process that `joiner` names may wait.
    LeftJoiner,
    /// Wake the list, then call `listed_woken`.
    LeftListed,
}

#[must_use]
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Detach {
    /// The worker that completes the process frees it.
    ToWorker,
    /// The result is there and the caller's to drop; then it frees the slot.
    Done,
    /// The result is the caller's to drop; then `listed_left` says who frees the slot.
    DoneListed,
}

#[must_use]
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Join {
    Waiting,
    Done,
}

impl State {
    #[cfg_attr(not(loom), allow(dead_code))]
    pub(crate) fn new() -> Self {
        Self(AtomicU64::new(0))
    }

    /// Opens a life: the caller holds the token of a process that nobody else knows.
    #[inline]
    pub(crate) fn publish(&self) {
        // ORDERING: the slot is the caller's alone, and stale wakers leave a word without LIVE as it is.
        let word = self.0.load(Ordering::Relaxed);
        debug_assert_eq!(word & LIVE, 0, "a slot was given out twice");
        // ORDERING: Release publishes the header's other fields to whoever reads LIVE from this word.
        self.0.store((word & !FLAGS).wrapping_add(LIFE) | LIVE, Ordering::Release);
    }

    /// Ends a life. Only the last of the two parties calls it.
    #[inline]
    pub(crate) fn free(&self) {
        let word = self.0.load(Ordering::Relaxed);
        debug_assert_ne!(word & LIVE, 0, "a slot was freed twice");
        if cfg!(loom) {
            // A store comes before or after a read-modify-write, never between its halves; the checker does not know that, so it
            // would let an exchange that came before this store be seen after it. A swap whose old value is ignored is the same
            // to it as the store, except for release sequences, which `publish` breaks anyway before anybody relies on one.
            self.0.swap(word & !FLAGS, Ordering::Relaxed);
            return;
        }
        // ORDERING: Relaxed: the free list that hands the slot on orders this life before the next. A wake that read an
        // earlier word fails its exchange on the sequence.
        self.0.store(word & !FLAGS, Ordering::Relaxed);
    }

    /// What no later life of a free slot may come to again: its wake sequence.
    #[cfg(not(loom))]
    pub(super) fn age(&self) -> u64 {
        // ORDERING: Relaxed: the slot is the caller's alone, and stale wakers leave it as it is.
        self.0.load(Ordering::Relaxed) & !FLAGS
    }

    /// The memory of a free slot may have become zero: its sequence goes on from there, as far as it is not further.
    #[cfg(not(loom))]
    pub(super) fn set_age(&self, age: u64) {
        if self.age() < age {
            // ORDERING: Relaxed: as in `age`.
            self.0.store(age, Ordering::Relaxed);
        }
    }

    /// Says that there may be something to do. One locked instruction.
    #[inline]
    pub(crate) fn wake(&self) -> Wake {
        // ORDERING: Acquire, so that a free slot's fields are not read; the exchange below orders everything else.
        let mut word = self.0.load(Ordering::Acquire);
        loop {
            if word & (LIVE | DONE) != LIVE {
                return Wake::Ignored;
            }
            let next = (word & !IDLE).wrapping_add(SEQ);
            // ORDERING: Release makes what the waker wrote visible to the poll (`start`); Acquire, because the caller may now
            // own the token, pairs with the Release of `park`.
            match self.0.compare_exchange_weak(word, next, Ordering::AcqRel, Ordering::Acquire) {
                Ok(_) if word & IDLE != 0 => return Wake::Schedule,
                Ok(_) => return Wake::Noted,
                Err(now) => word = now,
            }
        }
    }

    /// Asks for the process to be dropped. It counts as a wake.
    pub(crate) fn cancel(&self) -> Wake {
        // ORDERING: as in `wake`.
        let word = self.0.load(Ordering::Acquire);
        self.cancel_from(word, |word| word & (LIVE | DONE) == LIVE)
    }

    /// As `cancel`, but only if nothing happened since `sight`: never meets a later process in the slot.
    pub(crate) fn cancel_seen(&self, sight: Glance) -> Wake {
        let mut tries = 0..1;
        self.cancel_from(sight.0, |_| tries.next().is_some())
    }

    fn cancel_from(&self, mut word: u64, mut may: impl FnMut(u64) -> bool) -> Wake {
        loop {
            if !may(word) || word & CANCEL != 0 {
                return Wake::Ignored;
            }
            let next = ((word | CANCEL) & !IDLE).wrapping_add(SEQ);
            // ORDERING: as in `wake`.
            match self.0.compare_exchange(word, next, Ordering::AcqRel, Ordering::Acquire) {
                Ok(_) if word & IDLE != 0 => return Wake::Schedule,
                Ok(_) => return Wake::Noted,
                Err(now) => word = now,
            }
        }
    }

    /// A process that waits and is not to be dropped, if the slot holds one now.
    pub(crate) fn look_parked(&self) -> Option<Glance> {
        // ORDERING: as in `look`.
        let word = self.0.load(Ordering::Acquire);
        (word & (LIVE | IDLE | DONE | CANCEL) == LIVE | IDLE).then_some(Glance(word))
    }

    /// Takes the token of a process that waits, without waking it, if nothing happened since `sight`. `park` gives it back.
    pub(crate) fn seize(&self, sight: Glance) -> Option<Turn> {
        let seized = sight.0 & !IDLE;
        // ORDERING: Acquire pairs with the Release of `park`: what the process left behind is seen.
        let taken = self.0.compare_exchange(sight.0, seized, Ordering::Acquire, Ordering::Relaxed);
        taken.is_ok().then_some(Turn(seized))
    }

    /// A live, unfinished process, if the slot holds one now.
    pub(crate) fn look(&self) -> Option<Glance> {
        // ORDERING: Acquire pairs with `publish`: the header's fields belong to this life or a later one.
        let word = self.0.load(Ordering::Acquire);
        (word & (LIVE | DONE) == LIVE).then_some(Glance(word))
    }

    /// The token holder is about to poll. No locked instruction.
    #[inline]
    pub(crate) fn start(&self) -> Start {
        // ORDERING: Acquire pairs with the Release of every wake ordered before this value.
        let word = self.0.load(Ordering::Acquire);
        debug_assert_eq!(word & (LIVE | IDLE | DONE), LIVE, "polled without the token");
        if word & CANCEL != 0 { Start::Cancelled } else { Start::Poll(Turn(word)) }
    }

    /// The poll gave Pending: gives the token back, unless a wake came since `start`. One locked instruction.
    #[inline]
    pub(crate) fn park(&self, turn: Turn) -> Park {
        let mut word = turn.0;
        loop {
            // ORDERING: Release hands the future to whoever takes the token next; on failure nothing is read but the word,
            // and the next `start` acquires.
            match self.0.compare_exchange(word, word | IDLE, Ordering::Release, Ordering::Relaxed) {
                Ok(_) => return Park::Parked,
                // A joiner that came or a handle that went is no wake.
                Err(now) if now & !FLAGS == turn.0 & !FLAGS => word = now,
                Err(_) => return Park::Woken,
            }
        }
    }

    /// Whether the handle is gone. It never comes back.
    #[inline]
    pub(crate) fn is_detached(&self) -> bool {
        // ORDERING: Acquire pairs with the Release of `detach`: what the owner did with the handle happened before.
        self.0.load(Ordering::Acquire) & DETACHED != 0
    }

    /// The result is stored and the token is used up. One locked instruction.
    #[inline]
    pub(crate) fn finish(&self) -> Finish {
        // ORDERING: Release publishes the result to the handle; Acquire pairs with `join` and `join_listed`, so that `joiner`
        // is seen.
        let word = self.0.fetch_or(DONE, Ordering::AcqRel);
        debug_assert_eq!(word & (LIVE | IDLE | DONE), LIVE, "finished without the token");
        if word & DETACHED != 0 {
            Finish::Free
        } else if word & LISTED != 0 {
            Finish::LeftListed
        } else if word & JOINER != 0 {
            Finish::LeftJoiner
        } else {
            Finish::Left
        }
    }

    /// The worker woke the list. True: the handle is gone, the caller frees list and slot.
    pub(crate) fn listed_woken(&self) -> bool {
        // ORDERING: AcqRel: whoever comes second sees what the first one did to the list.
        self.0.fetch_or(LISTED_WOKEN, Ordering::AcqRel) & DETACHED != 0
    }

    /// The handle is gone and the result dropped, after `Detach::DoneListed`. True: the caller frees list and slot.
    pub(crate) fn listed_left(&self) -> bool {
        // ORDERING: as in `listed_woken`.
        self.0.fetch_or(DETACHED, Ordering::AcqRel) & LISTED_WOKEN != 0
    }

    /// Whether the result is stored; then it is the handle's.
    #[inline]
    pub(crate) fn is_done(&self) -> bool {
        // ORDERING: Acquire pairs with `finish`.
        self.0.load(Ordering::Acquire) & DONE != 0
    }

    /// The handle stored a process in `joiner`.
    #[inline]
    pub(crate) fn join(&self) -> Join {
        self.join_with(JOINER)
    }

    /// The handle stored a list in `joiner`. On `Done` the list is still the handle's alone.
    pub(crate) fn join_listed(&self) -> Join {
        self.join_with(JOINER | LISTED)
    }

    fn join_with(&self, flags: u64) -> Join {
        let mut word = self.0.load(Ordering::Acquire);
        loop {
            if word & DONE != 0 {
                return Join::Done;
            }
            // ORDERING: Release publishes `joiner` to `finish`, which comes later in the order of this word; Acquire on failure
            // pairs with `finish`.
            match self.0.compare_exchange_weak(word, word | flags, Ordering::Release, Ordering::Acquire) {
                Ok(_) => return Join::Waiting,
                Err(now) => word = now,
            }
        }
    }

    /// The handle goes. Nobody else can be using it.
    #[inline]
    pub(crate) fn detach(&self) -> Detach {
        // ORDERING: Acquire pairs with `finish`.
        let mut word = self.0.load(Ordering::Acquire);
        loop {
            if word & DONE != 0 {
                return if word & LISTED != 0 { Detach::DoneListed } else { Detach::Done };
            }
            // ORDERING: Release: what the owner did comes before the free by the worker; Acquire on failure as above.
            match self.0.compare_exchange_weak(word, word | DETACHED, Ordering::Release, Ordering::Acquire) {
                Ok(_) => return Detach::ToWorker,
                Err(now) => word = now,
            }
        }
    }
}
