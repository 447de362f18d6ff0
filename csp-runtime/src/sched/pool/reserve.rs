//! The reserve: a thread for those that are in the midst of something while all other threads are stuck.
//!
//! It serves timers and sockets and runs the processes that wake thereby, and takes from the injector and from stuck workers those that
//! have waited before. Newly started ones it leaves to the other threads: a thousand that block at once, each in its first turn, cannot
//! take it. It is in no list of sleepers, so nobody relies on it for a wake: it looks again each [`NAP`], for as long as the
//! monitor lets it live.

use std::time::Duration;

use super::timers;
use super::worker::Worker;
use crate::task::{How, Token};
use crate::time::clock;

/// The longest time between two looks (nanoseconds).
const NAP: u64 = 1_000_000;

impl Worker {
    /// What `find` is to other workers. None: the pool stops, or the reserve is not needed any more.
    pub(super) fn find_waited(&self) -> Option<Token> {
        while !self.is_dismissed() {
            let now = clock::now();
            timers::expire_all(self.pool, now);
            self.poll_if_due(now);
            if let Some(token) = self.own().or_else(|| self.take_waited()) {
                return Some(token);
            }
            self.nap(now);
        }
        // It may have polled: a sleeper that found the lead taken takes it now.
        self.pool.hint();
        None
    }

    /// From stuck workers; what has not waited yet goes where the others look.
    fn take_waited(&self) -> Option<Token> {
        for index in 0..self.pool.slots_in_use() {
            let slot = self.pool.slot(index);
            if index == self.index || !slot.is_stuck() {
                continue;
            }
            let next = slot.lifo.peek();
            let next = if next.is_null() { None } else { slot.lifo.take_if(next) };
            let mut taken = next.or_else(|| slot.fifo.steal_half(&self.queues.fifo));
            let mut found = None;
            while let Some(token) = taken {
                if token.task().has_waited() && found.is_none() {
                    found = Some(token);
                } else {
                    self.pool.inject(token, How::Woken);
                }
                taken = self.queues.fifo.pop();
            }
            if found.is_some() {
                return found;
            }
        }
        None
    }

    /// Waits for sockets, timers, or a while.
    fn nap(&self, now: u64) {
        let until = timers::next_deadline(self.pool).min(now + NAP);
        let most = Duration::from_nanos(until.saturating_sub(now));
        if !self.wait_in_poller(most, now) {
            self.slot.parker.park(Some(most));
        }
    }
}
