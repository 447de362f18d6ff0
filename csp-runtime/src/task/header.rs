//! The part of a process that is the same for all, at the front of its slot.
//!
//! Slots come from pages that are never unmapped and never change their size class (`slab.rs`), so a `TaskRef` names a valid
//! `Header` for as long as the program runs. It may name a later process than the one it was made for; whatever is done
//! through it is then at worst a wake of that one, which every future must bear. Or it names none: then its fields are those of the last
//! one, or all zero, as the pages of free slots may be given back to the system. So what is read for those that look from outside
//! (`started`, `type_name`, `is_of`) must bear null.

use std::panic::Location;
use std::ptr::{self, NonNull};
use std::task::Waker;

use super::cell::TaskVTable;
use super::reason::{Spot, Wait, Waits};
use super::state::{State, Wake};
use super::token::Token;
use super::{How, Place, Scheduler, budget, waker};
use crate::record::{self, Serial};
use crate::shim::atomic::{AtomicPtr, AtomicU16, AtomicU32, Ordering};
use crate::shim::oracle;

/// 72 bytes, unless events are recorded. All fields are atomic, for stale references may read them at any time; who may write which is
/// in `mod.rs`.
#[repr(C, align(8))]
#[derive(Debug)]
pub(crate) struct Header {
    pub(super) state: State,
    vtable: AtomicPtr<TaskVTable>,
    scheduler: AtomicPtr<Scheduler>,
    link: AtomicPtr<Header>,
    /// Null, a `Header`, or a `Joiners` with the low bit set.
    pub(super) joiner: AtomicPtr<()>,
    started: AtomicPtr<Location<'static>>,
    /// What it waits for, by address; of channels and processes, with two low bits that say more: `reason.rs`.
    pub(super) waits_on: AtomicPtr<()>,
    /// A `Location` with what the wait is in its three low bits: `reason.rs`.
    waits_at: AtomicPtr<Location<'static>>,
    /// The first `Hold` in the future, by its distance; see `hold.rs`.
    pub(super) holds: AtomicU16,
    /// In how many queues the select waits that the process waits in; `MANY` if something else may wake it as well.
    pub(super) queues: AtomicU16,
    /// What the search for deadlocks must know: `marks.rs`.
    pub(super) marks: AtomicU32,
    /// Nothing, unless events are recorded.
    serial: Serial,
}

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
            holds: AtomicU16::new(0),
            queues: AtomicU16::new(0),
            marks: AtomicU32::new(0),
            serial: Serial::new(),
        }
    }
}

/// How a live process stands.
#[cfg(not(loom))]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Standing {
    /// In a queue, or in its turn.
    Ready,
    /// It waits to be woken.
    Parked,
}

/// Which process somebody is at, for others to see.
#[derive(Debug)]
pub(crate) struct Sight(AtomicPtr<Header>);

impl Sight {
    pub(crate) fn new() -> Self {
        Self(AtomicPtr::new(ptr::null_mut()))
    }

    #[inline]
    pub(crate) fn set(&self, task: TaskRef) {
        // ORDERING: Release: who sees the process sees its first life set up.
        self.0.store(task.0.as_ptr(), Ordering::Release);
    }

    pub(crate) fn get(&self) -> Option<TaskRef> {
        // ORDERING: Acquire: as in `set`.
        NonNull::new(self.0.load(Ordering::Acquire)).map(TaskRef)
    }
}

/// A process in four bytes, to compare with those that there are: its address and the place where it was started, mixed. So who
/// has its slot later is not taken for it, unless that was started at the same place.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct TaskTag(pub(crate) u32);

/// A process, or whatever later lives in its slot. Uncounted; copying it is free.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
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

    /// The running process looked at this one.
    #[inline]
    pub(super) fn touched(self) {
        oracle::touched_process(self.as_ptr().addr());
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

    /// Whether there is a process in the slot that has not ended.
    pub(crate) fn is_live(self) -> bool {
        self.state().look().is_some()
    }

    #[inline]
    fn woken(self, wake: Wake) {
        if wake == Wake::Schedule {
            record::woken(self);
            // SAFETY: the state word just gave us the token.
            self.scheduler().schedule(unsafe { Token::new(self) }, How::Woken);
        }
    }

    /// Records what the process is about to wait for, for those who look at it from outside.
    #[inline]
    pub(crate) fn waits_for(self, what: Waits, on: usize, at: Place) {
        self.waits_at(what, on, Spot::at(at));
    }

    /// The same, where it may be known that the process has the end of the channel that it waits on.
    #[inline]
    pub(crate) fn waits_at(self, what: Waits, on: usize, at: Spot) {
        budget::waits();
        let header = self.header();
        let Wait { at, on } = Wait::new(what, on, at);
        // ORDERING: Relaxed: only a report reads it.
        header.waits_on.store(ptr::without_provenance_mut(on), Ordering::Relaxed);
        header.waits_at.store(at, Ordering::Relaxed);
    }

    /// What the process last said it waits for; meaningful while it is parked.
    pub(crate) fn waiting(self) -> (Waits, usize, Option<Place>) {
        let wait = self.wait();
        let (what, on) = wait.what();
        // SAFETY: only `waits_at` and `set_up` store here: null or a static place, with the low bits that `Wait` takes off.
        let place = unsafe { wait.place().as_ref() };
        (what, on, place)
    }

    pub(super) fn wait(self) -> Wait {
        let header = self.header();
        // ORDERING: Relaxed: as in `waits_at`.
        let (at, on) =
            (header.waits_at.load(Ordering::Relaxed), header.waits_on.load(Ordering::Relaxed).addr());
        Wait { at, on }
    }

    /// Whether the process has ever waited for something of this crate's. For the holder of its token.
    pub(crate) fn has_waited(self) -> bool {
        // ORDERING: Relaxed: whoever holds the token is ordered after the process's last turn.
        !self.header().waits_at.load(Ordering::Relaxed).is_null()
    }

    /// Where the process was started; a place in here if there is none.
    #[inline]
    pub(crate) fn started(self) -> Place {
        // ORDERING: Relaxed: `publish` or the queue ordered it, or it is of a later life and as valid.
        let at = self.header().started.load(Ordering::Relaxed);
        // SAFETY: only `set_up` stores here, a static place; else it is null.
        unsafe { at.as_ref() }.unwrap_or(const { Location::caller() })
    }

    /// Whether the process in the slot, or the one that was in it last, is this scheduler's.
    pub(crate) fn is_of(self, scheduler: &Scheduler) -> bool {
        // ORDERING: Relaxed: as in `started`.
        ptr::eq(self.header().scheduler.load(Ordering::Relaxed), scheduler)
    }

    /// The scheduler of a process that is alive, or whose handle is there.
    #[inline]
    pub(crate) fn scheduler(self) -> &'static Scheduler {
        // ORDERING: Relaxed: as in `started`.
        let scheduler = self.header().scheduler.load(Ordering::Relaxed);
        // SAFETY: only `set_up` stores here, a static reference; nobody asks while the slot is free.
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
        header.serial.renew();
        header.marks.store(0, Ordering::Relaxed);
        // `holds` is empty, as the future that was here last took all of them along; every select sets `queues` that waits.
        debug_assert!(header.holds.load(Ordering::Relaxed) == 0);
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

    #[inline]
    pub(crate) fn tag(self) -> TaskTag {
        // ORDERING: Relaxed: as in `started`.
        let place = self.header().started.load(Ordering::Relaxed).addr();
        TaskTag(place as u32 ^ self.0.addr().get() as u32)
    }

    /// The process if it has not ended, and how it stands.
    #[cfg(not(loom))]
    pub(crate) fn sight(self) -> Option<Standing> {
        self.state().look().map(|sight| if sight.is_parked() { Standing::Parked } else { Standing::Ready })
    }

    /// What names the process among all that there ever were, where events are recorded.
    #[cfg(all(feature = "record", not(loom)))]
    pub(crate) fn serial(self) -> u64 {
        self.header().serial.get()
    }

    /// What the process is called: the type of its future; nothing if there is none.
    #[cfg(not(loom))]
    pub(crate) fn type_name(self) -> &'static str {
        // ORDERING: Relaxed: as in `started`.
        let vtable = self.header().vtable.load(Ordering::Relaxed);
        // SAFETY: only `set_up` stores here, a static reference; else it is null.
        unsafe { vtable.as_ref() }.map_or("", TaskVTable::type_name)
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
