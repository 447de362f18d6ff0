//! The future of one plain receive.

use std::future::Future;
use std::mem::MaybeUninit;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use super::channel::Channel;
use super::error::RecvError;
use super::roles::{Awaited, outcome};
use super::shared::Side;
use super::state::Received;
use crate::shim::{UnsafeCell, oracle};
use crate::task::reason::{Spot, Waits};
use crate::task::{TaskRef, budget};
use crate::wait::Who;
use crate::wait::node::{Node, Waiter, state};

/// The future of a receive. Made by [`Receiver::recv`](super::Receiver::recv).
///
/// Polled again after it returned a value, it receives the next one.
///
/// # Cancel safety
/// Dropping it cancels the receive. A value that was already handed to it is passed on to the next receiver, or put back at the
/// front of the channel.
///
/// # Examples
/// In a `#[process]` body `rx.recv()` waits at once. To get the future, call it by path:
///
/// ```
/// use csp::prelude::*;
///
/// #[process]
/// fn main() {
///     let (_tx, rx) = chan!(u32);
///     let received = timeout(Duration::from_millis(1), Receiver::recv(&rx)).await;
///     assert!(received.is_err());
/// }
/// ```
#[must_use = "a receive does nothing until it is awaited"]
pub struct Recv<'a, T> {
    channel: &'a Channel<T>,
    node: Node,
    slot: UnsafeCell<MaybeUninit<T>>,
}

crate::util::assert_not_unpin!(Recv<'static, u8>);

// SAFETY: the slot is written by a peer under the lock and read by the owner after DONE; a `T` moves between threads.
unsafe impl<T: Send> Sync for Recv<'_, T> {}

enum Step<T> {
    Value(T, Who),
    Closed,
    Wait(Option<Spot>),
    /// Waiting needs a foreign waker boxed first.
    Box,
}

impl<'a, T> Recv<'a, T> {
    pub(crate) fn new(channel: &'a Channel<T>, at: Spot) -> Self {
        Self { channel, node: Node::written_at(at), slot: UnsafeCell::new(MaybeUninit::uninit()) }
    }

    fn slot(&self) -> *mut () {
        self.slot.with_mut(<*mut _>::cast)
    }

    /// The same receive, on an end that the process has which waits for it.
    #[inline(always)]
    pub(crate) fn own(mut self) -> Self {
        // SAFETY: `new` made the node so, and a receive that was not polled is not prepared.
        unsafe { self.node.set_own() };
        self
    }

    /// # Safety
    /// The node's state is DONE: a peer filled the slot. The caller sets the state to IDLE.
    unsafe fn take(&self) -> T {
        // SAFETY: by the contract.
        self.slot.with(|slot| unsafe { (*slot).assume_init_read() })
    }

    #[inline(never)]
    fn begin(&self, cx: &mut Context<'_>) -> Poll<Result<T, RecvError>> {
        // A foreign waker is boxed only when there is a wait, and not under the lock.
        let task = TaskRef::of(cx.waker());
        let mut who = task.map(Who::task);
        if let Some(task) = task {
            self.channel.used_by(Side::Receiver, task);
        }
        loop {
            let step = self.channel.locked(|locked| match locked.recv() {
                Received::Value(value, who) => Step::Value(value, who),
                Received::Closed => Step::Closed,
                Received::Empty => {
                    let Some(who) = who.take() else { return Step::Box };
                    // SAFETY: `new` made the node so; the node is ours, pinned, in no list; `drop` takes it out.
                    unsafe {
                        let at = self.node.spot();
                        locked.wait_to_receive(&self.node, self.slot(), Waiter::plain(who));
                        Step::Wait(at)
                    }
                }
            });
            match step {
                Step::Value(value, wake) => {
                    self.node.settle(state::IDLE);
                    wake.wake();
                    return Poll::Ready(Ok(value));
                }
                Step::Closed => {
                    self.node.settle(state::IDLE);
                    return Poll::Ready(Err(RecvError));
                }
                Step::Wait(at) => {
                    if let (Some(task), Some(at)) = (task, at) {
                        task.waits_at(Waits::Recv, self.channel.address(), at);
                    }
                    return Poll::Pending;
                }
                Step::Box => who = Some(Who::of(cx.waker())),
            }
        }
    }

    /// Polled while waiting: the waker may be another one now.
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

impl<T> Future for Recv<'_, T> {
    type Output = Result<T, RecvError>;

    #[inline(always)]
    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let this = self.into_ref().get_ref();
        match this.node.state() {
            state::IDLE => {
                ready!(budget::poll_proceed_on(cx, this.channel.address()));
                match this.channel.receive_quickly() {
                    Some(value) => Poll::Ready(Ok(value)),
                    None => this.begin(cx),
                }
            }
            state::DONE => {
                // SAFETY: DONE; the state is set to IDLE next.
                let value = unsafe { this.take() };
                this.node.settle(state::IDLE);
                Poll::Ready(Ok(value))
            }
            _ => this.resume(cx),
        }
    }
}

impl<T> Recv<'_, T> {
    /// Polled again, for whatever reason.
    #[cold]
    fn resume(&self, cx: &mut Context<'_>) -> Poll<Result<T, RecvError>> {
        let this = self;
        loop {
            match this.node.state() {
                state::DONE => {
                    // SAFETY: DONE; the state is set to IDLE next.
                    let value = unsafe { this.take() };
                    this.node.settle(state::IDLE);
                    return Poll::Ready(Ok(value));
                }
                state::CLOSED => {
                    this.node.settle(state::IDLE);
                    return Poll::Ready(Err(RecvError));
                }
                _ => {
                    this.again(cx);
                    if this.node.state() == state::WAITING {
                        oracle::still_waits();
                        return Poll::Pending;
                    }
                }
            }
        }
    }
}

impl<T> Drop for Recv<'_, T> {
    #[inline(always)]
    fn drop(&mut self) {
        if !self.node.never_waited(state::IDLE) {
            self.end();
        }
    }
}

impl<T> Recv<'_, T> {
    #[cold]
    fn end(&mut self) {
        if self.node.state() != state::IDLE {
            self.cancel();
        }
        self.node.finish();
    }

    fn cancel(&self) {
        budget::gives_up(self.channel.address());
        if self.node.state() != state::CLOSED && self.channel.cancel_recv(&self.node) == state::DONE {
            // SAFETY: DONE, and nobody polls a future that is being dropped.
            let value = unsafe { self.take() };
            self.channel.give_back(value);
        }
    }
}

/// A parked process holds one of these: `ci/gates.sh` and `tests/memory.rs` count on its size.
#[cfg(not(loom))]
const _: () = assert!(size_of::<Recv<'_, u64>>() == 7 * size_of::<usize>());

outcome!(Recv: T);
