//! What others are told of a select: what it waits for, and what it touches.

use std::task::{Context, Poll};

use super::op::Chosen;
use super::run::{Phase, Turn};
use crate::shim::oracle;
use crate::task::TaskRef;
use crate::task::reason::Waits;

impl Turn<'_, '_> {
    /// All entries are in their queues, and the block is open.
    pub(super) fn waits(&mut self, cx: &Context<'_>) -> Poll<Chosen> {
        self.select.phase = Phase::Waiting;
        if !self.select.waker.as_ref().is_some_and(|waker| waker.will_wake(cx.waker())) {
            self.select.waker = Some(cx.waker().clone());
        }
        self.note(cx);
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

    pub(super) fn note(&self, cx: &Context<'_>) {
        if let Some(task) = TaskRef::of(cx.waker()) {
            task.waits_for(Waits::Select, std::ptr::from_ref(&self.select.block) as usize, self.select.at);
        }
    }
}
