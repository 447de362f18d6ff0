//! The arm of a source that is asked, not enlisted: a timer, a process's end.

use std::pin::Pin;
use std::task::{Context, Poll};

use super::op::{Arm, Attempt, Look, Mode, OnClose, Wake};
use super::source::SourceArm;
use crate::chan::RecvError;

/// What can say that it is ready without giving its result away.
pub trait Readiness: Send {
    /// What it gives once it is ready.
    type Item: Send;

    /// It is a timer: no select goes on for its sake.
    const IS_TIMER: bool = false;

    /// Whether there is a result now; if not, the context's waker is woken when there may be one.
    fn poll_ready(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()>;

    /// Takes the result, if nobody else was faster.
    fn take(self: Pin<&mut Self>) -> Option<Self::Item>;

    /// Whether there will never be a result any more. Every attempt asks this first.
    fn is_spent(&self) -> bool;
}

/// A source that is asked, as an arm of a select.
pub struct PollArm<W: Readiness> {
    enabled: bool,
    on_close: OnClose,
    item: Option<W::Item>,
    wait: W,
}

impl<W: Readiness> PollArm<W> {
    pub(crate) fn new(wait: W, enabled: bool, on_close: OnClose) -> Self {
        Self { enabled, on_close, item: None, wait }
    }
}

impl<W: Readiness> Arm for PollArm<W> {
    unsafe fn attempt(
        self: Pin<&mut Self>,
        _entry: usize,
        _mode: Mode,
        cx: &mut Context<'_>,
        _wake: &mut Wake,
    ) -> Attempt {
        // SAFETY: `wait` is pinned with `self` and never moved; the other fields are not pinned.
        let (mut wait, item, enabled, on_close) = unsafe {
            let this = self.get_unchecked_mut();
            (Pin::new_unchecked(&mut this.wait), &mut this.item, this.enabled, this.on_close)
        };
        if !enabled {
            return Attempt::Closed;
        }
        loop {
            if wait.is_spent() {
                // Being spent is no news: `<-after(d)` fires once and is silent then.
                return if on_close == OnClose::Fire { Attempt::Ready } else { Attempt::Closed };
            }
            if wait.as_mut().poll_ready(cx).is_pending() {
                return Attempt::Waits;
            }
            // Another waiter may have been faster; then it is asked again.
            *item = wait.as_mut().take();
            if item.is_some() {
                return Attempt::Ready;
            }
        }
    }

    fn look(&self) -> Look {
        Look::polled(self.enabled, !W::IS_TIMER)
    }

    fn takes_part(&self) -> bool {
        self.enabled && self.on_close.takes_part(W::IS_TIMER)
    }

    fn enable(self: Pin<&mut Self>, enabled: bool) -> bool {
        // SAFETY: the flag is not pinned.
        std::mem::replace(&mut unsafe { self.get_unchecked_mut() }.enabled, enabled) != enabled
    }
}

impl<W: Readiness> SourceArm for PollArm<W> {
    type Item = W::Item;

    const IS_TIMER: bool = W::IS_TIMER;

    fn result(self: Pin<&mut Self>) -> Result<W::Item, RecvError> {
        // SAFETY: `item` is not pinned.
        unsafe { self.get_unchecked_mut() }.item.take().ok_or(RecvError)
    }
}
