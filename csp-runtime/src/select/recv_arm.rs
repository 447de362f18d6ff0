//! The arm that receives from a channel.

use std::mem::MaybeUninit;
use std::pin::Pin;
use std::task::Context;

use super::op::{Arm, Attempt, BlockRef, Look, Mode, OnClose, Standing, Wake};
use super::source::SourceArm;
use crate::chan::RecvError;
use crate::chan::channel::{Channel, Queue, RECV_HINT, unlink};
use crate::chan::shared::Side;
use crate::chan::state::{Received, State};
use crate::shim::UnsafeCell;
use crate::wait::node::{Node, Waiter, state};

/// Receives from a channel, as an arm of a select.
pub struct RecvArm<'a, T> {
    channel: &'a Channel<T>,
    enabled: bool,
    on_close: OnClose,
    node: Node,
    slot: UnsafeCell<MaybeUninit<T>>,
}

crate::util::assert_not_unpin!(RecvArm<'static, u8>);

// SAFETY: the slot is written by a peer under the lock and read by the owner once the node is DONE.
unsafe impl<T: Send> Sync for RecvArm<'_, T> {}

impl<'a, T> RecvArm<'a, T> {
    pub(crate) fn new(channel: &'a Channel<T>, enabled: bool, on_close: OnClose) -> Self {
        let slot = UnsafeCell::new(MaybeUninit::uninit());
        Self { channel, enabled, on_close, node: Node::new(), slot }
    }

    fn slot(&self) -> *mut () {
        self.slot.with_mut(<*mut _>::cast)
    }

    fn take(&self) -> Option<T> {
        let was = self.node.state();
        if matches!(was, state::DONE | state::CLOSED) {
            self.node.settle(state::IDLE);
        }
        if was != state::DONE {
            return None;
        }
        // SAFETY: the node was DONE: the slot is full, and a later call finds it IDLE.
        Some(self.slot.with(|slot| unsafe { (*slot).assume_init_read() }))
    }

    fn attempt_in(&self, locked: &mut State<T>, wake: &mut Wake) -> Attempt {
        // A select that was forgotten may have left it in its queue.
        unlink(locked, &self.node, Queue::Receiving);
        if self.node.state() != state::IDLE {
            // Chosen before, and what it got was not taken away.
            return Attempt::Ready;
        }
        match locked.recv() {
            Received::Value(value, who) => {
                // SAFETY: the node is idle: the slot is empty and ours alone.
                self.slot.with_mut(|slot| unsafe { (*slot).write(value) });
                self.node.settle(state::DONE);
                wake.0 = who;
                Attempt::Ready
            }
            Received::Empty => Attempt::Waits,
            Received::Closed if self.on_close == OnClose::Disable => Attempt::Closed,
            Received::Closed => {
                self.node.settle(state::CLOSED);
                Attempt::Ready
            }
        }
    }
}

impl<T: Send> Arm for RecvArm<'_, T> {
    fn look(&self) -> Look {
        Look::channel(self.may_be_ready(0))
    }

    fn takes_part(&self) -> bool {
        self.enabled && self.on_close.takes_part(false)
    }

    fn may_be_ready(&self, _entry: usize) -> bool {
        // An arm that is disabled says so when it is tried.
        !self.enabled || self.channel.hints(RECV_HINT)
    }

    fn address(&self, _entry: usize) -> usize {
        if self.enabled { self.channel.address() } else { 0 }
    }

    unsafe fn attempt(
        self: Pin<&mut Self>,
        _entry: usize,
        mode: Mode,
        cx: &mut Context<'_>,
        wake: &mut Wake,
    ) -> Attempt {
        let this = self.into_ref().get_ref();
        if !this.enabled {
            return Attempt::Closed;
        }
        // Under the lock the hint is exact; without it, it is right about what happened before.
        if !this.channel.hints(RECV_HINT) {
            return Attempt::Waits;
        }
        this.channel.used(Side::Receiver, cx.waker());
        if mode == Mode::Locked {
            // SAFETY: the caller holds the lock.
            return unsafe { this.channel.held(|locked| this.attempt_in(locked, wake)) };
        }
        this.channel.locked(|locked| this.attempt_in(locked, wake))
    }

    unsafe fn acquire(&self, _entry: usize) {
        self.channel.acquire();
    }

    unsafe fn release(&self, _entry: usize) {
        self.channel.release();
    }

    fn flush(&self, _entry: usize) {
        self.channel.flush();
    }

    fn ask(&self, _entry: usize) {
        if self.enabled {
            self.channel.ask();
        }
    }

    unsafe fn enlist(self: Pin<&mut Self>, _entry: usize, block: *const BlockRef, index: u32) -> bool {
        let this = self.into_ref().get_ref();
        // SAFETY: the caller holds the lock and keeps the block alive; the arm is pinned and withdraws when dropped.
        unsafe {
            this.channel.held(|locked| {
                if locked.ends() {
                    return false;
                }
                // As in `attempt_in`, which the hint may have left out.
                unlink(locked, &this.node, Queue::Receiving);
                this.node.prepare();
                this.node.set_entry(index);
                locked.wait_to_receive(&this.node, this.slot(), Waiter::select(block.cast()));
                true
            })
        }
    }

    fn standing(&self, _entry: usize) -> Standing {
        match self.channel.state_of(&self.node) {
            state::WAITING => Standing::Waits,
            state::DONE => Standing::Won,
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
            self.channel.unlink(&self.node, Queue::Receiving);
        }
    }

    fn settled(&self, _entry: usize, cx: &mut Context<'_>) {
        self.channel.used(Side::Receiver, cx.waker());
    }
}

impl<T: Send> SourceArm for RecvArm<'_, T> {
    type Item = T;

    fn result(self: Pin<&mut Self>) -> Result<T, RecvError> {
        self.take().ok_or(RecvError)
    }
}

impl<T> Drop for RecvArm<'_, T> {
    #[inline(always)]
    fn drop(&mut self) {
        if !self.node.never_waited(state::IDLE) {
            self.end();
        }
    }
}

impl<T> RecvArm<'_, T> {
    #[cold]
    fn end(&mut self) {
        if self.node.state() == state::WAITING {
            self.channel.unlink(&self.node, Queue::Receiving);
        }
        // A value that nobody took away goes to the next receiver, or back to the front.
        if let Some(value) = self.take() {
            self.channel.give_back(value);
        }
        self.node.finish();
    }
}
