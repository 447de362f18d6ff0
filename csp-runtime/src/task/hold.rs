//! What a process is known to hold: ends of channels that lie in its own frame and that nobody else can use meanwhile.
//!
//! A body says so itself (the macros see which names it never gives away), with a [`Hold`]: pinned in the frame, it borrows the
//! ends for as long as it lives, so that the compiler sees to it that they stay, and it is listed in the process's header. The list
//! tells the search for deadlocks who could still use a channel; what no hold names may be anywhere, and counts as alive.
//!
//! Invariants
//! * A listed hold lies within the future of the process whose header lists it. So it cannot go to another process or thread (it is
//!   pinned, and the future never moves), and it is taken off the list before its memory is anything else.
//! * The list is changed by the process in its own turn, and read by a holder of its token: never by two at a time.

use std::marker::{PhantomData, PhantomPinned};
use std::pin::Pin;
use std::ptr;

#[cfg(not(loom))]
use super::{
    How,
    header::TaskRef,
    state::{Glance, Park, Turn},
    token::Token,
};
use super::{budget, cell};
use crate::shim::atomic::{AtomicPtr, Ordering};

/// More ends in one hold are not listed: their number stands in the low bits of a pointer to it.
const MOST: usize = 7;
/// No hold is there.
const UNLISTED: *mut () = ptr::without_provenance_mut(!MOST);
/// The low bits of a claim.
const KIND: usize = 3;

/// That something is held, which is alive for `'a`: an end of a channel, or nothing that is known.
#[derive(Clone, Copy)]
pub struct Claim<'a>(*const (), PhantomData<&'a ()>);

// SAFETY: a claim is an address; what it may be used for is the holder's of the token to know.
unsafe impl Send for Claim<'_> {}
// SAFETY: as above.
unsafe impl Sync for Claim<'_> {}

impl Claim<'_> {
    /// That nothing is known.
    pub(crate) const NONE: Self = Self(ptr::null(), PhantomData);

    /// `kind` is 1, 2 or 3.
    #[cfg(not(loom))]
    pub(crate) fn new(kind: usize, what: *const ()) -> Self {
        debug_assert!(kind & !KIND == 0 && what.addr() & KIND == 0, "a claim needs two low bits");
        Self(what.map_addr(|a| a | kind), PhantomData)
    }

    /// The kind, 0 for nothing, and the address.
    pub(crate) fn parts(self) -> (usize, *const ()) {
        (self.0.addr() & KIND, self.0.map_addr(|a| a & !KIND))
    }
}

/// The front of a hold, whatever its length.
#[repr(C, align(8))]
struct Front {
    /// The next of the process, with its number of claims in the low bits; or `UNLISTED`.
    next: AtomicPtr<()>,
}

/// Says what a process holds, from `begin` until it is dropped. It borrows what the claims are of.
#[repr(C)]
pub struct Hold<'a, const N: usize> {
    front: Front,
    claims: [Claim<'a>; N],
    _pin: PhantomPinned,
}

/// A hold that is not listed yet.
#[inline]
pub fn hold<const N: usize>(claims: [Claim<'_>; N]) -> Hold<'_, N> {
    const { assert!(N <= MOST, "a hold has at most seven claims") };
    Hold { front: Front { next: AtomicPtr::new(UNLISTED) }, claims, _pin: PhantomPinned }
}

impl<const N: usize> Hold<'_, N> {
    /// Lists the hold, if it lies in the frame of the process that is being polled.
    #[inline]
    pub fn begin(self: Pin<&mut Self>) {
        let this = self.into_ref().get_ref();
        if this.claims.iter().any(|claim| claim.parts().0 != 0) {
            // SAFETY: the pointer is to the whole hold, with its `N` claims; it is pinned, and `drop` takes it off the list.
            unsafe { list(ptr::from_ref(this).cast::<()>().cast_mut(), N) };
        }
    }
}

impl<const N: usize> Drop for Hold<'_, N> {
    #[inline]
    fn drop(&mut self) {
        // ORDERING: Relaxed: only the process writes it, in its turn, and this is one.
        if !ptr::eq(self.front.next.load(Ordering::Relaxed), UNLISTED) {
            unlist(ptr::from_ref(&self.front));
        }
    }
}

/// # Safety
/// `hold` is a pinned hold with `len` claims, which calls `unlist` before it goes if it is listed.
unsafe fn list(hold: *mut (), len: usize) {
    let Some(task) = budget::current() else { return };
    // SAFETY: the front of a hold, by the contract.
    let front = unsafe { &*hold.cast::<Front>() };
    // ORDERING: Relaxed, here and below: written in the process's turn, and read by a holder of its token, which orders them.
    // SAFETY: this thread polls the task, so it holds the token.
    if ptr::eq(front.next.load(Ordering::Relaxed), UNLISTED) && unsafe { cell::contains(task, hold.addr()) } {
        let first = &task.header().holds;
        front.next.store(first.load(Ordering::Relaxed), Ordering::Relaxed);
        first.store(hold.map_addr(|a| a | len), Ordering::Relaxed);
    }
}

#[inline(never)]
fn unlist(hold: *const Front) {
    // SAFETY: this thread polls or drops the task, so it holds the token.
    let task = budget::innermost().filter(|task| unsafe { cell::contains(*task, hold.addr()) });
    // What lies in the future of a process is dropped in its turn. It could be lent to another thread meanwhile and be dropped
    // there, while this one changes the list; nothing of ours does that.
    let Some(task) = task else { stray() };
    let mut place = &task.header().holds;
    loop {
        // ORDERING: as in `list`.
        let at = place.load(Ordering::Relaxed);
        // SAFETY: a listed hold is alive: it takes itself off before it goes.
        let Some(front) = (unsafe { front(at) }) else { stray() };
        if ptr::eq(front, hold) {
            return place.store(front.next.load(Ordering::Relaxed), Ordering::Relaxed);
        }
        place = &front.next;
    }
}

#[cold]
fn stray() -> ! {
    eprintln!("csp: a part of a process was dropped by another thread while the process runs");
    std::process::abort();
}

/// # Safety
/// `hold` is null or of a listed hold, which stays listed while the reference is used.
unsafe fn front<'a>(hold: *const ()) -> Option<&'a Front> {
    // SAFETY: by the contract.
    unsafe { hold.map_addr(|a| a & !MOST).cast::<Front>().as_ref() }
}

/// Calls `f` for all that the process is known to hold.
///
/// # Safety
/// The caller has the token of the process, and keeps it for `'t`: as long is alive what the claims are of.
#[cfg(not(loom))]
unsafe fn each<'t>(task: TaskRef, mut f: impl FnMut(Claim<'t>)) {
    // ORDERING: Relaxed: the token orders it.
    let mut at: *const () = task.header().holds.load(Ordering::Relaxed);
    // SAFETY: only listed holds are in the list, and nobody changes it without the token.
    while let Some(this) = unsafe { front(at) } {
        // SAFETY: the pointer is to a whole hold, and says how many claims it has.
        let claims: &[Claim<'t>] = unsafe {
            let first = at.map_addr(|a| a & !MOST).cast::<Front>().add(1).cast();
            std::slice::from_raw_parts(first, at.addr() & MOST)
        };
        claims.iter().for_each(|claim| f(*claim));
        at = this.next.load(Ordering::Relaxed);
    }
}

/// The token of a process that waits, taken to look at the process. It is given back when this is dropped.
#[cfg(not(loom))]
pub(crate) struct Seized {
    task: TaskRef,
    turn: Turn,
}

#[cfg(not(loom))]
impl TaskRef {
    /// The process in the slot, if it waits now.
    pub(crate) fn parked(self) -> Option<Glance> {
        self.state().look_parked()
    }

    /// Takes the token of a process, if nothing happened to it since it was seen to wait.
    pub(crate) fn seize(self, sight: Glance) -> Option<Seized> {
        self.state().seize(sight).map(|turn| Seized { task: self, turn })
    }
}

#[cfg(not(loom))]
impl Seized {
    pub(crate) fn task(&self) -> TaskRef {
        self.task
    }

    /// What the process is known to hold.
    pub(crate) fn claims(&self) -> Vec<Claim<'_>> {
        let mut claims = Vec::new();
        // SAFETY: the token is ours as long as `self` lives.
        unsafe { each(self.task, |claim| claims.push(claim)) };
        claims
    }
}

#[cfg(not(loom))]
impl Drop for Seized {
    fn drop(&mut self) {
        if self.task.state().park(self.turn) == Park::Woken {
            // SAFETY: the token is ours, and `self` goes.
            self.task.scheduler().schedule(unsafe { Token::new(self.task) }, How::Woken);
        }
    }
}
