//! What a process says of the ends that it holds: whoever searches for deadlocks finds them by it, `look::End`.

use std::ptr;

use super::channel::Channel;
use super::{Receiver, Sender};
use crate::task::Claim;

/// The kinds of claims.
pub(super) const SENDER: usize = 1;
pub(super) const RECEIVER: usize = 2;

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
    Claim::new(kind, ptr::from_ref(channel).cast())
}
