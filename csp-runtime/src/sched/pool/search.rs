//! A worker without work: steals, then sleeps.

use std::time::Duration;

use super::idle::Role;
use super::queue::{Owned, Thief};
use super::timers;
use super::worker::Worker;
use crate::shim::atomic::Ordering;
use crate::shim::{choice, hint};
use crate::task::Token;
use crate::time::clock;
use crate::util::fork;

/// Rounds over all workers before giving up.
const ROUNDS: u32 = if cfg!(loom) { 1 } else { 12 };
/// `pause` instructions between two rounds: about a microsecond.
const PAUSES: u32 = if cfg!(loom) { 0 } else { 30 };
/// What a busy worker will run soon is taken only if it waited for so many rounds.
const PATIENCE: u32 = if cfg!(loom) { 1 } else { 4 };

/// What a round saw in the `lifo` cell of one worker, and for how many rounds.
#[derive(Clone, Copy)]
struct Seen {
    what: *mut (),
    turn: u32,
    rounds: u32,
}

impl Worker {
    /// Finds work elsewhere, sleeping as long as there is none. None: this thread is to end.
    pub(super) fn find(&self) -> Option<Token> {
        let mut searching = false;
        let mut served = self.poll_before_search();
        loop {
            if self.is_dismissed() {
                self.leave(searching);
                return None;
            }
            timers::expire_all(self.pool, clock::now());
            searching = searching || self.pool.idle.start_searching(self.pool.most_searching);
            let found = if searching { self.search(served) } else { self.own() };
            if found.is_some() {
                if searching {
                    self.found();
                }
                return found;
            }
            searching = self.sleep(searching);
            served = self.pool.is_served();
        }
    }

    /// What came to this worker itself meanwhile: timers wake into its own queues.
    pub(super) fn own(&self) -> Option<Token> {
        self.slot
            .lifo
            .swap(None)
            .or_else(|| self.queues.fifo.pop())
            .or_else(|| self.queues.stack.pop())
            .or_else(|| self.pick_injected())
    }

    /// Looks at all queues, again and again for some microseconds. `served`: what comes next most likely comes from the poller, and
    /// is waited for there.
    fn search(&self, served: bool) -> Option<Token> {
        let slots = self.pool.slots_in_use();
        let mut few = [Seen { what: std::ptr::null_mut(), turn: 0, rounds: 0 }; 64];
        let mut many = Vec::new();
        let seen = if slots <= few.len() {
            &mut few[..]
        } else {
            many.resize(slots, few[0]);
            &mut many[..]
        };
        let rounds = if served { 1 } else { ROUNDS };
        for round in 0..rounds {
            if let Some(token) = self.own() {
                return Some(token);
            }
            let start = choice::below(slots as u32) as usize;
            for i in 0..slots {
                let victim = (start + i) % slots;
                if victim != self.index
                    && let Some(token) = self.rob(victim, seen.get_mut(victim))
                {
                    return Some(token);
                }
            }
            if rounds == 1 || self.is_dismissed() {
                return None;
            }
            // Later rounds come at longer distances.
            for _ in 0..PAUSES * (1 + round / 4) {
                hint::spin_loop();
            }
        }
        None
    }

    fn steal(&self, from: &Thief, to: &Owned) -> Option<Token> {
        if self.is_spare() { from.steal_one() } else { from.steal_half(to) }
    }

    fn rob(&self, victim: usize, seen: Option<&mut Seen>) -> Option<Token> {
        let slot = self.pool.slot(victim);
        if let Some(token) = self.steal(&slot.stack, &self.queues.stack) {
            return Some(token);
        }
        if (slot.is_stuck() || slot.is_worth_sharing(slot.fifo.len()))
            && let Some(token) = self.steal(&slot.fifo, &self.queues.fifo)
        {
            return Some(token);
        }
        // The next processes of a worker most likely belong with the one that runs there now: they are taken only if that
        // one takes its time.
        let what = slot.lifo.peek();
        let (turn, _) = slot.turn();
        let seen = seen?;
        if what != seen.what || turn != seen.turn {
            *seen = Seen { what, turn, rounds: 0 };
            return None;
        }
        seen.rounds += 1;
        if seen.rounds < PATIENCE && !slot.is_stuck() {
            return None;
        }
        let lifo = || if what.is_null() { None } else { slot.lifo.take_if(what) };
        self.steal(&slot.fifo, &self.queues.fifo).or_else(lifo)
    }

    /// The search is over with a find. The last searcher wakes another if there is more.
    fn found(&self) {
        if self.pool.idle.stop_searching() && self.pool.has_to_share() {
            self.pool.hint();
        }
    }

    /// This thread is to end: the pool stops, or a spare thread is not needed any more.
    pub(super) fn is_dismissed(&self) -> bool {
        self.pool.is_stopped() || self.slot.retire.load(Ordering::Relaxed)
    }

    fn leave(&self, searching: bool) {
        if searching {
            self.pool.idle.stop_searching();
        }
        // It may have been the timekeeper: whoever wakes takes its place.
        self.pool.hint();
    }

    /// Sleeps until there may be work. True: it counts as searching now.
    fn sleep(&self, searching: bool) -> bool {
        fork::end_child();
        let idle = &self.pool.idle;
        let deadline = timers::next_deadline(self.pool);
        let role = idle.sleep(self.index, searching, deadline);
        // The last look: see `README.md`.
        let deadline = timers::next_deadline(self.pool).min(deadline);
        // A searcher that is about to stop looks once more itself.
        let work = self.pool.has_to_share() && idle.searching() < self.pool.most_searching;
        if work || self.is_dismissed() {
            if idle.wake_up(self.index) {
                return false;
            }
            return self.slot.parker.park(None);
        }
        let most = match role {
            Role::Keeper if deadline == u64::MAX => None,
            Role::Keeper => Some(Duration::from_nanos(deadline.saturating_sub(clock::now()))),
            Role::Sleeper => None,
        };
        if let Some(searching) = self.sleep_in_poller(most) {
            return searching;
        }
        self.slot.parker.park(most) || self.woke_by_itself()
    }

    /// Nobody unparked the worker, as far as it knows. True: somebody did, and it counts as searching.
    pub(super) fn woke_by_itself(&self) -> bool {
        self.pool.monitor.work_begins();
        if self.pool.idle.wake_up(self.index) { false } else { self.slot.parker.park(None) }
    }
}
