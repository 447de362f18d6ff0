//! What an end, or an operation, does not do: each has the method, with a condition that never holds, so that the message says why.
//!
//! The methods stand beside the types that have them, in `ends`, `recv` and `send`: so a message names those.

/// No receiver is one.
#[diagnostic::on_unimplemented(
    message = "this is the receiving end: this process consumes from the channel and does not become its producer; \
               send on a `Sender`, the other end",
    label = "a `Receiver` does not send"
)]
#[doc(hidden)]
pub trait Produces {}

/// No sender is one.
#[diagnostic::on_unimplemented(
    message = "this is the sending end: this process produces for the channel and does not become its consumer; \
               receive from a `Receiver`, the other end",
    label = "a `Sender` does not receive"
)]
#[doc(hidden)]
pub trait Consumes {}

/// No communication is one.
#[diagnostic::on_unimplemented(
    message = "this communication has not waited yet, and has no outcome; only the body of a process waits by itself: write `.await` in \
               other async code, `recv_blocking` or `send_blocking` in a plain function or a closure, or move it out of the closure",
    label = "not awaited"
)]
#[doc(hidden)]
pub trait Awaited {}

/// What is asked of an outcome, asked of a communication that nobody awaited: hidden methods of `Recv` and `Send`.
macro_rules! outcome {
    ($communication:ident: $value:ty) => {
        #[doc(hidden)]
        impl<T> $communication<'_, T> {
            pub fn unwrap(self) -> $value
            where
                Self: Awaited,
            {
                unreachable!("it has no outcome")
            }

            pub fn expect(self, _: &str) -> $value
            where
                Self: Awaited,
            {
                unreachable!("it has no outcome")
            }

            pub fn ok(self) -> Option<$value>
            where
                Self: Awaited,
            {
                unreachable!("it has no outcome")
            }

            pub fn is_ok(&self) -> bool
            where
                Self: Awaited,
            {
                unreachable!("it has no outcome")
            }

            pub fn is_err(&self) -> bool
            where
                Self: Awaited,
            {
                unreachable!("it has no outcome")
            }
        }
    };
}
pub(super) use outcome;
