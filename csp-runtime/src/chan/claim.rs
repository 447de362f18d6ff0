//! What a process says of the ends that it holds: whoever searches for deadlocks finds them by it, `look::End`.

use super::{Receiver, Sender};
use crate::task::Claim;

/// The kinds of claims.
pub(super) const SENDER: u16 = 1;
pub(super) const RECEIVER: u16 = 2;

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
        Claim::new(SENDER, &self.0.channel)
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
        Claim::new(RECEIVER, &self.channel)
    }
}
