//! The arm that is any future.

use std::future::{Future, IntoFuture};
use std::pin::Pin;
use std::task::{Context, Poll};

use super::op::{Arm, Attempt, Look, Mode, OnClose, Wake};
use crate::task::budget;
use crate::util::ended;

/// A future, as an arm of a select.
pub struct FutureArm<F: Future> {
    enabled: bool,
    /// Its output is discarded.
    on_close: OnClose,
    output: Option<F::Output>,
    /// `None` in an arm that was disabled before its future was made.
    future: Option<F>,
}

crate::util::assert_not_unpin!(FutureArm<crate::chan::Recv<'static, u8>>);

/// Makes a future arm: for the expansion of `select!`. With `News` its output is discarded.
pub fn future_arm<F: IntoFuture>(future: F, enabled: bool, on_close: OnClose) -> FutureArm<F::IntoFuture> {
    FutureArm { enabled, on_close, output: None, future: Some(future.into_future()) }
}

/// The same, of a future that is made only if its arm can be chosen.
pub fn optional_future_arm<F: IntoFuture>(
    future: Option<F>,
    enabled: bool,
    on_close: OnClose,
) -> FutureArm<F::IntoFuture> {
    FutureArm { enabled, on_close, output: None, future: future.map(IntoFuture::into_future) }
}

impl<F: Future> FutureArm<F> {
    /// The output of a chosen arm.
    ///
    /// # Panics
    /// When the arm was not chosen, or the output was taken before.
    pub fn output(self: Pin<&mut Self>) -> F::Output {
        // SAFETY: `output` is not pinned: no reference to it is ever handed out pinned.
        unsafe { self.get_unchecked_mut() }.output.take().expect("only a chosen arm has an output")
    }
}

impl<F> Arm for FutureArm<F>
where
    F: Future + Send,
    F::Output: Send,
{
    fn look(&self) -> Look {
        Look::polled(self.enabled, true)
    }

    fn takes_part(&self) -> bool {
        self.enabled && self.future.is_some() && self.on_close.takes_part(false)
    }

    fn enable(self: Pin<&mut Self>, enabled: bool) -> bool {
        // SAFETY: the flag is not pinned.
        std::mem::replace(&mut unsafe { self.get_unchecked_mut() }.enabled, enabled) != enabled
    }

    unsafe fn attempt(
        self: Pin<&mut Self>,
        _entry: usize,
        _mode: Mode,
        cx: &mut Context<'_>,
        _wake: &mut Wake,
    ) -> Attempt {
        if !self.enabled {
            return Attempt::Closed;
        }
        // SAFETY: `future` is pinned with `self` and never moved; `output` is not pinned.
        let (future, output) = unsafe {
            let this = self.get_unchecked_mut();
            (Pin::new_unchecked(&mut this.future), &mut this.output)
        };
        let Some(future) = future.as_pin_mut() else { return Attempt::Closed };
        match budget::lent(|| future.poll(cx)) {
            Poll::Ready(value) => {
                *output = Some(value);
                ended::clear();
                Attempt::Ready
            }
            Poll::Pending => Attempt::Waits,
        }
    }
}
