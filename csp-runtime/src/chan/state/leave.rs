//! Sides that leave.

use super::{CLOSED, NO_RECEIVERS, NO_SENDERS, ONE_LEFT, State};
use crate::chan::channel::{QUICK_RECV, RECV_HINT, SEND_HINT};
use crate::chan::ring::Ring;
use crate::chan::shared::Side;

/// What becomes of a channel when the last end of a side goes.
pub(crate) enum Left {
    /// The other side is there, and needs not be told; the hint after it.
    There(u8),
    /// The other side is through: nobody knows the channel any more, and it holds nothing.
    Gone,
    /// Nothing was done yet: somebody waits, or there is something to drop or to free.
    More,
}

#[inline(always)]
const fn gone(side: Side) -> u16 {
    match side {
        Side::Sender => NO_SENDERS,
        Side::Receiver => NO_RECEIVERS,
    }
}

impl<T> State<T> {
    /// The last end of a side goes, and is through with the channel if that is all there is to do.
    #[inline(always)]
    pub(crate) fn leave_at_once(&mut self, side: Side) -> Left {
        if self.flags & ONE_LEFT != 0 {
            return if self.ring.is_bare() { Left::Gone } else { Left::More };
        }
        if self.somebody_waits() {
            return Left::More;
        }
        // Nobody asks for the hints of the side that goes.
        let hint = match side {
            Side::Sender if self.ring.is_empty() || !self.ring.pops_plainly() => RECV_HINT,
            Side::Sender => RECV_HINT | QUICK_RECV,
            Side::Receiver if self.ring.is_bare() => SEND_HINT,
            Side::Receiver => return Left::More,
        };
        self.flags |= gone(side) | ONE_LEFT;
        Left::There(hint)
    }

    /// The last end of a side goes. What no receiver will get is given to the caller, to be dropped outside of the lock.
    pub(crate) fn side_gone(&mut self, side: Side) -> Ring<T> {
        self.flags |= gone(side);
        let mut empty = Ring::new();
        if side == Side::Sender {
            return empty;
        }
        empty.count(self.ring.passed() as isize);
        let ring = std::mem::replace(&mut self.ring, empty);
        self.ring_changed();
        self.quick_places = 0;
        ring
    }

    /// The side whose last end goes is through with the channel. True: the other one was before.
    pub(crate) fn leaves(&mut self) -> bool {
        let last = self.flags & ONE_LEFT != 0;
        self.flags |= ONE_LEFT;
        last
    }

    /// Which of the sides have ends, senders and receivers, and whether the channel was closed.
    pub(crate) fn sides(&self) -> (bool, bool, bool) {
        (self.flags & NO_SENDERS == 0, self.flags & NO_RECEIVERS == 0, self.flags & CLOSED != 0)
    }

    pub(crate) fn somebody_waits(&self) -> bool {
        !self.sending.is_empty() || !self.receiving.is_empty() || !self.lazy.is_empty()
    }
}
