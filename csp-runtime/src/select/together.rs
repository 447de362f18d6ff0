//! How a select that sends enters its queues: all at once, under all their locks.
//!
//! Two selects that face each other over two channels in opposite order would otherwise find each other closed, time and
//! again: each enters one queue, finds the other's node there, marks it, and is marked. Who only receives faces nobody who
//! only receives.

use std::task::{Context, Poll};

use super::op::{Attempt, Mode, Wake};
use super::order::{Locks, Order};
use super::run::{Chosen, Run};
use crate::wait::Who;

impl Run<'_, '_> {
    fn acquire(&self, locks: &Locks) {
        for entry in locks.entries() {
            let (arm, inner) = self.find(entry);
            self.arms[arm].acquire(inner);
        }
    }

    /// The locks are those that `acquire` took.
    fn release(&self, locks: &Locks) {
        for entry in locks.entries() {
            let (arm, inner) = self.find(entry);
            // SAFETY: this select took it.
            unsafe { self.arms[arm].release(inner) };
        }
    }

    /// Under the locks of all entries that are in no queue: tries once more, then enters every queue. `None`: start again.
    pub(super) fn enlist_together(&mut self, cx: &mut Context<'_>) -> Option<Poll<Chosen>> {
        let order = Order::new(self.entries, self.biased);
        let turns = |run: &Self| {
            let drawn = (0..run.entries).map(|turn| order.drawn(turn));
            drawn.filter(|&entry| run.out.contains(entry) && run.address(entry) != 0).collect::<Vec<_>>()
        };
        let turns = turns(self);
        let channels = turns.iter().map(|&entry| (self.address(entry), entry as u32));
        let locks = Locks::new(channels, turns.len());
        let who = Who::of(cx.waker());
        self.acquire(&locks);
        for &entry in &turns {
            let mut wake = Wake::default();
            // SAFETY: the lock of every entry that has one is held.
            match unsafe { self.attempt(entry, Mode::Locked, cx, &mut wake) } {
                Attempt::Waits | Attempt::Closed => continue,
                Attempt::Grow => {
                    self.release(&locks);
                    let (arm, _) = self.find(entry);
                    self.arms[arm].grow();
                    return None;
                }
                chosen => {
                    self.release(&locks);
                    return Some(self.chose(entry, chosen, wake, cx));
                }
            }
        }
        // In the order drawn: a peer takes the first of several arms on its channel.
        for &entry in &turns {
            let (arm, inner) = self.find(entry);
            let block = std::ptr::from_ref(&self.block);
            // SAFETY: the lock is held; the block is pinned with the future, which withdraws before it goes.
            if unsafe { self.arms[arm].as_mut().enlist(inner, block, entry as u32) } {
                self.out.remove(entry);
            }
        }
        // SAFETY: closed, and `absorb` waited for every peer that left a mark.
        let opened = (!self.out.is_first(self.entries)).then(|| unsafe { self.block.0.open(who) });
        self.release(&locks);
        match opened {
            Some((true, _)) => Some(self.waits(cx)),
            // A peer came to a queue where an entry had stayed.
            Some((false, _)) => None,
            None if self.polls() => Some(self.waits(cx)),
            // Everything closed between the two tries.
            None => None,
        }
    }
}
