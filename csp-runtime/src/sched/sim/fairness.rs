//! Who may go on: processes that yield, those that wait by yielding, and the clock.
//!
//! A process that yields may be chosen again at once: whatever follows a `yield_now` in one order or another is explored. Random
//! schedules come to an end all the same, for others are chosen too. Depth first has no chance, so there a process that has gone
//! on `ALONE` times after it had yielded while another waited lets, from then on, all that wait go first whenever it yields (after Musuvathi and Qadeer, Fair
//! stateless model checking, 2008). The same holds of the clock.

use super::guide::{CLOCK, Point};
use super::state::State;
use crate::shim::oracle;
use crate::time::clock::NEVER;

/// So often a process may go on after a yield while others wait, in a depth-first run.
const ALONE: u32 = 3;

/// If each process that is ready has yielded so often, and nothing else has happened, they wait for time to pass.
const POLLS: u32 = 128;
/// After so many steps in which no process was woken or started, waited or ended, they wait for that as well.
const STILL: u64 = 10_000;

/// How long a step may take at most, with `Timers::Slow`: a millisecond.
const SLOW: u64 = 1_000_000;

/// Whether the clock goes on while a process is ready.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Timers {
    /// It stands still.
    #[default]
    Wait,
    /// As far as it can if a step takes a millisecond at most.
    Slow,
    /// Whenever there is a timer.
    Compete,
}

/// What a process, or the clock, has done beside others that wait.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Yields {
    /// The step of the last one.
    last: Option<u64>,
    /// How many of them another has waited from one to the next of.
    alone: u32,
    /// With how many changes it last yielded, and how often.
    polls: (u64, u32),
}

#[derive(Debug, Default)]
pub(super) struct Clock {
    timers: Timers,
    /// The step in which it last moved.
    moved: u64,
    jumps: Yields,
}

impl Clock {
    pub(super) fn new(timers: Timers) -> Self {
        Self { timers, ..Self::default() }
    }
}

impl Yields {
    fn add(&mut self, step: u64, another_waits_since: Option<u64>) {
        let waited = another_waits_since.is_some_and(|since| self.last.is_some_and(|last| since <= last));
        self.alone += u32::from(waited);
        self.last = Some(step);
    }

    /// Whether whoever waits since then comes first.
    fn is_behind(&self, since: u64) -> bool {
        self.alone >= ALONE && self.last.is_some_and(|last| since <= last)
    }
}

impl State {
    /// Since when somebody else than this process is ready.
    fn waits_since(&self, but: usize) -> Option<u64> {
        let others = self.ready.iter().filter(|(_, number)| *number != but);
        others.map(|(_, number)| self.processes[*number].ready_since).min()
    }

    /// What can come next: the running process goes on, one that is ready does, or the clock.
    pub(super) fn alternatives(&self, running: Option<usize>, deadline: u64) -> Vec<usize> {
        let ready = self.ready.iter().map(|(_, number)| *number);
        let clock = self.clock_competes(deadline).then_some(CLOCK);
        running.into_iter().chain(ready).chain(clock).collect()
    }

    /// Those alternatives that a depth-first search tries: their places. `None`: all of them.
    pub(super) fn open(&self, point: &Point<'_>) -> Option<Vec<usize>> {
        let Point::Next(alternatives) = point else { return None };
        let behind = |number: usize| {
            let yields = if number == CLOCK { &self.clock.jumps } else { &self.processes[number].yields };
            self.running != Some(number)
                && self.waits_since(number).is_some_and(|since| yields.is_behind(since))
        };
        let open: Vec<usize> = (0..alternatives.len()).filter(|&at| !behind(alternatives[at])).collect();
        (!open.is_empty() && open.len() < alternatives.len()).then_some(open)
    }

    /// A process yielded, and is about to be ready again.
    pub(super) fn yielded(&mut self, number: usize) {
        let since = self.waits_since(number);
        let (step, changes) = (self.steps, self.changes);
        let yields = &mut self.processes[number].yields;
        yields.add(step, since);
        if yields.polls.0 != changes {
            yields.polls = (changes, 0);
        }
        yields.polls.1 += 1;
        if let Some(guide) = &mut self.guide {
            guide.yielded(number);
        }
    }

    /// More happened than that a process yielded or communicated.
    pub(super) fn changed(&mut self) {
        self.changes += 1;
        self.changed_in = self.steps;
    }

    /// Whether all that is ready only yields, again and again, or nothing has come of it for long, and time, or the end of all else, is left
    /// to wait for.
    pub(super) fn is_waiting_by_polling(&self, deadline: u64) -> bool {
        let polls = |(_, number): &(_, usize)| {
            let (changes, polls) = self.processes[*number].yields.polls;
            changes == self.changes && polls >= POLLS
        };
        (deadline < NEVER || !self.settling.is_empty())
            && self.next.is_none()
            && (self.steps - self.changed_in >= STILL
                || self.running.is_none() && self.ready.iter().all(polls))
    }

    /// Whether the clock may go on now though somebody is ready. Whoever waits until nobody is, or did and has not gone on yet, does so
    /// before.
    fn clock_competes(&self, deadline: u64) -> bool {
        let far = deadline.saturating_sub(oracle::now());
        let comes = match self.clock.timers {
            Timers::Wait => false,
            Timers::Slow => far <= SLOW.saturating_mul(self.steps - self.clock.moved),
            Timers::Compete => true,
        };
        let settled = |(_, number): &(_, usize)| self.processes[*number].settled;
        comes && deadline < NEVER && self.settling.is_empty() && !self.ready.iter().any(settled)
    }

    /// The clock is about to go on; by choice, or because nobody is ready.
    pub(super) fn clock_moves(&mut self, chosen: bool) {
        self.changed();
        self.clock.moved = self.steps;
        if !chosen {
            return;
        }
        let since = self.waits_since(CLOCK);
        self.clock.jumps.add(self.steps, since);
        if let Some(guide) = &mut self.guide {
            guide.clock_moved();
        }
        self.touched.add_all();
        self.step_over(CLOCK);
    }
}
