//! The arm that sends a value which is made once the arm was chosen: a lazy arm.

use std::borrow::Borrow;
use std::cell::Cell;
use std::marker::PhantomData;
use std::pin::Pin;
use std::ptr;
use std::task::Context;

use super::op::{Arm, Attempt, BlockRef, Kinds, Look, Mode, OnClose, Standing, Wake};
use super::source::Sink;
use crate::chan::channel::{Channel, SEND_HINT};
use crate::chan::shared::Side;
use crate::chan::state::Bound;
use crate::chan::{SendError, Sender};
use crate::wait::node::{Node, Waiter, state};

/// Sends on a channel, as an arm of a select; `S` is the sender, borrowed or owned.
///
/// A chosen arm is *bound*: the value that [`deliver`](Self::deliver) brings goes to a receiver that waits by then, else into the
/// channel. Dropped without a delivery, it lets go of the place that may be held for its value.
pub struct SendArm<S: Borrow<Sender<T>>, T> {
    /// `None` in an arm that is never enabled.
    sender: Option<S>,
    enabled: bool,
    on_close: OnClose,
    /// Making the value may wait.
    slow: bool,
    /// Chosen, and not delivered yet; with whether a place is held.
    bound: Cell<Option<bool>>,
    /// The block of the select that has the arm, null before that.
    block: Cell<*const BlockRef>,
    node: Node,
    values: PhantomData<fn(T)>,
}

crate::util::assert_not_unpin!(SendArm<Sender<u8>, u8>, SendArm<&'static Sender<u8>, u8>);

// SAFETY: the pointer is compared, and followed by nobody.
unsafe impl<S: Borrow<Sender<T>> + Send, T: Send> Send for SendArm<S, T> {}

/// Makes a send arm: for the expansion of `select!`. `slow`: making the value may wait.
pub fn send_arm<K: Sink + ?Sized>(
    sink: &K,
    enabled: bool,
    on_close: OnClose,
    slow: bool,
) -> SendArm<&Sender<K::Item>, K::Item> {
    SendArm::new(sink.sender(), enabled, on_close, slow)
}

/// A send arm that owns its sender, in a place that does not move.
pub(crate) type HeldSendArm<T> = Pin<Box<SendArm<Sender<T>, T>>>;

/// A send arm that outlives the borrow of its sink, so that it can be carried away once it was chosen.
pub fn held_send_arm<K: Sink + ?Sized>(
    sink: &K,
    enabled: bool,
    on_close: OnClose,
    slow: bool,
) -> HeldSendArm<K::Item> {
    Box::pin(SendArm::new(sink.sender().cloned(), enabled, on_close, slow))
}

impl<S: Borrow<Sender<T>>, T> SendArm<S, T> {
    pub(super) fn new(sender: Option<S>, enabled: bool, on_close: OnClose, slow: bool) -> Self {
        Self {
            enabled: enabled && sender.is_some(),
            sender,
            on_close,
            slow,
            bound: Cell::new(None),
            block: Cell::new(ptr::null()),
            node: Node::new(),
            values: PhantomData,
        }
    }

    fn channel(&self) -> &Channel<T> {
        &self.sender.as_ref().expect("an arm without a sender is disabled").borrow().channel
    }

    /// Brings the value of a chosen arm; does not wait. It goes to a receiver that waits, else to the back of the buffer.
    ///
    /// # Errors
    /// Gives the value back when the channel is closed by now.
    pub fn deliver(self: Pin<&mut Self>, value: T) -> Result<(), SendError<T>> {
        self.channel().deliver(self.bound.take().unwrap_or(false), value)
    }

    fn bound(&self, bound: &Bound) -> Attempt {
        match bound {
            Bound::Yes(place) => {
                self.bound.set(Some(*place));
                Attempt::Ready
            }
            Bound::Waits => Attempt::Waits,
            Bound::Grow => Attempt::Grow,
            Bound::Closed if self.on_close == OnClose::Disable => Attempt::Closed,
            Bound::Closed => Attempt::Ready,
        }
    }
}

impl<S: Borrow<Sender<T>> + Send, T: Send> Arm for SendArm<S, T> {
    fn look(&self) -> Look {
        Look::sends(Kinds::LAZY, self.may_be_ready(0))
    }

    fn may_be_ready(&self, _entry: usize) -> bool {
        // An arm that is disabled says so when it is tried. One that was called is ready whatever the channel hints.
        !self.enabled || self.channel().hints(SEND_HINT) || self.node.is_called()
    }

    fn takes_part(&self) -> bool {
        self.enabled
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
        // In its queue it was called: the caller is through once the lock was held.
        if this.node.state() != state::WAITING && !this.may_be_ready(0) {
            return Attempt::Waits;
        }
        let (own, slow) = (this.block.get().cast(), this.slow);
        let bound = if mode == Mode::Locked {
            // SAFETY: the caller holds the lock.
            unsafe { this.channel().held(|locked| locked.bind(&this.node, own, slow)) }
        } else {
            this.channel().bind(&this.node, own, slow)
        };
        this.channel().used(Side::Sender, cx.waker());
        this.bound(&bound)
    }

    unsafe fn acquire(&self, _entry: usize) {
        self.channel().acquire();
    }

    unsafe fn release(&self, _entry: usize) {
        self.channel().release();
    }

    fn flush(&self, _entry: usize) {
        self.channel().flush();
    }

    fn grow(&self) {
        self.channel().grow();
    }

    unsafe fn enlist(self: Pin<&mut Self>, _entry: usize, block: *const BlockRef, index: u32) -> bool {
        let this = self.into_ref().get_ref();
        this.block.set(block);
        // SAFETY: the caller holds the lock and keeps the block alive; the arm is pinned and withdraws when dropped.
        unsafe {
            this.channel().held(|locked| {
                if locked.refuses() {
                    return false;
                }
                // A select that was forgotten may have left it in its queue.
                locked.withdraw_lazy(&this.node);
                this.node.prepare();
                this.node.set_entry(index);
                this.node.links(|l| l.waiter = Waiter::select(block.cast()));
                locked.wait_lazily(&this.node);
                true
            })
        }
    }

    fn standing(&self, _entry: usize) -> Standing {
        match self.channel().state_of(&self.node) {
            state::WAITING => Standing::Waits,
            _ => Standing::Out,
        }
    }

    fn enable(self: Pin<&mut Self>, enabled: bool) -> bool {
        let enabled = enabled && self.sender.is_some();
        // SAFETY: the flag is not pinned.
        std::mem::replace(&mut unsafe { self.get_unchecked_mut() }.enabled, enabled) != enabled
    }

    fn withdraw(&self, _entry: usize) {
        // Only a closing channel takes it out of its queue besides.
        if self.node.state() == state::WAITING {
            self.channel().withdraw_lazy(&self.node);
        }
    }
}

impl<S: Borrow<Sender<T>>, T> Drop for SendArm<S, T> {
    fn drop(&mut self) {
        if self.node.state() == state::WAITING {
            self.channel().withdraw_lazy(&self.node);
        }
        if let Some(place) = self.bound.take() {
            self.channel().unbind(place);
        }
        self.node.finish();
    }
}
