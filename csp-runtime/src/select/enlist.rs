//! How a select enters its queues: one after the other, or, if it sends, all at once under all their locks.
//!
//! Two selects that send and face each other over two channels in opposite order would otherwise find each other closed, time
//! and again: each enters one queue, finds the other's node there, marks it, and is marked. Those that only receive face nobody
//! that only receives.

use std::task::{Context, Poll};

use super::op::{Attempt, Chosen, Kinds, Mode, Wake};
use super::order::Locks;
use super::run::Turn;
use crate::wait::Who;

impl Turn<'_, '_> {
    /// Tries each entry that is in no queue once more, and enters its queue if it is not ready. `None`: start again.
    ///
    /// The block is closed until all are in: a peer that comes meanwhile leaves a mark, and the block does not open then.
    pub(super) fn enlist(&mut self, cx: &mut Context<'_>) -> Option<Poll<Chosen>> {
        // In the order drawn: a peer takes the first of several arms on its channel.
        let mut left = self.select.out.clone();
        while let Some(entry) = left.draw(self.select.biased) {
            let (arm, inner) = self.find(entry);
            if self.arms[arm].address(inner) == 0 {
                continue;
            }
            let (block, mut wake) = (std::ptr::from_ref(&self.select.block), Wake::default());
            // SAFETY: the block is pinned with the future, which withdraws before it goes.
            match unsafe { self.arms[arm].as_mut().wait(inner, cx, &mut wake, block, entry as u32) } {
                Attempt::Waits => self.select.out.remove(entry),
                // It closed between the two tries, and may have been the last.
                Attempt::Closed if !self.select.shut.contains(entry) => return None,
                Attempt::Closed | Attempt::Grow => {}
                Attempt::Ready => return Some(self.chose(entry, wake)),
            }
        }
        if !self.select.out.is_first(self.select.entries) {
            // SAFETY: closed, and `absorb` waited for every peer that left a mark.
            let (open, old) = unsafe { self.select.block.0.open(Who::of(cx.waker()), Who::NOBODY) };
            drop(old);
            if !open {
                return None;
            }
        } else if !self.select.kinds.has(Kinds::POLLED) {
            // Everything closed between the two tries.
            return None;
        }
        Some(self.waits(cx))
    }

    fn acquire(&self, locks: &Locks) {
        for entry in locks.entries() {
            let (arm, inner) = self.find(entry);
            // SAFETY: each channel once, in address order; `release` follows.
            unsafe { self.arms[arm].acquire(inner) };
        }
    }

    /// The locks are those that `acquire` took.
    fn release(&self, locks: &Locks) {
        for entry in locks.entries() {
            let (arm, inner) = self.find(entry);
            // SAFETY: this select took it.
            unsafe { self.arms[arm].release(inner) };
        }
        for entry in locks.entries() {
            let (arm, inner) = self.find(entry);
            self.arms[arm].flush(inner);
        }
    }

    /// Under the locks of all entries that are in no queue: tries once more, then enters every queue. `None`: start again.
    pub(super) fn enlist_together(&mut self, cx: &mut Context<'_>) -> Option<Poll<Chosen>> {
        let mut left = self.select.out.clone();
        let drawn = std::iter::from_fn(|| left.draw(self.select.biased));
        let turns: Vec<_> = drawn.filter(|&entry| self.address(entry) != 0).collect();
        let channels = turns.iter().map(|&entry| (self.address(entry), entry as u32));
        let locks = Locks::new(channels, turns.len());
        let who = Who::of(cx.waker());
        let caller = if self.select.kinds.has(Kinds::LAZY) { Who::of(cx.waker()) } else { Who::NOBODY };
        self.acquire(&locks);
        for &entry in &turns {
            let mut wake = Wake::default();
            // SAFETY: the lock of every entry that has one is held.
            match unsafe { self.attempt(entry, Mode::Locked, cx, &mut wake) } {
                // It closed between the two tries, and may have been the last.
                Attempt::Closed if !self.select.shut.contains(entry) => {
                    self.release(&locks);
                    return None;
                }
                Attempt::Waits | Attempt::Closed => continue,
                Attempt::Grow => {
                    self.release(&locks);
                    let (arm, _) = self.find(entry);
                    self.arms[arm].grow();
                    return None;
                }
                Attempt::Ready => {
                    self.release(&locks);
                    return Some(self.chose(entry, wake));
                }
            }
        }
        // In the order drawn: a peer takes the first of several arms on its channel.
        for &entry in &turns {
            let (arm, inner) = self.find(entry);
            let block = std::ptr::from_ref(&self.select.block);
            // SAFETY: the lock is held; the block is pinned with the future, which withdraws before it goes.
            if unsafe { self.arms[arm].as_mut().enlist(inner, block, entry as u32) } {
                self.select.out.remove(entry);
            }
        }
        // SAFETY: closed, and `absorb` waited for every peer that left a mark.
        let opened = (!self.select.out.is_first(self.select.entries))
            .then(|| unsafe { self.select.block.0.open(who, caller) });
        self.release(&locks);
        match opened {
            Some((true, _)) => Some(self.waits(cx)),
            // A peer came to a queue where an entry had stayed.
            Some((false, _)) => None,
            None if self.select.kinds.has(Kinds::POLLED) => Some(self.waits(cx)),
            // Everything closed between the two tries.
            None => None,
        }
    }
}
