//! What a process says of the ends that it has: whoever searches for deadlocks finds them by it, `look::End`.

use super::{Receiver, Recv, Send, Sender};
use crate::task::Claim;

/// The kinds of claims.
pub(super) const SENDER: u16 = 1;
pub(super) const RECEIVER: u16 = 2;

/// Asks what a name holds: `Ask(&name).claim()` is about an end, if it is one, and else about nothing. `Ask(&name).own(communication)`
/// is a communication on it which says that whoever waits has the end, if it is one, and else the communication itself.
pub struct Ask<'a, T>(pub &'a T);

/// A communication on one end. Which end it should have been is said where it is made.
pub trait OnOne {
    /// The same, by a process that has the end.
    fn own(self) -> Self;
}

impl<T> OnOne for Send<'_, T> {
    #[inline(always)]
    fn own(self) -> Self {
        Send::own(self)
    }
}

impl<T> OnOne for Recv<'_, T> {
    #[inline(always)]
    fn own(self) -> Self {
        Recv::own(self)
    }
}

/// The answer for what is no end.
pub struct NoEnd;

impl NoEnd {
    /// Nothing is known.
    pub fn claim(&self) -> Claim<'static> {
        Claim::NONE
    }

    /// The communication itself.
    #[inline(always)]
    pub fn own<C>(&self, communication: C) -> C {
        communication
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

    /// That whoever waits for this has the sender.
    #[inline(always)]
    pub fn own<C: OnOne>(&self, communication: C) -> C {
        communication.own()
    }
}

impl<'a, T> Ask<'a, Receiver<T>> {
    /// That the receiver is held.
    pub fn claim(&self) -> Claim<'a> {
        self.0.claim()
    }

    /// That whoever waits for this has the receiver.
    #[inline(always)]
    pub fn own<C: OnOne>(&self, communication: C) -> C {
        communication.own()
    }
}

impl<T> Receiver<T> {
    pub(crate) fn claim(&self) -> Claim<'_> {
        Claim::new(RECEIVER, &self.channel)
    }
}
