//! The future of one plain receive.

use std::future::Future;
use std::mem::MaybeUninit;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use super::channel::{Channel, Queue};
use super::error::RecvError;
use super::shared::Side;
use super::state::Received;
use crate::shim::{UnsafeCell, oracle};
use crate::task::reason::{Spot, Waits};
use crate::task::{TaskRef, budget};
use crate::wait::Who;
use crate::wait::node::{Node, Waiter, state};

/// A receive: waits for a value. Made by [`Receiver::recv`](super::Receiver::recv).
///
/// Dropping it cancels the receive. A value that was already handed to it goes to the next receiver, or back to the
/// front of the channel.
#[must_use = "a receive does nothing until it is awaited"]
pub struct Recv<'a, T> {
    channel: &'a Channel<T>,
    node: Node,
    slot: UnsafeCell<MaybeUninit<T>>,
}

// SAFETY: the slot is written by a peer under the lock and read by the owner after DONE; a `T` moves between threads.
unsafe impl<T: Send> Sync for Recv<'_, T> {}

enum Step<T> {
    Value(T, Who),
    Closed,
    Wait(Who, Option<Spot>),
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

    /// The first poll, or the first after a broken promise, which goes to the head of the queue.
    #[inline(never)]
    fn begin(&self, cx: &mut Context<'_>, front: bool) -> Poll<Result<T, RecvError>> {
        // A foreign waker is boxed only when there is a wait, and not under the lock.
        let task = TaskRef::of(cx.waker());
        let mut who = task.map(Who::task);
        if let Some(task) = task {
            self.channel.used_by(Side::Receiver, task);
        }
        // SAFETY: `new` made the node so. After a broken promise the process has it on record.
        let spot = || unsafe { self.node.spot() };
        loop {
            let step = self.channel.locked(|locked| match locked.recv(who.is_some()) {
                Received::Value(value, who) => Step::Value(value, who),
                Received::Closed => Step::Closed,
                Received::Promise(arm, wake) => {
                    let at = spot();
                    self.node.prepare();
                    locked.promise(arm, &self.node, self.slot(), who.take().unwrap_or_default());
                    Step::Wait(wake, at)
                }
                Received::Empty => {
                    let Some(who) = who.take() else { return Step::Box };
                    let at = spot();
                    self.node.prepare();
                    // SAFETY: the node is ours, pinned, in no list; `drop` takes it out; the lock is held.
                    unsafe {
                        self.node.links(|l| {
                            l.slot = self.slot();
                            l.waiter = Waiter::plain(who);
                        });
                        locked.receiving.push(&self.node, front);
                    }
                    Step::Wait(Who::NOBODY, at)
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
                Step::Wait(wake, at) => {
                    wake.wake();
                    match (task, at) {
                        (Some(task), Some(at)) => task.waits_at(Waits::Recv, self.channel.address(), at),
                        (_, Some(_)) => {}
                        (_, None) => oracle::still_waits(),
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
            if matches!(self.node.state(), state::WAITING | state::PROMISED) {
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
                    None => this.begin(cx, false),
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
                state::RETRY => {
                    ready!(budget::poll_proceed_on(cx, this.channel.address()));
                    return this.begin(cx, true);
                }
                _ => {
                    this.again(cx);
                    if matches!(this.node.state(), state::WAITING | state::PROMISED) {
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
        if matches!(self.node.state(), state::CLOSED | state::RETRY) {
            return;
        }
        if self.channel.withdraw(&self.node, Queue::Receiving) == state::DONE {
            // SAFETY: DONE, and nobody polls a future that is being dropped.
            let value = unsafe { self.take() };
            self.channel.give_back(value);
        }
    }
}

/// A parked process holds one of these: `ci/gates.sh` and `tests/memory.rs` count on its size.
#[cfg(not(loom))]
const _: () = assert!(size_of::<Recv<'_, u64>>() == 7 * size_of::<usize>());
