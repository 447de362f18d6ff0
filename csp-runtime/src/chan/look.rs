//! What can be seen of a channel from outside, whatever its type: numbers, places and who waits; never a value.

#[cfg(not(loom))]
use std::marker::PhantomData;
use std::ptr::NonNull;

use super::channel::{Channel, Head};
#[cfg(not(loom))]
use super::claim;
use super::shared::Side;
#[cfg(not(loom))]
use crate::task::reason::Waits;
#[cfg(not(loom))]
use crate::task::{Claim, Seized};
use crate::task::{Place, TaskTag};
use crate::wait::{node::List, who::Waiting};

/// What can be asked of a channel without knowing its type. One static per type of value.
pub(crate) struct About {
    type_name: fn() -> &'static str,
    /// Looks at a channel of this type under its lock.
    look: unsafe fn(NonNull<Head>, &mut [Queue; 2]) -> Seen,
}

struct Kind<T>(std::marker::PhantomData<T>);

impl<T> Kind<T> {
    const ABOUT: &'static About = &About { type_name: std::any::type_name::<T>, look: Channel::<T>::look };
}

impl About {
    pub(super) fn of<T>() -> &'static Self {
        Kind::<T>::ABOUT
    }
}

/// So many waiters of each side are shown.
const MOST_WAITERS: usize = 64;

/// A channel at one moment.
pub(crate) struct Seen {
    /// What names the channel while it lives.
    pub(crate) address: usize,
    pub(crate) made: Place,
    pub(crate) type_name: &'static str,
    pub(crate) len: usize,
    pub(crate) capacity: usize,
    pub(crate) senders: u32,
    pub(crate) receivers: u32,
    pub(crate) closed: bool,
    /// How many values receivers got.
    pub(crate) passed: u64,
    /// Who used it last, by side.
    pub(crate) users: [TaskTag; 2],
}

/// Who waits on one side of a channel.
pub(crate) struct Queue {
    waiting: Vec<Waiting>,
    /// Whether more wait.
    pub(crate) more: bool,
}

impl Queue {
    /// With room for so many.
    pub(crate) fn with_room(most: usize) -> Self {
        Self { waiting: Vec::with_capacity(most), more: false }
    }

    /// From the first on.
    pub(crate) fn waiting(&self) -> &[Waiting] {
        &self.waiting
    }

    fn read<const N: usize>(&mut self, lists: [&List; N]) {
        self.waiting.clear();
        self.more = false;
        for list in lists {
            self.more |= list.look(&mut self.waiting);
        }
    }
}

impl<T> Channel<T> {
    /// # Safety
    /// The head is that of a live channel of this type, and its lock is held.
    unsafe fn look(head: NonNull<Head>, queues: &mut [Queue; 2]) -> Seen {
        // SAFETY: by the contract: it cannot go while the lock is held.
        let channel = unsafe { head.cast::<Self>().as_ref() };
        let count = |side: Side, has: bool| if has { channel.ends.now(side) } else { 0 };
        // SAFETY: the lock is held.
        unsafe {
            channel.held(|state| {
                queues[Side::Sender as usize].read([&state.sending, &state.lazy]);
                queues[Side::Receiver as usize].read([&state.receiving]);
                let (senders, receivers, closed) = state.sides();
                Seen {
                    address: channel.address(),
                    made: channel.created(),
                    type_name: "",
                    len: state.len(),
                    capacity: state.capacity(),
                    senders: count(Side::Sender, senders),
                    receivers: count(Side::Receiver, receivers),
                    closed,
                    passed: state.passed(),
                    users: [channel.user(Side::Sender), channel.user(Side::Receiver)],
                }
            })
        }
    }
}

/// Looks at the channel that has this head, if there is one: under its lock, for as long as it takes to follow its queues for as many
/// nodes as there is room for.
///
/// # Safety
/// The head is one of a slot, from `page::each` or of an end.
unsafe fn look(at: NonNull<Head>, queues: &mut [Queue; 2]) -> Option<Seen> {
    // SAFETY: by the contract; a slot begins with a head, for ever.
    let head = unsafe { at.as_ref() };
    head.about()?;
    head.lock.acquire();
    // The last end takes it off under the lock.
    let about = head.about();
    // SAFETY: there is a channel, of the type that put the table there, and the lock is held.
    let seen = about.map(|about| unsafe { (about.look)(at, queues) });
    head.lock.release();
    Some(Seen { type_name: (about?.type_name)(), ..seen? })
}

/// Calls `f` with every channel there is, and who waits to send and to receive. Each is looked at for itself; `f` runs without a lock.
pub(crate) fn each(f: impl FnMut(&Seen, &[Queue; 2])) {
    each_and_waiters(MOST_WAITERS, f);
}

/// The same, with up to so many waiters of each side.
pub(crate) fn each_and_waiters(most: usize, mut f: impl FnMut(&Seen, &[Queue; 2])) {
    let mut queues = [(); 2].map(|()| Queue::with_room(most));
    super::page::each(|at| {
        // SAFETY: as the walk gave it.
        if let Some(seen) = unsafe { look(at, &mut queues) } {
            f(&seen, &queues);
        }
    });
}

/// An end of a channel of any type, which is alive for `'a`.
#[cfg(not(loom))]
#[derive(Clone, Copy)]
pub(crate) struct End<'a> {
    pub(crate) side: Side,
    channel: NonNull<Head>,
    alive: PhantomData<&'a ()>,
}

#[cfg(not(loom))]
impl<'a> End<'a> {
    /// The end that a claim is of.
    pub(crate) fn of(claim: Claim<'a>) -> Option<Self> {
        let (kind, end) = claim.parts();
        let side = match kind {
            claim::SENDER => Side::Sender,
            claim::RECEIVER => Side::Receiver,
            _ => return None,
        };
        // SAFETY: a claim of these kinds is of a `Shared`, which is a pointer to a channel, alive for `'a`: `claim.rs`.
        let channel = unsafe { *end.cast::<NonNull<Head>>() };
        Some(Self { side, channel, alive: PhantomData })
    }

    /// The end that a process waits on to send or to receive, whoever has it.
    pub(crate) fn waited_on(process: &'a Seized) -> Option<Self> {
        let (why, on, _) = process.task().waiting();
        let side = match why {
            Waits::Send => Side::Sender,
            Waits::Recv => Side::Receiver,
            _ => return None,
        };
        // Sends and receives say so by the slot of their channel.
        let channel = NonNull::new(std::ptr::with_exposed_provenance_mut(on))?;
        Some(Self { side, channel, alive: PhantomData })
    }

    /// What names the channel while it lives.
    pub(crate) fn address(self) -> usize {
        self.channel.addr().get()
    }

    /// The channel as it is now, and who waits in it, as far as there is room. There is none any more if somebody gave up the wait
    /// through which the end is known, and nobody noticed.
    pub(crate) fn look(self, queues: &mut [Queue; 2]) -> Option<Seen> {
        // SAFETY: the channel of an end that was there, so that there is a slot.
        unsafe { look(self.channel, queues) }
    }
}

/// Calls `f` for each end that a process is known to have: those that it says that it holds, and the one that it waits on. If it says
/// that it holds ends of that side of that channel, the last is one of them.
#[cfg(not(loom))]
pub(crate) fn each_end<'a>(process: &'a Seized, mut f: impl FnMut(End<'a>)) {
    let own = process.task().owns_awaited() && process.task().queues() > 0;
    let mut waited_on = End::waited_on(process).filter(|_| own);
    process.each_claim(|claim| {
        if let Some(end) = End::of(claim) {
            waited_on = waited_on.filter(|own| (own.side, own.channel) != (end.side, end.channel));
            f(end);
        }
    });
    waited_on.into_iter().for_each(f);
}
