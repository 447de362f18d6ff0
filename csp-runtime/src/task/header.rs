//! The part of a process that is the same for all, at the front of its slot.
//!
//! Slots come from pages that are never unmapped and never change their size class (`slab.rs`), so a `TaskRef` names a valid
//! `Header` for as long as the program runs. It may name a later process than the one it was made for; whatever is done
//! through it is then at worst a wake of that one, which every future must bear.

use std::panic::Location;
use std::ptr::{self, NonNull};
use std::task::Waker;

use super::cell::{self, TaskVTable};
use super::hold::{self, Claim};
use super::reason::Waits;
use super::state::{Park, Sight, State, Turn, Wake};
use super::token::Token;
use super::{How, Place, Scheduler, budget, waker};
use crate::shim::atomic::{AtomicPtr, AtomicU32, Ordering};

/// 80 bytes. All fields are atomic, for stale references may read them at any time; who may write which is in `mod.rs`.
#[repr(C, align(16))]
#[derive(Debug)]
pub(crate) struct Header {
    pub(super) state: State,
    vtable: AtomicPtr<TaskVTable>,
    scheduler: AtomicPtr<Scheduler>,
    link: AtomicPtr<Header>,
    /// Null, a `Header`, or a `Joiners` with the low bit set.
    pub(super) joiner: AtomicPtr<()>,
    started: AtomicPtr<Location<'static>>,
    waits_on: AtomicPtr<()>,
    /// A `Location` with a `Waits` in its three low bits.
    waits_at: AtomicPtr<Location<'static>>,
    /// The first `Hold` in the future; see `hold.rs`.
    pub(super) holds: AtomicPtr<()>,
    /// In how many queues the process waits; `MANY` if something else may wake it as well, 0 if it never said.
    queues: AtomicU32,
    /// `HAS_WAKER` and `DOOMED`; above them what `waits_since` remembers.
    marks: AtomicU32,
}

/// Of `Header::queues`: nobody knows what all may wake the process.
pub(crate) const MANY: u32 = u32::MAX;
/// Of `Header::marks`: a waker was cloned, so that anybody may wake the process.
const HAS_WAKER: u32 = 1;
/// Of `Header::marks`: its end by cancellation counts as a panic, because of a deadlock.
const DOOMED: u32 = 2;
/// Of `Header::marks`, above those: when the process was seen to wait, and the low bits of its wake sequence then.
const SEEN: u32 = !0 << 4;
const SEEN_BITS: u32 = 14;

/// No slot is larger.
pub(super) const LARGEST_SLOT: usize = size_of::<Header>() + 4032;

const _: () = assert!(align_of::<Location<'static>>() >= 8, "`Waits` needs three low bits");

impl Header {
    #[cfg_attr(not(loom), allow(dead_code))]
    pub(super) fn new() -> Self {
        Self {
            state: State::new(),
            vtable: AtomicPtr::new(ptr::null_mut()),
            scheduler: AtomicPtr::new(ptr::null_mut()),
            link: AtomicPtr::new(ptr::null_mut()),
            joiner: AtomicPtr::new(ptr::null_mut()),
            started: AtomicPtr::new(ptr::null_mut()),
            waits_on: AtomicPtr::new(ptr::null_mut()),
            waits_at: AtomicPtr::new(ptr::null_mut()),
            holds: AtomicPtr::new(ptr::null_mut()),
            queues: AtomicU32::new(0),
            marks: AtomicU32::new(0),
        }
    }
}

/// A process, or whatever later lives in its slot. Uncounted; copying it is free.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct TaskRef(NonNull<Header>);

// SAFETY: a header lives for ever and all its fields are atomic.
unsafe impl Send for TaskRef {}
// SAFETY: as above.
unsafe impl Sync for TaskRef {}

impl TaskRef {
    /// # Safety
    /// `slot` must be the start of a slot of the slab, so that it is valid for ever and for the whole slot.
    #[inline]
    pub(super) unsafe fn from_slot(slot: NonNull<Header>) -> Self {
        Self(slot)
    }

    #[inline]
    pub(super) fn header(&self) -> &'static Header {
        // SAFETY: by `from_slot` the header is valid for ever; only shared references to it exist.
        unsafe { self.0.as_ref() }
    }

    #[inline]
    pub(super) fn state(&self) -> &'static State {
        &self.header().state
    }

    /// The process that `waker` wakes, if it is one of this crate's own wakers.
    #[inline]
    pub(crate) fn of(waker: &Waker) -> Option<Self> {
        waker::task_of(waker)
    }

    /// Lets the process be polled again, after all that the caller did so far.
    #[inline]
    pub(crate) fn wake(self) {
        self.woken(self.state().wake());
    }

    /// Asks for the process to be dropped.
    pub(crate) fn cancel(self) {
        self.woken(self.state().cancel());
    }

    /// Asks for the process in this slot to be dropped if `chosen` says so, and for no later one.
    pub(crate) fn cancel_if(self, chosen: impl FnOnce(Self) -> bool) {
        if let Some(sight) = self.state().look()
            && chosen(self)
        {
            self.woken(self.state().cancel_seen(sight));
        }
    }

    /// Whether what is polled for the process and lies at this address lies in its slot: no process reaches into the slot of another,
    /// so that to be near enough is to be in it. What lies in a box is not found.
    #[inline]
    pub(super) fn is_near(self, address: usize) -> bool {
        address.wrapping_sub(self.as_ptr().addr()) < LARGEST_SLOT
    }

    /// Whether there is a process in the slot that has not ended.
    pub(crate) fn is_live(self) -> bool {
        self.state().look().is_some()
    }

    #[inline]
    fn woken(self, wake: Wake) {
        if wake == Wake::Schedule {
            // SAFETY: the state word just gave us the token.
            self.scheduler().schedule(unsafe { Token::new(self) }, How::Woken);
        }
    }

    /// Records what the process is about to wait for, for those who look at it from outside.
    #[inline]
    pub(crate) fn waits_for(self, what: Waits, on: usize, at: Place) {
        self.waits_in(1, what, on, at);
    }

    /// As `waits_for`, for a wait in so many queues, or in what is no queue.
    #[inline]
    pub(crate) fn waits_in(self, queues: u32, what: Waits, on: usize, at: Place) {
        let header = self.header();
        // What waits for two things in one turn goes on with either of them.
        let queues = if budget::waits_once() { queues } else { MANY };
        header.queues.store(queues, Ordering::Relaxed);
        let at = ptr::from_ref(at).cast_mut().map_addr(|a| a | what as usize);
        // ORDERING: Relaxed: only a report reads it.
        header.waits_on.store(ptr::without_provenance_mut(on), Ordering::Relaxed);
        header.waits_at.store(at, Ordering::Relaxed);
    }

    /// Polled again, it goes on to wait on `on`, as it said before.
    #[cold]
    pub(crate) fn still_waits(self, on: usize) {
        let header = self.header();
        if !budget::waits_once() || header.waits_on.load(Ordering::Relaxed).addr() != on {
            header.queues.store(MANY, Ordering::Relaxed);
        }
    }

    /// It waits, and did not say for what.
    #[cold]
    pub(super) fn waits_silently(self) {
        self.header().queues.store(0, Ordering::Relaxed);
    }

    /// In how many queues it waits, if nothing else can wake it; 0 if that is not known.
    pub(crate) fn queues(self) -> u32 {
        let header = self.header();
        let known = header.marks.load(Ordering::Relaxed) & HAS_WAKER == 0;
        let queues = header.queues.load(Ordering::Relaxed);
        if known && queues != MANY { queues } else { 0 }
    }

    /// How long the process is known to be in the wait of which `sight` is, in the unit of `now`; from the first call on. Both are
    /// kept with a few bits only, so that a long time may be given as a shorter one.
    pub(crate) fn waits_since(self, sight: Sight, now: u64) -> u64 {
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
    pub(crate) fn holds_something(self) -> bool {
        !self.header().holds.load(Ordering::Relaxed).is_null()
    }

    /// Somebody cloned a waker of the process.
    pub(super) fn has_waker(self) {
        // ORDERING: Relaxed: the poll that this happens in, or a wake, comes before any look at the parked process.
        self.header().marks.fetch_or(HAS_WAKER, Ordering::Relaxed);
    }

    /// From now on a cancellation counts as a panic.
    pub(crate) fn doom(self) {
        // ORDERING: Relaxed: the cancellation that follows publishes it.
        self.header().marks.fetch_or(DOOMED, Ordering::Relaxed);
    }

    pub(super) fn is_doomed(self) -> bool {
        self.header().marks.load(Ordering::Relaxed) & DOOMED != 0
    }

    /// What the process last said it waits for; meaningful while it is parked.
    pub(crate) fn waiting(self) -> (Waits, usize, Option<Place>) {
        let header = self.header();
        let at = header.waits_at.load(Ordering::Relaxed);
        let what = Waits::from_bits(at.addr());
        let place = at.map_addr(|a| a & !7);
        // SAFETY: only `waits_for` and `set_up` store here: null or a static place, plus the low bits taken off again.
        let place = unsafe { place.as_ref() };
        (what, header.waits_on.load(Ordering::Relaxed).addr(), place)
    }

    /// Where the process was started.
    pub(crate) fn started(self) -> Place {
        // ORDERING: Relaxed: `publish` or the queue ordered it, or it is of a later life and as valid.
        let at = self.header().started.load(Ordering::Relaxed);
        // SAFETY: only `set_up` stores here, a static place; nobody asks before the first life.
        unsafe { &*at }
    }

    #[inline]
    pub(crate) fn scheduler(self) -> &'static Scheduler {
        // ORDERING: Relaxed: as in `started`.
        let scheduler = self.header().scheduler.load(Ordering::Relaxed);
        // SAFETY: only `set_up` stores here, a static reference; nobody asks before the first life.
        unsafe { &*scheduler }
    }

    #[inline]
    pub(super) fn vtable(self) -> &'static TaskVTable {
        // ORDERING: Relaxed: the caller owns the token or the result, and got it after `set_up`.
        let vtable = self.header().vtable.load(Ordering::Relaxed);
        // SAFETY: as in `scheduler`.
        unsafe { &*vtable }
    }

    /// Fills the header of a slot that is the caller's alone.
    #[inline]
    pub(super) fn set_up(self, vtable: &'static TaskVTable, scheduler: &'static Scheduler, started: Place) {
        let header = self.header();
        // ORDERING: Relaxed: `publish` follows.
        header.vtable.store(ptr::from_ref(vtable).cast_mut(), Ordering::Relaxed);
        header.scheduler.store(ptr::from_ref(scheduler).cast_mut(), Ordering::Relaxed);
        header.started.store(ptr::from_ref(started).cast_mut(), Ordering::Relaxed);
        header.joiner.store(ptr::null_mut(), Ordering::Relaxed);
        header.waits_at.store(ptr::null_mut(), Ordering::Relaxed);
        header.marks.store(0, Ordering::Relaxed);
        // `holds` is empty, as the future that was here last took all of them along; `queues` is set by every turn that ends in a wait.
        debug_assert!(header.holds.load(Ordering::Relaxed).is_null());
    }

    /// The next in whatever list the token holder keeps the process, or in the free list.
    #[inline]
    pub(super) fn next(self) -> Option<Self> {
        // ORDERING: Relaxed: the list's own lock orders it.
        NonNull::new(self.header().link.load(Ordering::Relaxed)).map(Self)
    }

    #[inline]
    pub(super) fn set_next(self, next: Option<Self>) {
        let next = next.map_or(ptr::null_mut(), |n| n.0.as_ptr());
        // ORDERING: Relaxed: as in `next`.
        self.header().link.store(next, Ordering::Relaxed);
    }

    /// For a word that holds either this or something else; the two low bits are zero.
    #[inline]
    pub(crate) fn as_ptr(self) -> *mut () {
        self.0.as_ptr().cast()
    }

    /// # Safety
    /// `raw` must come from `as_ptr`.
    #[inline]
    pub(crate) unsafe fn from_ptr(raw: *mut ()) -> Self {
        // SAFETY: `as_ptr` never gives null.
        Self(unsafe { NonNull::new_unchecked(raw.cast()) })
    }
}

/// The token of a process that waits, taken to look at the process. It is given back when this is dropped.
pub(crate) struct Seized {
    task: TaskRef,
    turn: Turn,
}

impl TaskRef {
    /// The process in the slot, if it waits now.
    pub(crate) fn parked(self) -> Option<Sight> {
        self.state().look_parked()
    }

    /// Takes the token of a process, if nothing happened to it since it was seen to wait.
    pub(crate) fn seize(self, sight: Sight) -> Option<Seized> {
        self.state().seize(sight).map(|turn| Seized { task: self, turn })
    }
}

impl Seized {
    pub(crate) fn task(&self) -> TaskRef {
        self.task
    }

    /// The name of the future's type.
    pub(crate) fn name(&self) -> &'static str {
        // SAFETY: the token is ours.
        unsafe { cell::name(self.task) }
    }

    /// What the process is known to hold.
    pub(crate) fn claims(&self) -> Vec<Claim<'_>> {
        let mut claims = Vec::new();
        // SAFETY: the token is ours as long as `self` lives.
        unsafe { hold::each(self.task, |claim| claims.push(claim)) };
        claims
    }
}

impl Drop for Seized {
    fn drop(&mut self) {
        if self.task.state().park(self.turn) == Park::Woken {
            // SAFETY: the token is ours, and `self` goes.
            self.task.scheduler().schedule(unsafe { Token::new(self.task) }, How::Woken);
        }
    }
}
