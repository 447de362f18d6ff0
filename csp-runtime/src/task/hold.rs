//! What a process is known to hold: ends of channels that lie in its own frame and that nobody else can use meanwhile.
//!
//! A body says so itself (the macros see which names it never gives away), with a [`Hold`]: pinned in the frame, it borrows the
//! ends for as long as it lives, so that the compiler sees to it that they stay, and it is listed in the process's header. The list
//! tells the search for deadlocks who could still use a channel; what no hold names may be anywhere, and counts as alive.
//!
//! Invariants
//! * A listed hold lies within the future of the process whose header lists it. So it cannot go to another process or thread (it is
//!   pinned, and the future never moves), and it is taken off the list before its memory is anything else.
//! * So do the ends that it lists: where they are is said by their distance from the start of the future.
//! * The list is changed by the process in its own turn, and read by a holder of its token: never by two at a time.

use std::marker::{PhantomData, PhantomPinned};
use std::pin::Pin;
use std::ptr;

use super::header::TaskRef;
use super::state::{Glance, Park, Turn};
use super::token::Token;
use super::{How, budget, cell};
use crate::shim::atomic::{AtomicU16, Ordering};

/// Of a link: there is no hold. Others are the distance of one, which is even, and this bit.
const NONE: u16 = 0;
const SOME: u16 = 1;
/// Of a hold: it is in no list. No future of which distances are told is as large.
const UNLISTED: u16 = u16::MAX;
/// Of a claim in a hold: the kind, whose other bits are the distance of an end.
const KIND: u16 = 3;
/// Of a claim in a hold: it is the last one.
const LAST: u16 = 4;

/// That something is held, which is alive for `'a`: an end of a channel, or nothing that is known.
#[derive(Clone, Copy)]
pub struct Claim<'a> {
    kind: u16,
    end: *const (),
    alive: PhantomData<&'a ()>,
}

impl<'a> Claim<'a> {
    /// That nothing is known.
    pub(crate) const NONE: Self = Self { kind: 0, end: ptr::null(), alive: PhantomData };

    /// `kind` is 1, 2 or 3; for each of them `end` is of one kind.
    #[inline(always)]
    pub(crate) fn new<T>(kind: u16, end: &'a T) -> Self {
        const { assert!(align_of::<T>() > (KIND | LAST) as usize, "a claim needs three low bits") };
        debug_assert!(kind & !KIND == 0);
        Self { kind, end: ptr::from_ref(end).cast(), alive: PhantomData }
    }

    /// The kind, 0 for nothing, and where the end is.
    pub(crate) fn parts(self) -> (u16, *const ()) {
        (self.kind, self.end)
    }
}

/// Says what a process holds, from `begin` until it is dropped. It borrows what the claims are of.
#[repr(C)]
pub struct Hold<'a, const N: usize> {
    /// The next of the process.
    next: AtomicU16,
    /// The distances of ends, with kinds.
    claims: [u16; N],
    alive: PhantomData<&'a ()>,
    _pin: PhantomPinned,
}

crate::util::assert_not_unpin!(Hold<'static, 1>);

/// A hold that is not listed yet.
#[inline(always)]
pub fn hold<'a, const N: usize>() -> Hold<'a, N> {
    const { assert!(N > 0) };
    Hold { next: AtomicU16::new(UNLISTED), claims: [0; N], alive: PhantomData, _pin: PhantomPinned }
}

impl<'a, const N: usize> Hold<'a, N> {
    /// Lists the hold, if it lies in the frame of the process that is being polled. What is claimed and lies elsewhere is left out.
    #[inline]
    pub fn begin(self: Pin<&mut Self>, claims: [Claim<'a>; N]) {
        if claims.iter().all(|claim| claim.kind == 0) {
            return;
        }
        let Some(task) = budget::current() else { return };
        // SAFETY: this thread polls the task, so it holds the token.
        let Some(here) = (unsafe { cell::distance(task, ptr::from_ref(&*self).addr()) }) else { return };
        // SAFETY: nothing is moved out.
        let this = unsafe { self.get_unchecked_mut() };
        // ORDERING: Relaxed, here and below: written in the process's turn, and read by a holder of its token, which orders them.
        if this.next.load(Ordering::Relaxed) != UNLISTED {
            return;
        }
        for (word, claim) in this.claims.iter_mut().zip(claims) {
            // SAFETY: as above.
            let distance = unsafe { cell::distance(task, claim.end.addr()) };
            *word = if claim.kind == 0 { 0 } else { distance.map_or(0, |distance| distance | claim.kind) };
        }
        this.claims[N - 1] |= LAST;
        let first = &task.header().holds;
        this.next.store(first.load(Ordering::Relaxed), Ordering::Relaxed);
        first.store(here | SOME, Ordering::Relaxed);
    }
}

impl<const N: usize> Drop for Hold<'_, N> {
    #[inline]
    fn drop(&mut self) {
        // ORDERING: Relaxed: only the process writes it, in its turn, and this is one.
        if self.next.load(Ordering::Relaxed) != UNLISTED {
            unlist(&self.next);
        }
    }
}

/// Takes a hold off the list, given its link.
#[inline(never)]
fn unlist(hold: &AtomicU16) {
    // What lies in the future of a process is dropped in its turn. It could be lent to another thread meanwhile and be dropped
    // there, while this one changes the list; nothing of ours does that.
    let Some(task) = budget::innermost() else { stray() };
    // SAFETY: this thread polls or drops the task, so it holds the token.
    let Some(here) = (unsafe { cell::distance(task, ptr::from_ref(hold).addr()) }) else { stray() };
    let mut place = &task.header().holds;
    loop {
        // ORDERING: as in `begin`.
        let at = place.load(Ordering::Relaxed);
        if at == here | SOME {
            return place.store(hold.load(Ordering::Relaxed), Ordering::Relaxed);
        }
        // SAFETY: the token is ours, and a listed hold is alive: it takes itself off before it goes.
        let Some(front) = (unsafe { front(task, at) }) else { stray() };
        // SAFETY: as above.
        place = unsafe { &*front };
    }
}

#[cold]
fn stray() -> ! {
    eprintln!(
        "csp: a process that was begun in the frame of another was finished or dropped by another thread, which is not possible\n\
         while it holds ends of channels; start it with `go!`, or let one thread poll it to its end"
    );
    std::process::abort();
}

/// Where the hold is that a link leads to: its own link, and then its claims.
///
/// # Safety
/// The caller has the token of the process, which lists the hold.
unsafe fn front(task: TaskRef, link: u16) -> Option<*const AtomicU16> {
    // SAFETY: a distance from the start of the future, within it.
    (link != NONE).then(|| unsafe {
        cell::future(task).add(usize::from(link & !SOME)).cast::<AtomicU16>().cast_const()
    })
}

/// Calls `f` for all that the process is known to hold.
///
/// # Safety
/// The caller has the token of the process, and keeps it for `'t`: as long is alive what the claims are of.
unsafe fn each<'t>(task: TaskRef, mut f: impl FnMut(Claim<'t>)) {
    // ORDERING: Relaxed: the token orders it.
    let mut at = task.header().holds.load(Ordering::Relaxed);
    // SAFETY: only listed holds are in the list, and nobody changes it without the token.
    while let Some(this) = unsafe { front(task, at) } {
        // SAFETY: the claims follow the link.
        let mut word = unsafe { this.add(1) }.cast::<u16>();
        loop {
            // SAFETY: a claim, for the last one ends the loop; each is of an end in the future, which is alive.
            let (claim, end) = unsafe {
                let claim = *word;
                word = word.add(1);
                (claim, cell::future(task).add(usize::from(claim & !(KIND | LAST))))
            };
            if claim & KIND != 0 {
                f(Claim { kind: claim & KIND, end: end.cast(), alive: PhantomData });
            }
            if claim & LAST != 0 {
                break;
            }
        }
        // SAFETY: as above.
        at = unsafe { (*this).load(Ordering::Relaxed) };
    }
}

/// The token of a process that waits, taken to look at the process. It is given back when this is dropped.
pub(crate) struct Seized {
    task: TaskRef,
    turn: Turn,
}

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

impl Seized {
    #[cfg(not(loom))]
    pub(crate) fn task(&self) -> TaskRef {
        self.task
    }

    /// Where its future lies.
    #[cfg(not(loom))]
    pub(crate) fn frame(&self) -> std::ops::Range<usize> {
        // SAFETY: the token is ours.
        unsafe { cell::frame(self.task) }
    }

    /// Calls `f` for all that the process says that it holds.
    pub(crate) fn each_claim<'t>(&'t self, f: impl FnMut(Claim<'t>)) {
        // SAFETY: the token is ours as long as `self` lives.
        unsafe { each(self.task, f) };
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
