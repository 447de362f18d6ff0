//! What others are told of a select: what it waits for, and what it touches.

use std::task::{Context, Poll};

use super::op::{Chosen, Kinds};
use super::run::{Phase, Turn};
use crate::shim::oracle;
use crate::task::{self, MANY, TaskRef, budget};

impl Turn<'_, '_> {
    /// All entries are in their queues, and the block is open.
    pub(super) fn waits(&mut self, cx: &Context<'_>) -> Poll<Chosen> {
        self.select.phase = Phase::Waiting;
        self.select.waited = true;
        if !self.select.waker.as_ref().is_some_and(|waker| waker.will_wake(cx.waker())) {
            self.select.waker = Some(task::copy_waker(cx.waker()));
        }
        let queues = if self.select.kinds.has(Kinds::POLLED) {
            MANY
        } else {
            (self.select.entries - self.select.out.len()).min(usize::from(MANY)) as u16
        };
        self.note(cx, queues);
        Poll::Pending
    }

    /// Whatever the select does next may concern the channels of all arms. Arms that are polled speak for themselves.
    #[inline]
    pub(super) fn touched(&self) {
        if oracle::is_told() {
            self.tell();
        }
    }

    #[cold]
    #[inline(never)]
    pub(super) fn tell(&self) {
        for arm in self.arms.iter() {
            let channels = (0..arm.look().width as usize).map(|entry| arm.address(entry));
            channels.filter(|&address| address != 0).for_each(oracle::touched_channel);
        }
    }

    /// Records what the process waits for, and in how many queues.
    pub(super) fn note(&self, cx: &Context<'_>, queues: u16) {
        if let Some(task) = TaskRef::of(cx.waker()) {
            task.waits_in(queues, self.block_address(), self.select.at);
        }
    }

    /// Polled again while it waits.
    #[cold]
    pub(super) fn note_again(&self, cx: &Context<'_>) {
        oracle::still_waits();
        if let Some(task) = TaskRef::of(cx.waker()) {
            task.still_waits(self.block_address());
        }
    }

    /// It goes away, and may wait.
    pub(super) fn gives_up(&self) {
        budget::gives_up(self.block_address());
    }

    fn block_address(&self) -> usize {
        std::ptr::from_ref(&self.select.block).addr()
    }
}
