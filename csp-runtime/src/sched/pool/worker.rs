//! One worker thread: takes the next process, gives it a turn, and so on.

use std::cell::Cell;

use super::Pool;
use super::slot::{Queues, Slot};
use super::timers;
use crate::shim::atomic::Ordering;
use crate::task::{self, How, Token};
use crate::time::clock;

/// Turns between two looks at the injector and at the oldest started process.
const INJECTOR_EVERY: u32 = 61;
/// Turns between two looks at the clock.
const CLOCK_EVERY: u32 = 64;
/// Turns in a row for processes that wake each other while others wait.
const STREAK: u32 = 16;
/// What the injector gives at once.
const INJECTOR_MOST: usize = 32;
/// A turn longer than this is worth a wake of another worker (nanoseconds, average of `CLOCK_EVERY` turns).
const COARSE: u64 = 2_000;

pub(crate) struct Worker {
    pub(crate) pool: &'static Pool,
    pub(crate) slot: &'static Slot,
    pub(crate) index: usize,
    pub(super) queues: Queues,
    turn: Cell<u32>,
    /// Turns until the next look at the injector.
    to_injector: Cell<u32>,
    /// Turns until the next look at the clock.
    to_clock: Cell<u32>,
    last_clock: Cell<u64>,
    /// Turns are long: another worker is worth waking even for the next process.
    coarse: Cell<bool>,
    /// Turns in a row from the `lifo` cell.
    streak: Cell<u32>,
    /// Turns since the queues were last empty.
    busy_for: Cell<u32>,
}

impl Worker {
    pub(super) fn new(pool: &'static Pool, index: usize, queues: Queues) -> Self {
        let slot = pool.slot(index);
        Self {
            pool,
            slot,
            index,
            queues,
            turn: Cell::new(slot.turn.load(Ordering::Relaxed)),
            to_injector: Cell::new(INJECTOR_EVERY),
            to_clock: Cell::new(CLOCK_EVERY),
            last_clock: Cell::new(clock::now()),
            coarse: Cell::new(false),
            streak: Cell::new(0),
            busy_for: Cell::new(0),
        }
    }

    /// Works until the pool stops, or this thread is one too many.
    pub(super) fn run(&self) {
        while let Some(token) = self.next() {
            self.turn(token);
        }
    }

    fn next(&self) -> Option<Token> {
        self.pick().or_else(|| {
            self.slot.busy.store(false, Ordering::Relaxed);
            let found = self.find();
            // The time without work says nothing about the length of turns.
            self.to_clock.set(CLOCK_EVERY);
            self.last_clock.set(clock::now());
            found
        })
    }

    #[inline]
    fn turn(&self, token: Token) {
        let turn = self.turn.get().wrapping_add(1);
        self.turn.set(turn);
        // ORDERING: Relaxed: for the eyes of the monitor and of thieves.
        self.slot.turn.store(turn, Ordering::Relaxed);
        self.slot.busy.store(true, Ordering::Relaxed);
        if let Some(again) = task::run(token, || self.slot.count_end()) {
            self.queues.fifo.push(again);
            self.surplus();
        }
    }

    /// The next process of this worker's own, or from the injector.
    #[inline]
    fn pick(&self) -> Option<Token> {
        if count_down(&self.to_clock, CLOCK_EVERY) && self.look_at_clock() {
            return None;
        }
        if count_down(&self.to_injector, INJECTOR_EVERY)
            && let Some(token) = self.pick_rare()
        {
            return Some(token);
        }
        let lifo = &self.slot.lifo;
        if !lifo.peek().is_null()
            && let Some(token) = lifo.swap(None)
        {
            self.streak.set(self.streak.get() + 1);
            self.busy_for.set(self.busy_for.get() + 1);
            return Some(token);
        }
        self.streak.set(0);
        if let Some(token) = self.queues.fifo.pop().or_else(|| self.queues.stack.pop()) {
            self.busy_for.set(self.busy_for.get() + 1);
            return Some(token);
        }
        self.busy_for.set(0);
        self.pick_injected()
    }

    /// What must not wait for ever behind the worker's own traffic.
    #[cold]
    fn pick_rare(&self) -> Option<Token> {
        self.pick_injected().or_else(|| self.slot.stack.steal_one())
    }

    pub(super) fn pick_injected(&self) -> Option<Token> {
        let mut more = false;
        let token = self.pool.injector.pop(self.pool.workers, INJECTOR_MOST, |token| {
            self.queues.fifo.push(token);
            more = true;
        });
        if more {
            // Nobody but this worker knows of them now, and its turn may be long.
            self.pool.wake_strict();
        }
        token
    }

    /// True: this spare thread is to go.
    #[cold]
    fn look_at_clock(&self) -> bool {
        let now = clock::now();
        let since = now - self.last_clock.replace(now);
        self.coarse.set(since > COARSE * u64::from(CLOCK_EVERY));
        timers::expire(self.pool, &self.slot.shard, now);
        self.slot.retire.load(Ordering::Relaxed)
    }

    /// Queues a process that a process of this worker started or woke.
    #[inline]
    pub(super) fn push(&self, token: Token, how: How) {
        let lifo = &self.slot.lifo;
        if how == How::Spawned {
            self.slot.count_start();
            if lifo.peek().is_null() {
                lifo.put_empty(token);
            } else {
                self.queues.stack.push(token);
                self.pool.hint();
            }
            return;
        }
        if lifo.peek().is_null() && (self.streak.get() < STREAK || self.queues.fifo.is_empty()) {
            lifo.put_empty(token);
            if self.coarse.get() {
                self.pool.hint();
            }
        } else if self.streak.get() >= STREAK {
            self.queues.fifo.push(token);
            self.surplus();
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

    /// Processes that communicate closely run fastest on one worker. So a surplus counts only if it lasts.
    #[cold]
    fn surplus_with_sleepers(&self) {
        let lasting = (8 * self.queues.fifo.len()).min(127);
        if self.coarse.get() || self.busy_for.get() as usize >= lasting {
            self.pool.hint();
        }
    }
}

/// True every `every` calls.
#[inline]
fn count_down(left: &Cell<u32>, every: u32) -> bool {
    let now = left.get() - 1;
    left.set(if now == 0 { every } else { now });
    now == 0
}
