//! The wrong end of a channel: each end has the other's verb, with a condition that never holds, so that the message is
//! about roles.
//!
//! What stands in the bodies here can never be called.

use std::time::Duration;

use crate::chan::{Receiver, Recv, Send, Sender};
use crate::select::recv_arm::RecvArm;
use crate::select::{OnClose, Sink, Source};

/// No receiver is one.
#[diagnostic::on_unimplemented(
    message = "this is the receiving end: this process consumes from the channel and does not become its producer; \
               send on a `Sender`, the other end",
    label = "a `Receiver` does not send"
)]
pub trait Produces {}

/// No sender is one.
#[diagnostic::on_unimplemented(
    message = "this is the sending end: this process produces for the channel and does not become its consumer; \
               receive from a `Receiver`, the other end",
    label = "a `Sender` does not receive"
)]
pub trait Consumes {}

impl<T> Receiver<T> {
    #[doc(hidden)]
    pub fn send<V>(&self, _: V) -> Send<'static, V>
    where
        Self: Produces,
    {
        unreachable!("a receiver does not send")
    }

    #[doc(hidden)]
    pub fn send_timeout<V>(&self, _: V, _: Duration) -> Send<'static, V>
    where
        Self: Produces,
    {
        unreachable!("a receiver does not send")
    }
}

impl<T> Sender<T> {
    #[doc(hidden)]
    pub fn recv(&self) -> Recv<'static, T>
    where
        Self: Consumes,
    {
        unreachable!("a sender does not receive")
    }

    #[doc(hidden)]
    pub fn recv_timeout(&self, _: Duration) -> Recv<'static, T>
    where
        Self: Consumes,
    {
        unreachable!("a sender does not receive")
    }
}

/// No communication is one.
#[diagnostic::on_unimplemented(
    message = "this communication has not waited yet, and has no outcome; only the body of a process waits by itself: write `.await` in \
               other async code, `recv_blocking` or `send_blocking` in a plain function or a closure, or move it out of the closure",
    label = "not awaited"
)]
pub trait Awaited {}

/// What is asked of an outcome, asked of a communication that nobody awaited.
macro_rules! outcome {
    ($communication:ident: $value:ty) => {
        #[doc(hidden)]
        impl<T> $communication<'_, T>
        where
            Self: Awaited,
        {
            pub fn unwrap(self) -> $value {
                unreachable!("it has no outcome")
            }

            pub fn expect(self, _: &str) -> $value {
                unreachable!("it has no outcome")
            }

            pub fn ok(self) -> Option<$value> {
                unreachable!("it has no outcome")
            }

            pub fn is_ok(&self) -> bool {
                unreachable!("it has no outcome")
            }

            pub fn is_err(&self) -> bool {
                unreachable!("it has no outcome")
            }
        }
    };
}

outcome!(Recv: T);
outcome!(Send: ());

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
