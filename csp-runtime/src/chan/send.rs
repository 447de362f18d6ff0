//! The future of one plain send.

use std::future::Future;
use std::mem::MaybeUninit;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use super::channel::{Channel, Queue};
use super::error::SendError;
use super::roles::{Awaited, outcome};
use super::shared::Side;
use super::state::Sent;
use crate::shim::{UnsafeCell, oracle};
use crate::task::reason::{Spot, Waits};
use crate::task::{TaskRef, budget};
use crate::wait::Who;
use crate::wait::node::{Node, Waiter, state};

/// The future of a send. Made by [`Sender::send`](super::Sender::send).
///
/// # Cancel safety
/// Dropping it cancels the send and drops the value; [`withdraw`](Send::withdraw) cancels it and returns the value.
///
/// # Examples
/// In a `#[process]` body `tx.send(v)` waits at once. To get the future, call it by path:
///
/// ```
/// use csp::prelude::*;
///
/// #[process]
/// fn main() {
///     let (tx, _rx) = chan!(u32);
///     let sent = timeout(Duration::from_millis(1), Sender::send(&tx, 7)).await;
///     assert!(sent.is_err());
/// }
/// ```
#[must_use = "a send does nothing until it is awaited"]
pub struct Send<'a, T> {
    channel: &'a Channel<T>,
    node: Node,
    /// Full unless the node's state is DONE or OVER.
    slot: UnsafeCell<MaybeUninit<T>>,
}

crate::util::assert_not_unpin!(Send<'static, u8>);

// SAFETY: the slot is read by a peer under the lock, or by the owner when the peer cannot; a `T` moves between threads.
unsafe impl<T: std::marker::Send> Sync for Send<'_, T> {}

enum Step {
    Done(Who),
    Wait(Option<Spot>),
    Closed,
    /// The ring must grow first, outside of the lock.
    Grow,
    /// Waiting needs a foreign waker boxed first.
    Box,
}

impl<'a, T> Send<'a, T> {
    pub(crate) fn new(channel: &'a Channel<T>, value: T, at: Spot) -> Self {
        Self { channel, node: Node::written_at(at), slot: UnsafeCell::new(MaybeUninit::new(value)) }
    }

    /// The same send, on an end that the process has which waits for it.
    #[cfg(not(loom))]
    #[inline(always)]
    pub(crate) fn own(mut self) -> Self {
        // SAFETY: `new` made the node so, and a send that was not polled is not prepared.
        unsafe { self.node.set_own() };
        self
    }

    /// # Safety
    /// The slot is full and no peer can reach it. The caller sets the state to OVER, or fills the slot again.
    unsafe fn take(&self) -> T {
        // SAFETY: by the contract.
        self.slot.with(|slot| unsafe { (*slot).assume_init_read() })
    }

    /// Cancels the send and returns the value, or `None` if the channel had already accepted it. The send must not be polled afterwards.
    pub fn withdraw(self: Pin<&mut Self>) -> Option<T> {
        self.into_ref().get_ref().cancel()
    }

    #[cold]
    fn end(&mut self) {
        let is_over = matches!(self.node.state(), state::DONE | state::OVER);
        let value = if is_over { None } else { self.cancel() };
        self.node.finish();
        drop(value);
    }

    #[cold]
    fn cancel(&self) -> Option<T> {
        let mut was = self.node.state();
        budget::gives_up(self.channel.address());
        if was == state::WAITING {
            was = self.channel.unlink(&self.node, Queue::Sending);
        }
        if matches!(was, state::DONE | state::OVER) {
            return None;
        }
        // SAFETY: neither DONE nor OVER, and out of the queue: the value is here and ours alone.
        let value = unsafe { self.take() };
        self.node.settle(state::OVER);
        Some(value)
    }

    #[inline(never)]
    fn begin(&self, cx: &mut Context<'_>) -> Poll<Result<(), SendError<T>>> {
        // A foreign waker is boxed only when there is a wait, and not under the lock.
        let task = TaskRef::of(cx.waker());
        let mut who = task.map(Who::task);
        if let Some(task) = task {
            self.channel.used_by(Side::Sender, task);
        }
        loop {
            let step = self.channel.locked(|locked| {
                // SAFETY: the node is idle: the value is here and ours alone.
                match locked.send(unsafe { self.take() }) {
                    Sent::Done(wake) => {
                        self.node.settle(state::OVER);
                        Step::Done(wake)
                    }
                    Sent::Full(value) => {
                        self.fill(value);
                        let Some(who) = who.take() else { return Step::Box };
                        // SAFETY: `new` made the node so.
                        let at = unsafe { self.node.spot() };
                        self.node.prepare();
                        // SAFETY: the node is ours, pinned, in no list; `drop` takes it out; the lock is held.
                        unsafe {
                            self.node.links(|l| {
                                l.slot = self.slot.with_mut(<*mut _>::cast);
                                l.waiter = Waiter::plain(who);
                            });
                            locked.sending.push(&self.node);
                        }
                        Step::Wait(at)
                    }
                    Sent::Grow(value) => {
                        self.fill(value);
                        Step::Grow
                    }
                    Sent::Closed(value) => {
                        self.fill(value);
                        Step::Closed
                    }
                }
            });
            match step {
                Step::Done(wake) => {
                    wake.wake();
                    return Poll::Ready(Ok(()));
                }
                Step::Wait(at) => {
                    if let (Some(task), Some(at)) = (task, at) {
                        task.waits_at(Waits::Send, self.channel.address(), at);
                    }
                    return Poll::Pending;
                }
                Step::Closed => return Poll::Ready(Err(self.refused())),
                Step::Grow => self.channel.grow(),
                Step::Box => who = Some(Who::of(cx.waker())),
            }
        }
    }

    /// The send that is one step.
    #[inline(always)]
    fn send_quickly(&self) -> bool {
        // SAFETY: the node is idle: the value is here and ours alone.
        let quick = self.channel.send_quickly(|| unsafe { self.take() });
        if quick {
            self.node.settle(state::OVER);
        }
        quick
    }

    fn fill(&self, value: T) {
        // SAFETY: called with the slot empty and the node idle: nobody else reaches it.
        self.slot.with_mut(|slot| unsafe { (*slot).write(value) });
    }

    /// A peer took the value.
    #[inline]
    fn accepted(&self) -> Result<(), SendError<T>> {
        self.node.settle(state::OVER);
        Ok(())
    }

    fn refused(&self) -> SendError<T> {
        // SAFETY: the channel refused: the value is here and no peer knows of it any more.
        let value = unsafe { self.take() };
        self.node.settle(state::OVER);
        SendError(value)
    }

    /// Polled again, for whatever reason.
    #[cold]
    fn resume(&self, cx: &mut Context<'_>) -> Poll<Result<(), SendError<T>>> {
        loop {
            match self.node.state() {
                state::DONE => return Poll::Ready(self.accepted()),
                state::CLOSED => return Poll::Ready(Err(self.refused())),
                _ => {
                    self.again(cx);
                    if self.node.state() == state::WAITING {
                        oracle::still_waits();
                        return Poll::Pending;
                    }
                }
            }
        }
    }

    #[cold]
    fn again(&self, cx: &mut Context<'_>) {
        let mut who = Who::of(cx.waker());
        self.channel.touched();
        if let Some(task) = TaskRef::of(cx.waker()) {
            task.still_waits(self.channel.address());
        }
        self.channel.locked(|_| {
            if self.node.state() == state::WAITING {
                // SAFETY: the lock is held.
                unsafe {
                    self.node.links(|l| {
                        if let Some(old) = l.waiter.plain_mut() {
                            std::mem::swap(old, &mut who);
                        }
                    });
                }
            }
        });
    }
}

/// What became of the value was said already; to say anything now could be wrong.
#[cold]
#[inline(never)]
fn polled_again() -> ! {
    panic!("a send was polled after it had ended or was withdrawn")
}

impl<T> Future for Send<'_, T> {
    type Output = Result<(), SendError<T>>;

    /// # Panics
    /// If it has given its outcome before, or was withdrawn.
    #[inline(always)]
    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let this = self.into_ref().get_ref();
        match this.node.state() {
            state::IDLE => {
                ready!(budget::poll_proceed_on(cx, this.channel.address()));
                if this.send_quickly() { Poll::Ready(Ok(())) } else { this.begin(cx) }
            }
            state::DONE => Poll::Ready(this.accepted()),
            state::OVER => polled_again(),
            _ => this.resume(cx),
        }
    }
}

impl<T> Drop for Send<'_, T> {
    #[inline(always)]
    fn drop(&mut self) {
        if !self.node.never_waited(state::OVER) {
            self.end();
        }
    }
}

outcome!(Send: ());
