//! The wrong end of a channel, as a source or a sink: with a condition that never holds, so that the message is about roles.
//!
//! What stands in the bodies here can never be called.

use crate::chan::roles::{Consumes, Produces};
use crate::chan::{Receiver, Sender};
use crate::select::recv_arm::RecvArm;
use crate::select::{OnClose, Sink, Source};

#[doc(hidden)]
impl<T> Sink for Receiver<T>
where
    Self: Produces,
{
    type Item = T;

    fn sender(&self) -> Option<&Sender<T>> {
        unreachable!("a receiver does not send")
    }
}

#[doc(hidden)]
impl<T: core::marker::Send> Source for Sender<T>
where
    Self: Consumes,
{
    type Item = T;
    type Arm<'a>
        = RecvArm<'a, T>
    where
        T: 'a;

    fn arm(&self, _: bool, _: OnClose) -> RecvArm<'_, T> {
        unreachable!("a sender does not receive")
    }
}
