//! A channel as the search for deadlocks sees it: who waits in it and how many ends it has, whatever its values are.

use std::marker::PhantomData;
use std::mem::offset_of;
use std::ptr;

use super::channel::Channel;
use super::shared::Side;
use super::state::State;
use super::{Receiver, Sender};
use crate::task::{Claim, Place};
use crate::wait::node::Waits;

/// What a channel is at one moment.
pub(crate) struct Sight {
    pub(crate) senders: u32,
    pub(crate) receivers: u32,
    pub(crate) created: Place,
}

/// The kinds of claims.
const SENDER: usize = 1;
const RECEIVER: usize = 2;

/// Asks what a name holds: `Ask(&name).claim()` is about an end, if it is one, and else about nothing.
pub struct Ask<'a, T>(pub &'a T);

/// The answer for what is no end.
pub struct NoEnd;

impl NoEnd {
    /// Nothing is known.
    pub fn claim(&self) -> Claim<'static> {
        Claim::NONE
    }
}

impl<T> std::ops::Deref for Ask<'_, T> {
    type Target = NoEnd;

    fn deref(&self) -> &NoEnd {
        &NoEnd
    }
}

impl<'a, T> Ask<'a, Sender<T>> {
    /// That the sender is held.
    pub fn claim(&self) -> Claim<'a> {
        claim(&self.0.channel, SENDER)
    }
}

impl<'a, T> Ask<'a, Receiver<T>> {
    /// That the receiver is held.
    pub fn claim(&self) -> Claim<'a> {
        self.0.claim()
    }
}

impl<T> Receiver<T> {
    pub(crate) fn claim(&self) -> Claim<'_> {
        claim(&self.channel, RECEIVER)
    }
}

fn claim<T>(channel: &Channel<T>, kind: usize) -> Claim<'_> {
    let () = Channel::<T>::ALIKE;
    Claim::new(kind, ptr::from_ref(channel).cast())
}

/// An end that is alive for `'a`.
#[derive(Clone, Copy)]
pub(crate) struct End<'a> {
    pub(crate) side: Side,
    channel: *const Channel<()>,
    alive: PhantomData<&'a ()>,
}

impl<'a> End<'a> {
    /// The end that a claim is of.
    pub(crate) fn of(claim: Claim<'a>) -> Option<Self> {
        let (kind, channel) = claim.parts();
        let side = match kind {
            SENDER => Side::Sender,
            RECEIVER => Side::Receiver,
            _ => return None,
        };
        // `claim` made it from a channel whose end is borrowed for `'a`.
        Some(Self { side, channel: channel.cast(), alive: PhantomData })
    }

    /// What names the channel while it lives.
    pub(crate) fn address(self) -> usize {
        self.channel.addr()
    }

    pub(crate) fn look(self) -> Sight {
        // SAFETY: what is used here lies where it does for any type of values (below), and the channel is alive.
        let ((senders, receivers), created) =
            unsafe { ((*self.channel).ends.counts(), (*self.channel).created()) };
        Sight { senders, receivers, created }
    }

    /// Adds those who wait in one of the channel's queues to `found`, as many as it has room for, and says whether those are all.
    pub(crate) fn waiting(self, side: Side, found: &mut Vec<Waits>) -> bool {
        let mut all = true;
        // SAFETY: as in `look`; the lock makes the queues exclusive, and keeps those in them alive.
        unsafe {
            (*self.channel).acquire();
            let state = Channel::state(self.channel);
            let queue = match side {
                Side::Sender => &raw const (*state).sending,
                Side::Receiver => &raw const (*state).receiving,
            };
            (*queue).each(|waits| {
                all = found.len() < found.capacity();
                // There is room: nothing is allocated under the lock.
                all.then(|| found.push(waits)).is_some()
            });
            (*self.channel).release_unchanged();
        }
        all
    }
}

/// Whether what is used above lies in the same places in two types of channel.
const fn alike<T, U>() -> bool {
    offset_of!(State<T>, sending) == offset_of!(State<U>, sending)
        && offset_of!(State<T>, receiving) == offset_of!(State<U>, receiving)
        && Channel::<T>::LAYOUT.0 == Channel::<U>::LAYOUT.0
        && Channel::<T>::LAYOUT.1 == Channel::<U>::LAYOUT.1
        && Channel::<T>::LAYOUT.2 == Channel::<U>::LAYOUT.2
        && Channel::<T>::LAYOUT.3 == Channel::<U>::LAYOUT.3
}

impl<T> Channel<T> {
    /// Checked for every type of values that a channel is looked at for.
    pub(crate) const ALIKE: () = assert!(alike::<T, ()>(), "channels differ before their values");
}
