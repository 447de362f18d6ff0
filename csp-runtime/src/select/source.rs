//! What can be waited for: one trait, so that `<-x`, `x.recv()`, `for v in x` and `select!` mean the same on all of it.

use std::future::Future;
use std::panic::Location;
use std::pin::{Pin, pin};
use std::rc::Rc;
use std::sync::Arc;
use std::task::{Context, Poll};

use super::op::{Arm, OnClose};
use super::recv_arm::RecvArm;
use super::run::run;
use crate::chan::{Receiver, Recv, RecvError, Sender};
use crate::task::Claim;

/// Something that can be received from. `x.recv()`, `<-x`, `for v in x` and an arm of `select!` mean the same on all sources.
///
/// | source | its item | is closed |
/// |---|---|---|
/// | [`Receiver<T>`](crate::Receiver) | `T` | when all senders are dropped, or by `close` |
/// | [`Handle<T>`](crate::Handle) | `Result<T, ProcessError>` | after its one value |
/// | [`after(d)`](crate::after) | the `Instant` at which it was due | after its one value |
/// | [`tick(d)`](crate::tick) | the `Instant` at which the tick was due | never |
/// | [`any(&sources)`](crate::any) | `(usize, item)`: the index and the value | when all of them are |
/// | listeners of `csp::net` | `io::Result` of a connection | never |
/// | `signal(..)`, with the feature `signal` | `()` | when its runtime ends |
/// | `csp::stdio::stdin_lines()` | `io::Result<String>` | at the end of the input |
/// | `Option` of a source | the source's | the source is; `None` is never ready |
///
/// References, `Box` and `Arc` of a source are sources. It cannot be implemented elsewhere.
///
/// # Examples
/// ```
/// use csp::prelude::*;
///
/// /// The first value of any source.
/// #[process]
/// fn first<S: Source + 'static>(source: S) -> Option<S::Item> {
///     Some(source.recv()?)
/// }
///
/// #[process]
/// fn main() {
///     let (tx, rx) = chan!(u32; 1);
///     tx.send(7)?;
///     assert_eq!(first(rx).await, Some(7));
///     assert!(first(after(Duration::from_millis(1))).await.is_some());
/// }
/// ```
#[diagnostic::on_unimplemented(
    message = "nothing can be received from a `{Self}`; receive from a `Receiver`, a handle, a timer or another source",
    label = "not a source",
    note = "the sending end of a channel is its producer's, and does not become its consumer's; a future is awaited: `name = future.await`"
)]
pub trait Source: Send + Sync + sealed::Sealed {
    /// The type of its values.
    type Item: Send;

    /// Its arm in a select.
    #[doc(hidden)]
    type Arm<'a>: SourceArm<Item = Self::Item> + Send
    where
        Self: 'a;

    #[doc(hidden)]
    fn arm(&self, enabled: bool, on_close: OnClose) -> Self::Arm<'_>;

    /// What whoever owns it is known to hold.
    #[doc(hidden)]
    fn claim(&self) -> Claim<'_> {
        Claim::NONE
    }

    /// As `recv`, by a process that has the source itself, and not only a pointer to it.
    #[doc(hidden)]
    #[track_caller]
    #[inline]
    fn recv_own(&self) -> impl Communication<Output = Result<Self::Item, RecvError>> + Send {
        self.recv()
    }

    /// Waits for the next value.
    ///
    /// # Errors
    /// [`RecvError`] when there will be no more.
    ///
    /// # Cancel safety
    /// Dropping the future cancels the wait; no value is lost.
    #[track_caller]
    fn recv(&self) -> impl Communication<Output = Result<Self::Item, RecvError>> + Send {
        let at = Location::caller();
        Op(async move {
            let mut arm = pin!(self.arm(true, OnClose::Fire));
            let mut arms = [arm.as_mut() as Pin<&mut (dyn Arm + Send)>];
            let mut one = run(&mut arms, false, false);
            one.select.at = at;
            one.await;
            arm.result()
        })
    }
}

/// The arm of a source.
pub trait SourceArm: Arm {
    /// What the source gives.
    type Item;

    /// The source is a timer, or a set of timers: no select goes on for its sake.
    const IS_TIMER: bool = false;

    /// What a chosen arm got: the value, or the error when it was chosen because the source is closed.
    ///
    /// # Errors
    /// [`RecvError`] when there is no value.
    fn result(self: Pin<&mut Self>) -> Result<Self::Item, RecvError>;

    /// What an arm got that is never chosen without a value.
    ///
    /// # Panics
    /// When the arm was not chosen.
    fn value(self: Pin<&mut Self>) -> Self::Item {
        self.result().expect("an arm is chosen with a value unless it asked for the close")
    }
}

/// Makes a receive arm: for the expansion of `select!`.
pub fn recv_arm<S: Source + ?Sized>(source: &S, enabled: bool, on_close: OnClose) -> S::Arm<'_> {
    source.arm(enabled, on_close)
}

/// Something that can be sent to in an arm of `select!`: a [`Sender`], a reference, `Box`, `Arc` or `Rc` of one, or an `Option`, which is
/// never ready while it is `None`.
///
/// # Examples
/// ```
/// use csp::prelude::*;
///
/// #[process]
/// fn main() {
///     let (tx, rx) = chan!(u32; 1);
///     let spare: Option<Sender<u32>> = None;
///     select! {
///         tx <- 1 => {}
///         spare <- 2 => panic!("it is `None`"),
///     }
///     drop(tx);
///     go! {
///         assert_eq!(<-rx, 1);
///     }.await.unwrap();
/// }
/// ```
#[diagnostic::on_unimplemented(
    message = "nothing can be sent to a `{Self}`; send on a `Sender`",
    label = "not the sending end of a channel",
    note = "the receiving end of a channel is its consumer's, and does not become its producer's"
)]
pub trait Sink: sealed::Sealed {
    /// The type of its values.
    type Item;

    #[doc(hidden)]
    fn sender(&self) -> Option<&Sender<Self::Item>>;
}

/// A future of this library that a process body awaits by itself: what `tx.send(v)` and `rx.recv()` return.
///
/// In a `#[process]` body a method `send` with one argument and a method `recv` with none are awaited, whatever they are called on. So the
/// future that they return must be one of these.
///
/// # Examples
/// ```
/// use csp::prelude::*;
/// use csp::Communication;
///
/// fn next(rx: &Receiver<u32>) -> impl Communication<Output = Result<u32, RecvError>> {
///     rx.recv()
/// }
///
/// #[process]
/// fn main() {
///     let (tx, rx) = chan!(u32; 1);
///     tx.send(7)?;
///     assert_eq!(next(&rx).await, Ok(7)); // any other name is awaited as in async Rust
/// }
/// ```
#[diagnostic::on_unimplemented(
    message = "this `send` or `recv` is not a communication of csp: it returns a `{Self}`",
    label = "would block the worker, or be forgotten",
    note = "for a future of another library write `.await` behind it",
    note = "for a call that returns at once, such as a `oneshot`'s `send`, name its type: `Type::send(tx, value)`",
    note = "for a call that blocks write `blocking(move || ..).await`"
)]
pub trait Communication: Future + sealed::Operation {}

mod sealed {
    pub trait Sealed {}
    pub trait Operation {}
}
pub(crate) use sealed::{Operation, Sealed};

impl<T> Operation for Recv<'_, T> {}
#[diagnostic::do_not_recommend]
impl<T> Communication for Recv<'_, T> {}
impl<T> Operation for crate::chan::Send<'_, T> {}
#[diagnostic::do_not_recommend]
impl<T> Communication for crate::chan::Send<'_, T> {}

/// What a `send` or `recv` in a process body returns. That it is a communication of csp is checked where it is awaited, and only there:
/// so a value that is none is reported once.
#[doc(hidden)]
pub struct Waits<C>(C);

/// Marks what is awaited.
#[inline(always)]
pub fn wait<C>(operation: C) -> Waits<C> {
    Waits(operation)
}

impl<C: Communication> Future for Waits<C> {
    type Output = C::Output;

    #[inline(always)]
    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<C::Output> {
        // SAFETY: the one field is pinned with `self` and never moved.
        unsafe { self.map_unchecked_mut(|waits| &mut waits.0) }.poll(cx)
    }
}

crate::util::assert_not_unpin!(Waits<Recv<'static, u8>>, Op<Recv<'static, u8>>, Next<Recv<'static, u8>>);

/// A communication made of another future.
#[must_use = "a communication does nothing until it is awaited"]
pub(crate) struct Op<F>(pub(crate) F);

impl<F: Future> Future for Op<F> {
    type Output = F::Output;

    #[inline(always)]
    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<F::Output> {
        // SAFETY: the one field is pinned with `self` and never moved.
        unsafe { self.map_unchecked_mut(|op| &mut op.0) }.poll(cx)
    }
}

impl<F> Operation for Op<F> {}
#[diagnostic::do_not_recommend]
impl<F: Future> Communication for Op<F> {}

/// A receive whose end is `None`, for `for`.
pub(crate) struct Next<F>(pub(crate) F);

impl<T, F: Future<Output = Result<T, RecvError>>> Future for Next<F> {
    type Output = Option<T>;

    #[inline(always)]
    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<T>> {
        // SAFETY: the one field is pinned with `self` and never moved.
        unsafe { self.map_unchecked_mut(|next| &mut next.0) }.poll(cx).map(Result::ok)
    }
}

impl<T> Sealed for Receiver<T> {}

#[diagnostic::do_not_recommend]
impl<T: Send> Source for Receiver<T> {
    type Item = T;
    type Arm<'a>
        = RecvArm<'a, T>
    where
        T: 'a;

    fn arm(&self, enabled: bool, on_close: OnClose) -> RecvArm<'_, T> {
        RecvArm::new(&self.channel, enabled, on_close)
    }

    #[cfg(not(loom))]
    fn claim(&self) -> Claim<'_> {
        Receiver::claim(self)
    }

    #[track_caller]
    #[inline]
    fn recv(&self) -> impl Communication<Output = Result<T, RecvError>> + Send {
        Receiver::recv(self)
    }

    #[track_caller]
    #[inline]
    fn recv_own(&self) -> impl Communication<Output = Result<T, RecvError>> + Send {
        Receiver::recv(self).own()
    }
}

impl<T> Sealed for Sender<T> {}

#[diagnostic::do_not_recommend]
impl<T> Sink for Sender<T> {
    type Item = T;

    fn sender(&self) -> Option<&Sender<T>> {
        Some(self)
    }
}

macro_rules! through {
    ($($pointer:ty),*) => {$(
        impl<S: Sealed + ?Sized> Sealed for $pointer {}

        #[diagnostic::do_not_recommend]
        impl<S: Sink + ?Sized> Sink for $pointer {
            type Item = S::Item;

            fn sender(&self) -> Option<&Sender<S::Item>> {
                (**self).sender()
            }
        }
    )*};
}

through!(&S, &mut S, Box<S>, Arc<S>, Rc<S>);

macro_rules! source_through {
    ($($pointer:ty),*) => {$(
        #[diagnostic::do_not_recommend]
        impl<S: Source> Source for $pointer {
            type Item = S::Item;
            type Arm<'a> = S::Arm<'a> where Self: 'a;

            fn arm(&self, enabled: bool, on_close: OnClose) -> S::Arm<'_> {
                (**self).arm(enabled, on_close)
            }

            #[track_caller]
            fn recv(&self) -> impl Communication<Output = Result<S::Item, RecvError>> + Send {
                S::recv(self)
            }
        }
    )*};
}

source_through!(&S, &mut S, Box<S>, Arc<S>);
