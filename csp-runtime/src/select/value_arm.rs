//! The arm that sends a value which it has from the beginning: an eager arm, for literals and for places of a `Copy` type.

use std::borrow::Borrow;
use std::marker::PhantomData;
use std::mem::MaybeUninit;
use std::ops::Deref;
use std::pin::Pin;
use std::task::Context;

use super::first::Or;
use super::op::{Arm, Attempt, BlockRef, Kinds, Look, Mode, OnClose, Standing, Wake};
use super::send_arm::SendArm;
use super::source::Sink;
use crate::chan::channel::{Channel, Queue, SEND_HINT, unlink};
use crate::chan::shared::Side;
use crate::chan::state::{Sent, State};
use crate::chan::{SendError, Sender};
use crate::shim::UnsafeCell;
use crate::wait::node::{Node, Waiter, state};

/// Sends a value that is there, as an arm of a select. Its peers see a waiting sender like any other.
pub struct ValueArm<S: Borrow<Sender<T>>, T> {
    /// `None` in an arm that is never enabled.
    sender: Option<S>,
    enabled: bool,
    on_close: OnClose,
    node: Node,
    /// Full unless the node's state is DONE.
    value: UnsafeCell<MaybeUninit<T>>,
}

crate::util::assert_not_unpin!(ValueArm<Sender<u8>, u8>, ValueArm<&'static Sender<u8>, u8>);

/// Makes a send arm of a value that is there: for the expansion of `select!`.
pub fn value_arm<K: Sink + ?Sized>(
    sink: &K,
    value: K::Item,
    enabled: bool,
    on_close: OnClose,
) -> ValueArm<&Sender<K::Item>, K::Item> {
    ValueArm::new(sink.sender(), value, enabled, on_close)
}

impl<S: Borrow<Sender<T>>, T> ValueArm<S, T> {
    fn new(sender: Option<S>, value: T, enabled: bool, on_close: OnClose) -> Self {
        let value = UnsafeCell::new(MaybeUninit::new(value));
        Self { enabled: enabled && sender.is_some(), sender, on_close, node: Node::new(), value }
    }

    fn channel(&self) -> &Channel<T> {
        &self.sender.as_ref().expect("an arm without a sender is disabled").borrow().channel
    }

    /// # Safety
    /// The place is full and no peer can reach it. The caller sets the state to DONE, or fills it again.
    unsafe fn take(&self) -> T {
        // SAFETY: by the contract.
        self.value.with(|value| unsafe { (*value).assume_init_read() })
    }

    /// What became of a chosen arm: it was chosen because its value was taken, or because the channel is closed.
    ///
    /// # Errors
    /// Gives the value back when the channel is closed.
    ///
    /// # Panics
    /// When the arm was not chosen, or was asked before.
    pub fn sent(self: Pin<&mut Self>) -> Result<(), SendError<T>> {
        match self.node.state() {
            state::DONE => Ok(()),
            state::CLOSED => {
                // SAFETY: no peer knows the node of a closed channel, and a later call finds it DONE.
                let value = unsafe { self.take() };
                self.node.settle(state::DONE);
                Err(SendError(value))
            }
            _ => panic!("only a chosen arm has an outcome"),
        }
    }

    fn attempt_in(&self, locked: &mut State<T>, wake: &mut Wake) -> Attempt {
        // A select that was forgotten may have left it in its queue.
        unlink(locked, &self.node, Queue::Sending);
        if self.node.state() != state::IDLE {
            return Attempt::Closed;
        }
        // SAFETY: idle: the value is here and ours alone.
        let (value, attempt) = match locked.send(unsafe { self.take() }) {
            Sent::Done(who) => {
                self.node.settle(state::DONE);
                wake.0 = who;
                return Attempt::Ready;
            }
            Sent::Full(value) => (value, Attempt::Waits),
            Sent::Grow(value) => (value, Attempt::Grow),
            Sent::Closed(value) if self.on_close == OnClose::Disable => (value, Attempt::Closed),
            Sent::Closed(value) => {
                self.node.settle(state::CLOSED);
                (value, Attempt::Ready)
            }
        };
        // SAFETY: it was just taken, and no peer knows the node.
        self.value.with_mut(|place| unsafe { (*place).write(value) });
        attempt
    }
}

impl<S: Borrow<Sender<T>> + Send, T: Send> Arm for ValueArm<S, T> {
    fn look(&self) -> Look {
        Look::sends(Kinds::NONE, self.may_be_ready(0))
    }

    fn may_be_ready(&self, _entry: usize) -> bool {
        // An arm that is disabled says so when it is tried.
        !self.enabled || self.channel().hints(SEND_HINT)
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
        wake: &mut Wake,
    ) -> Attempt {
        let this = self.into_ref().get_ref();
        if !this.enabled {
            return Attempt::Closed;
        }
        if !this.channel().hints(SEND_HINT) {
            return Attempt::Waits;
        }
        this.channel().used(Side::Sender, cx.waker());
        if mode == Mode::Locked {
            // SAFETY: the caller holds the lock.
            return unsafe { this.channel().held(|locked| this.attempt_in(locked, wake)) };
        }
        loop {
            match this.channel().locked(|locked| this.attempt_in(locked, wake)) {
                Attempt::Grow => this.channel().grow(),
                attempt => return attempt,
            }
        }
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
        // SAFETY: the caller holds the lock and keeps the block alive; the arm is pinned and withdraws when dropped.
        unsafe {
            this.channel().held(|locked| {
                // As in `attempt_in`, which the hint may have left out.
                unlink(locked, &this.node, Queue::Sending);
                if locked.refuses() || this.node.state() != state::IDLE {
                    return false;
                }
                this.node.prepare();
                this.node.set_entry(index);
                this.node.links(|l| {
                    l.slot = this.value.with_mut(<*mut _>::cast);
                    l.waiter = Waiter::select(block.cast());
                });
                locked.sending.push(&this.node);
                true
            })
        }
    }

    fn standing(&self, _entry: usize) -> Standing {
        match self.channel().state_of(&self.node) {
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
            self.channel().unlink(&self.node, Queue::Sending);
        }
    }
}

impl<S: Borrow<Sender<T>>, T> Drop for ValueArm<S, T> {
    fn drop(&mut self) {
        if self.node.state() == state::WAITING {
            self.channel().unlink(&self.node, Queue::Sending);
        }
        if self.node.state() != state::DONE {
            // SAFETY: not DONE and out of the queue: the value is here and ours alone.
            drop(unsafe { self.take() });
        }
        self.node.finish();
    }
}

/// A variable or a field that is to be sent on a channel of `T`. Its arm has the value if the type is `Copy`, else the value is
/// moved out of the place once the arm was chosen.
pub struct Place<'p, T, P> {
    place: &'p P,
    values: PhantomData<fn() -> T>,
}

/// What makes the arm of a place that is no `Copy` place.
pub struct Moved<T>(PhantomData<fn() -> T>);

/// Names a place, for the expansion of `select!`.
pub fn place<'p, K: Sink + ?Sized, P>(_sink: &K, place: &'p P) -> Place<'p, K::Item, P> {
    Place { place, values: PhantomData }
}

/// The method that is found first: only of a place whose type is the channel's, and `Copy`.
impl<T: Copy> Place<'_, T, T> {
    /// The arm with a copy of the value.
    pub fn arm<K: Sink<Item = T> + ?Sized>(
        self,
        sink: &K,
        enabled: bool,
        on_close: OnClose,
    ) -> ValueArm<&Sender<T>, T> {
        ValueArm::new(sink.sender(), *self.place, enabled, on_close)
    }

    /// The same, with a sender of its own.
    pub fn held_arm<K: Sink<Item = T> + ?Sized>(
        self,
        sink: &K,
        enabled: bool,
        on_close: OnClose,
    ) -> Pin<Box<ValueArm<Sender<T>, T>>> {
        Box::pin(ValueArm::new(sink.sender().cloned(), *self.place, enabled, on_close))
    }
}

impl<T, P> Deref for Place<'_, T, P> {
    type Target = Moved<T>;

    fn deref(&self) -> &Moved<T> {
        const { &Moved(PhantomData) }
    }
}

impl<T> Moved<T> {
    /// An arm without a value.
    pub fn arm<'s, K: Sink<Item = T> + ?Sized>(
        &self,
        sink: &'s K,
        enabled: bool,
        on_close: OnClose,
    ) -> SendArm<&'s Sender<T>, T> {
        SendArm::new(sink.sender(), enabled, on_close, false)
    }

    /// The same, with a sender of its own.
    pub fn held_arm<K: Sink<Item = T> + ?Sized>(
        &self,
        sink: &K,
        enabled: bool,
        on_close: OnClose,
    ) -> Pin<Box<SendArm<Sender<T>, T>>> {
        Box::pin(SendArm::new(sink.sender().cloned(), enabled, on_close, false))
    }
}

/// The arm of a place, once it was chosen: the outcome, or what the value is still to be given to.
pub trait PlaceArm<T> {
    /// What the value is still to be given to.
    type Rest<'a>
    where
        Self: 'a;

    /// Which of the two it is.
    fn outcome(self: Pin<&mut Self>) -> Or<Result<(), SendError<T>>, Self::Rest<'_>>;
}

/// There is no value to be given any more.
pub struct Never(Nothing);

enum Nothing {}

impl Never {
    /// Is never called.
    #[expect(clippy::missing_errors_doc)]
    pub fn deliver<T>(self, _value: T) -> Result<(), SendError<T>> {
        match self.0 {}
    }
}

impl<S: Borrow<Sender<T>>, T> PlaceArm<T> for ValueArm<S, T> {
    type Rest<'a>
        = Never
    where
        Self: 'a;

    fn outcome(self: Pin<&mut Self>) -> Or<Result<(), SendError<T>>, Never> {
        Or::This(self.sent())
    }
}

impl<S: Borrow<Sender<T>>, T> PlaceArm<T> for SendArm<S, T> {
    type Rest<'a>
        = Pin<&'a mut Self>
    where
        Self: 'a;

    fn outcome(self: Pin<&mut Self>) -> Or<Result<(), SendError<T>>, Pin<&mut Self>> {
        Or::Next(self)
    }
}
