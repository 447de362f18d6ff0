//! A source or sink that may be absent: never ready while it is `None`, as a nil channel in Go.

use std::pin::Pin;
use std::task::Context;

use super::op::{Arm, Attempt, BlockRef, Look, Mode, OnClose, Standing, Wake};
use super::source::{Communication, Op, Sealed, Sink, Source, SourceArm};
use crate::chan::{RecvError, Sender};

impl<S: Sealed> Sealed for Option<S> {}

#[diagnostic::do_not_recommend]
impl<S: Source> Source for Option<S> {
    type Item = S::Item;
    type Arm<'a>
        = Option<S::Arm<'a>>
    where
        Self: 'a;

    fn arm(&self, enabled: bool, on_close: OnClose) -> Option<S::Arm<'_>> {
        self.as_ref().map(|source| source.arm(enabled, on_close))
    }

    #[track_caller]
    fn recv(&self) -> impl Communication<Output = Result<S::Item, RecvError>> + Send {
        let some = self.as_ref().map(Source::recv);
        Op(async move {
            match some {
                Some(recv) => recv.await,
                None => std::future::pending().await,
            }
        })
    }
}

#[diagnostic::do_not_recommend]
impl<K: Sink> Sink for Option<K> {
    type Item = K::Item;

    fn sender(&self) -> Option<&Sender<K::Item>> {
        self.as_ref().and_then(K::sender)
    }
}

/// An absent arm is a disabled one: it has one entry without a channel, which is never in a queue.
impl<A: Arm> Arm for Option<A> {
    fn look(&self) -> Look {
        self.as_ref().map_or_else(|| Look::channel(true), Arm::look)
    }

    fn takes_part(&self) -> bool {
        self.as_ref().is_some_and(Arm::takes_part)
    }

    fn may_be_ready(&self, entry: usize) -> bool {
        self.as_ref().is_none_or(|arm| arm.may_be_ready(entry))
    }

    fn address(&self, entry: usize) -> usize {
        self.as_ref().map_or(0, |arm| arm.address(entry))
    }

    unsafe fn attempt(
        self: Pin<&mut Self>,
        entry: usize,
        mode: Mode,
        cx: &mut Context<'_>,
        wake: &mut Wake,
    ) -> Attempt {
        match self.as_pin_mut() {
            // SAFETY: the caller's promise about the lock is handed on.
            Some(arm) => unsafe { arm.attempt(entry, mode, cx, wake) },
            None => Attempt::Closed,
        }
    }

    unsafe fn acquire(&self, entry: usize) {
        // SAFETY: handed on.
        self.as_ref().into_iter().for_each(|arm| unsafe { arm.acquire(entry) });
    }

    unsafe fn release(&self, entry: usize) {
        // SAFETY: handed on.
        self.as_ref().into_iter().for_each(|arm| unsafe { arm.release(entry) });
    }

    fn flush(&self, entry: usize) {
        self.as_ref().into_iter().for_each(|arm| arm.flush(entry));
    }

    fn ask(&self, entry: usize) {
        self.as_ref().into_iter().for_each(|arm| arm.ask(entry));
    }

    fn grow(&self) {
        self.as_ref().into_iter().for_each(Arm::grow);
    }

    unsafe fn enlist(self: Pin<&mut Self>, entry: usize, block: *const BlockRef, index: u32) -> bool {
        // SAFETY: handed on.
        self.as_pin_mut().is_some_and(|arm| unsafe { arm.enlist(entry, block, index) })
    }

    fn standing(&self, entry: usize) -> Standing {
        self.as_ref().map_or(Standing::Out, |arm| arm.standing(entry))
    }

    fn enable(self: Pin<&mut Self>, enabled: bool) -> bool {
        self.as_pin_mut().is_some_and(|arm| arm.enable(enabled))
    }

    fn withdraw(&self, entry: usize) {
        self.as_ref().into_iter().for_each(|arm| arm.withdraw(entry));
    }

    fn settled(&self, entry: usize, cx: &mut Context<'_>) {
        self.as_ref().into_iter().for_each(|arm| arm.settled(entry, cx));
    }

    fn chosen(self: Pin<&mut Self>, entry: usize) {
        self.as_pin_mut().into_iter().for_each(|arm| arm.chosen(entry));
    }
}

impl<A: SourceArm> SourceArm for Option<A> {
    type Item = A::Item;

    const IS_TIMER: bool = A::IS_TIMER;

    fn result(self: Pin<&mut Self>) -> Result<A::Item, RecvError> {
        self.as_pin_mut().map_or(Err(RecvError), SourceArm::result)
    }
}
