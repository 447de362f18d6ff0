//! What can be seen of a channel from outside, whatever its type: numbers, places and who waits; never a value.

#[cfg(not(loom))]
use std::ptr::NonNull;

#[cfg(not(loom))]
use super::channel::{Channel, Head};
#[cfg(not(loom))]
use super::shared::Side;
#[cfg(not(loom))]
use crate::task::{Place, TaskTag};
#[cfg(not(loom))]
use crate::wait::{node::List, who::Waiting};

/// What can be asked of a channel without knowing its type. One static per type of value.
pub(crate) struct About {
    #[cfg(not(loom))]
    type_name: fn() -> &'static str,
    /// Looks at a channel of this type under its lock.
    #[cfg(not(loom))]
    look: unsafe fn(NonNull<Head>, &mut [Queue; 2]) -> Seen,
}

struct Kind<T>(std::marker::PhantomData<T>);

impl<T> Kind<T> {
    const ABOUT: &'static About = &About {
        #[cfg(not(loom))]
        type_name: std::any::type_name::<T>,
        #[cfg(not(loom))]
        look: Channel::<T>::look,
    };
}

impl About {
    pub(super) fn of<T>() -> &'static Self {
        Kind::<T>::ABOUT
    }
}

/// So many waiters of each side are looked at.
#[cfg(not(loom))]
pub(crate) const MOST_WAITERS: usize = 64;

/// A channel at one moment.
#[cfg(not(loom))]
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
#[cfg(not(loom))]
pub(crate) struct Queue {
    places: [Waiting; MOST_WAITERS],
    len: usize,
    /// Whether more wait.
    pub(crate) more: bool,
}

#[cfg(not(loom))]
impl Queue {
    const EMPTY: Self = Self { places: [Waiting::Nobody; MOST_WAITERS], len: 0, more: false };

    /// From the first on.
    pub(crate) fn waiting(&self) -> &[Waiting] {
        &self.places[..self.len]
    }

    fn read(&mut self, list: &List) {
        (self.len, self.more) = list.look(&mut self.places);
    }
}

#[cfg(not(loom))]
impl<T> Channel<T> {
    /// # Safety
    /// The head is that of a live channel of this type, and its lock is held.
    unsafe fn look(head: NonNull<Head>, queues: &mut [Queue; 2]) -> Seen {
        // SAFETY: by the contract: it cannot go while the lock is held.
        let channel = unsafe { head.cast::<Self>().as_ref() };
        let ends = channel.ends.now();
        let count = |side: Side, has: bool| if has { side.of(ends) } else { 0 };
        // SAFETY: the lock is held.
        unsafe {
            channel.held(|state| {
                queues[Side::Sender as usize].read(&state.sending);
                queues[Side::Receiver as usize].read(&state.receiving);
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
                    users: [channel.head.user(Side::Sender), channel.head.user(Side::Receiver)],
                }
            })
        }
    }
}

/// Calls `f` with every channel there is, and who waits to send and to receive. Each is looked at for itself, under its lock, for
/// as long as it takes to follow its queues for `MOST_WAITERS` nodes; `f` runs without a lock.
#[cfg(not(loom))]
pub(crate) fn each(mut f: impl FnMut(&Seen, &[Queue; 2])) {
    let mut queues = [Queue::EMPTY; 2];
    super::page::each(|at| {
        // SAFETY: a slot begins with a head, for ever.
        let head = unsafe { at.as_ref() };
        if head.about().is_none() {
            return;
        }
        head.lock.acquire();
        // The last end takes it off under the lock.
        let about = head.about();
        // SAFETY: there is a channel, of the type that put the table there, and the lock is held.
        let seen = about.map(|about| unsafe { (about.look)(at, &mut queues) });
        head.lock.release();
        if let (Some(about), Some(seen)) = (about, seen) {
            f(&Seen { type_name: (about.type_name)(), ..seen }, &queues);
        }
    });
}
