//! The arm that sends: chosen first, its value evaluated after.

use std::borrow::Borrow;
use std::marker::PhantomData;
use std::pin::Pin;
use std::task::Context;

use super::op::{Arm, Attempt, BlockRef, Look, Mode, OnClose, Standing, Wake};
use super::source::Sink;
use crate::chan::channel::{Channel, Queue, SEND_HINT};
use crate::chan::shared::Side;
use crate::chan::state::{Reserved, Sent};
use crate::chan::{SendError, Sender};
use crate::wait::node::{Node, Waiter, state};

/// Sends on a channel, as an arm of a select; `S` is the sender, borrowed or owned.
///
/// Once it was chosen it holds a place or a waiting receiver for the value that [`deliver`](Self::deliver) brings;
/// dropped without a delivery it lets go of it.
pub struct SendArm<S: Borrow<Sender<T>>, T> {
    sender: S,
    enabled: bool,
    on_close: OnClose,
    node: Node,
    values: PhantomData<fn(T)>,
}

/// Makes a send arm: for the expansion of `select!`.
pub fn send_arm<K: Sink + ?Sized>(
    sink: &K,
    enabled: bool,
    on_close: OnClose,
) -> SendArm<&Sender<K::Item>, K::Item> {
    SendArm::new(sink.sender(), enabled, on_close)
}

/// A send arm that owns its end, in a place that does not move.
pub(crate) type HeldSendArm<T> = Pin<Box<SendArm<Sender<T>, T>>>;

/// A send arm that outlives the borrow of its sink, so that it can be carried away once it was chosen.
pub fn held_send_arm<K: Sink + ?Sized>(sink: &K, enabled: bool, on_close: OnClose) -> HeldSendArm<K::Item> {
    Box::pin(SendArm::new(sink.sender().clone(), enabled, on_close))
}

/// Brings the value of a chosen arm that was carried away, as [`SendArm::deliver`].
///
/// # Errors
/// Gives the value back when the channel is closed by now.
pub async fn deliver<T>(mut arm: HeldSendArm<T>, value: T) -> Result<(), SendError<T>> {
    arm.as_mut().deliver(value).await
}

impl<S: Borrow<Sender<T>>, T> SendArm<S, T> {
    fn new(sender: S, enabled: bool, on_close: OnClose) -> Self {
        Self { sender, enabled, on_close, node: Node::new(), values: PhantomData }
    }

    fn channel(&self) -> &Channel<T> {
        &self.sender.borrow().channel
    }

    /// Brings the value of a chosen arm. It waits only if the receiver that the arm held left in the meantime.
    ///
    /// # Errors
    /// Gives the value back when the channel is closed by now.
    pub async fn deliver(self: Pin<&mut Self>, mut value: T) -> Result<(), SendError<T>> {
        let this = self.into_ref().get_ref();
        this.channel().touched();
        loop {
            value = match this.channel().locked(|state| state.deliver(&this.node, value)) {
                Sent::Done(who) => {
                    who.wake();
                    return Ok(());
                }
                Sent::Closed(value) => return Err(SendError(value)),
                Sent::Full(value) => return this.sender.borrow().send(value).await,
                Sent::Grow(value) => {
                    this.channel().grow();
                    value
                }
            };
        }
    }

    fn reserved(&self, reserved: &Reserved) -> Attempt {
        match reserved {
            Reserved::Place | Reserved::Receiver => Attempt::Ready,
            Reserved::Full => Attempt::Waits,
            Reserved::Grow => Attempt::Grow,
            Reserved::Closed if self.on_close == OnClose::Disable => Attempt::Closed,
            Reserved::Closed => Attempt::Ready,
        }
    }
}

impl<S: Borrow<Sender<T>> + Send, T: Send> Arm for SendArm<S, T> {
    fn look(&self) -> Look {
        Look { sends: true, ..Look::channel(self.may_be_ready(0)) }
    }

    fn may_be_ready(&self, _entry: usize) -> bool {
        // An arm that is disabled says so when it is tried.
        !self.enabled || self.channel().hints(SEND_HINT)
    }

    fn address(&self, _entry: usize) -> usize {
        if self.enabled { self.channel().address() } else { 0 }
    }

    unsafe fn attempt(
        self: Pin<&mut Self>,
        _entry: usize,
        mode: Mode,
        cx: &mut Context<'_>,
        _wake: &mut Wake,
    ) -> Attempt {
        let this = self.into_ref().get_ref();
        if !this.enabled {
            return Attempt::Closed;
        }
        // Under the lock the hint is exact; without it, it is right about what happened before.
        if !this.channel().hints(SEND_HINT) {
            return Attempt::Waits;
        }
        this.channel().used(Side::Sender, cx.waker());
        this.node.prepare();
        if mode == Mode::Locked {
            // SAFETY: the caller holds the lock.
            let reserved = unsafe { this.channel().held(|locked| locked.reserve(&this.node)) };
            return this.reserved(&reserved);
        }
        this.reserved(&this.channel().reserve(&this.node))
    }

    fn acquire(&self, _entry: usize) {
        self.channel().acquire();
    }

    unsafe fn release(&self, _entry: usize) {
        self.channel().release();
    }

    fn grow(&self) {
        self.channel().grow();
    }

    unsafe fn enlist(self: Pin<&mut Self>, _entry: usize, block: *const BlockRef, index: u32) -> bool {
        let this = self.into_ref().get_ref();
        // SAFETY: the caller holds the lock and keeps the block alive; the arm is pinned and withdraws when dropped.
        unsafe {
            this.channel().held(|locked| {
                if locked.refuses() {
                    return false;
                }
                this.node.prepare();
                this.node.set_entry(index);
                this.node.links(|l| l.waiter = Waiter::select(block.cast()));
                locked.sending.push(&this.node, false);
                true
            })
        }
    }

    fn standing(&self, _entry: usize) -> Standing {
        match self.channel().state_of(&self.node) {
            state::WAITING => Standing::Waits,
            state::PROMISE | state::RESERVED => Standing::Won,
            _ => Standing::Out,
        }
    }

    fn enable(self: Pin<&mut Self>, enabled: bool) -> bool {
        // SAFETY: the flag is not pinned.
        std::mem::replace(&mut unsafe { self.get_unchecked_mut() }.enabled, enabled) != enabled
    }

    fn withdraw(&self, _entry: usize) {
        // Any other state was the last thing that a peer did to the node.
        if self.node.state() == state::WAITING {
            self.channel().unlink(&self.node, Queue::Sending);
        }
    }

    fn settled(&self, _entry: usize, cx: &mut Context<'_>) -> Attempt {
        self.channel().used(Side::Sender, cx.waker());
        // The select has withdrawn, so the peer that won the claim is through with the node.
        Attempt::Ready
    }
}

impl<S: Borrow<Sender<T>>, T> Drop for SendArm<S, T> {
    fn drop(&mut self) {
        if self.node.state() == state::WAITING {
            self.channel().withdraw(&self.node, Queue::Sending);
        }
        if matches!(self.node.state(), state::PROMISE | state::RESERVED) {
            self.channel().undo(&self.node);
        }
        self.node.finish();
    }
}
