//! One worker thread: takes the next process, gives it a turn, and so on.

use std::cell::Cell;

use super::Pool;
use super::slot::{Queues, Slot};
use super::timers;
use crate::shim::atomic::Ordering;
use crate::task::{self, How, Token};
use crate::time::{Shard, clock};

/// Turns between two looks at what must not wait for ever: the clock, the injector, the oldest started process.
const RARE_EVERY: u32 = 61;
/// Turns in a row for processes that wake or start each other while others wait.
const STREAK: u32 = 16;
/// What the injector gives at once.
const INJECTOR_MOST: usize = 32;
/// A turn longer than this is worth a wake of another worker (nanoseconds, average of `RARE_EVERY` turns).
const COARSE: u64 = 2_000;

pub(crate) struct Worker {
    pub(crate) pool: &'static Pool,
    pub(crate) slot: &'static Slot,
    pub(crate) index: usize,
    /// Where its timers are: in its own slot; those of a spare thread are in a worker's.
    pub(crate) shard: &'static Shard,
    /// See `reserve.rs`.
    pub(super) is_reserve: bool,
    pub(super) queues: Queues,
    /// Counts turns.
    pub(super) turn: Cell<u32>,
    /// The turn before which the rare things are seen to.
    rare_at: Cell<u32>,
    /// The turn that was last not taken from the `lifo` cell.
    streak_from: Cell<u32>,
    /// A process gave way: until the `stack` is empty it comes before the `fifo`, and what is started is queued there.
    gave_way: Cell<bool>,
    last_clock: Cell<u64>,
    /// Nanoseconds of a turn, between the last two looks at the clock.
    pace: Cell<u64>,
    /// Turns are long: another worker is worth waking even for the next process.
    coarse: Cell<bool>,
}

/// What `Worker::rare` found to do.
enum Rare {
    Nothing,
    Take(Token),
    /// This spare thread is to end.
    Go,
}

impl Worker {
    pub(super) fn new(pool: &'static Pool, index: usize, queues: Queues) -> Self {
        Self {
            pool,
            slot: pool.slot(index),
            index,
            shard: &pool.slot(index % pool.workers).shard,
            is_reserve: pool.slot(index).is_reserve(),
            queues,
            turn: Cell::new(0),
            rare_at: Cell::new(RARE_EVERY),
            streak_from: Cell::new(0),
            gave_way: Cell::new(false),
            last_clock: Cell::new(clock::now()),
            pace: Cell::new(0),
            coarse: Cell::new(false),
        }
    }

    /// Spare threads take one process at a time: whoever blocks the thread shall have nobody behind it.
    pub(super) fn is_spare(&self) -> bool {
        self.index >= self.pool.workers
    }

    /// Works until the pool stops, or this thread is one too many. A function of its own, so that what its callers do costs a turn
    /// no register.
    #[inline(never)]
    pub(super) fn run(&self) {
        while let Some(token) = self.next() {
            self.turn(token);
        }
    }

    #[inline]
    fn next(&self) -> Option<Token> {
        self.pick().or_else(|| self.next_elsewhere())
    }

    /// Out of line: `find` inlined into `run` would take its registers.
    #[cold]
    #[inline(never)]
    fn next_elsewhere(&self) -> Option<Token> {
        self.slot.set_idle(self.turn.get());
        let found = if self.is_reserve { self.find_waited() } else { self.find() };
        // The time without work says nothing about the length of turns.
        self.rare_at.set(self.turn.get().wrapping_add(RARE_EVERY));
        self.last_clock.set(clock::now());
        found
    }

    #[inline]
    fn turn(&self, token: Token) {
        let turn = self.turn.get().wrapping_add(1);
        self.turn.set(turn);
        self.slot.set_turn(turn, token.task());
        if let Some(again) = task::run(token, || self.slot.count_end()) {
            // All that is ready comes before it: what other threads queued, and what was started here.
            if !self.pool.injector.is_empty() {
                self.take_in();
            }
            self.queues.fifo.push(again);
            if !self.queues.stack.is_empty() {
                self.gave_way.set(true);
            }
            self.surplus();
        }
    }

    /// The next process of this worker's own, or from the injector.
    #[inline]
    fn pick(&self) -> Option<Token> {
        let turn = self.turn.get();
        if turn == self.rare_at.get() {
            match self.rare() {
                Rare::Nothing => {}
                Rare::Take(token) => return Some(token),
                Rare::Go => return None,
            }
        }
        let lifo = &self.slot.lifo;
        if !lifo.peek().is_null()
            && let Some(token) = lifo.swap(None)
        {
            if turn.wrapping_sub(self.streak_from.get()) <= STREAK {
                return Some(token);
            }
            if let Some(token) = self.end_streak(token) {
                return Some(token);
            }
        }
        self.streak_from.set(turn);
        if self.gave_way.get() {
            // Nothing was added to it meanwhile.
            if let Some(token) = self.queues.stack.pop() {
                return Some(token);
            }
            self.gave_way.set(false);
        }
        if let Some(token) = self.queues.fifo.pop().or_else(|| self.queues.stack.pop()) {
            return Some(token);
        }
        self.pick_injected()
    }

    /// After a streak: returns the process unless others wait, and queues it behind them if they do. Where nobody waits, a streak
    /// begins anew.
    #[cold]
    #[inline(never)]
    fn end_streak(&self, token: Token) -> Option<Token> {
        self.streak_from.set(self.turn.get());
        if self.queues.fifo.is_empty() {
            return Some(token);
        }
        self.queue_behind(token);
        None
    }

    /// What must not wait for ever behind the worker's own traffic.
    #[cold]
    fn rare(&self) -> Rare {
        self.rare_at.set(self.turn.get().wrapping_add(RARE_EVERY));
        let now = clock::now();
        let pace = (now - self.last_clock.replace(now)) / u64::from(RARE_EVERY);
        // Once may be the system's doing: it ran somebody else meanwhile.
        let lasting = pace.min(self.pace.replace(pace));
        self.coarse.set(lasting > COARSE);
        self.slot.set_pace(lasting);
        timers::expire(self.pool, self.shard, now);
        self.poll_if_due(now);
        if self.slot.retire.load(Ordering::Relaxed) {
            return Rare::Go;
        }
        let oldest = || self.slot.stack.steal_one();
        // In turns, for either may have something each time: `RARE_EVERY` is odd.
        let token = match self.turn.get().is_multiple_of(2) {
            true => oldest().or_else(|| self.pick_injected()),
            false => self.pick_injected().or_else(oldest),
        };
        match token {
            Some(token) => Rare::Take(token),
            None => Rare::Nothing,
        }
    }

    #[inline(never)]
    pub(super) fn pick_injected(&self) -> Option<Token> {
        if self.is_reserve {
            return self.pool.injector.pop_waited();
        }
        let mut more = false;
        let most = if self.is_spare() { 1 } else { INJECTOR_MOST };
        let token = self.pool.injector.pop(self.pool.workers, most, |token| {
            self.queues.fifo.push(token);
            more = true;
        });
        if more {
            // Nobody but this worker knows of them now, and its turn may be long.
            self.pool.wake_strict();
        }
        token
    }

    /// A process gives way: takes this worker's share of what other threads queued, to come before it.
    #[cold]
    fn take_in(&self) {
        // Spare threads take one process at a time, and none that they do not run next.
        if self.is_spare() {
            return;
        }
        let mut left = self.pool.injector.len().div_ceil(self.pool.workers);
        while left > 0 {
            match self.pool.injector.take(left.min(INJECTOR_MOST), |token| self.queues.fifo.push(token)) {
                0 => break,
                taken => left -= taken,
            }
        }
        // As in `pick_injected`.
        self.pool.wake_strict();
    }

    /// Queues a process behind all that have waited longer.
    #[cold]
    #[inline(never)]
    fn queue_behind(&self, token: Token) {
        self.queues.fifo.push(token);
        self.surplus();
    }

    /// Queues a process that a process of this worker started or woke.
    #[inline]
    pub(super) fn push(&self, token: Token, how: How) {
        let lifo = &self.slot.lifo;
        if how == How::Spawned {
            self.slot.count_start();
            if lifo.peek().is_null() {
                lifo.put_empty(token);
                return;
            }
            if self.gave_way.get() {
                self.queue_behind(token);
            } else {
                self.queues.stack.push(token);
            }
            self.pool.hint();
            return;
        }
        if lifo.peek().is_null() {
            lifo.put_empty(token);
            if self.coarse.get() {
                self.pool.hint();
            }
        } else if let Some(displaced) = lifo.swap(Some(token)) {
            self.queues.fifo.push(displaced);
            self.surplus();
        }
    }

    /// More is queued than this worker runs at once: is that worth another worker?
    #[inline]
    fn surplus(&self) {
        if self.pool.idle.wants_wake() {
            self.surplus_with_sleepers();
        }
    }

    /// Processes that communicate closely run fastest on one worker. So a surplus counts only if it is a lot of work.
    #[cold]
    fn surplus_with_sleepers(&self) {
        if self.coarse.get() || self.slot.is_worth_sharing(self.queues.fifo.len()) {
            self.pool.hint();
        }
    }
}
