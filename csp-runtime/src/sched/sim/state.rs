//! What a scheduler of explored programs knows: the processes, who is ready, what was decided.

use std::collections::HashMap;
use std::task::Waker;

use super::fairness::{Clock, Timers, Yields};
use super::guide::{CLOCK, Guide, Point};
use super::tree::{Footprint, Object};
use super::words::{self, FailureKind};
use crate::shim::atomic::{AtomicBool, Ordering};
use crate::shim::oracle;
use crate::shim::plain::Arc;
use crate::task::{How, Place, ProcessError, TaskRef, Token};

/// A process that is ready is passed over for so many steps at most, times the number of those that are: every real scheduler lets
/// it run some time, also beside one that never has to wait. Far more than a bug needs.
const FAIRNESS: u64 = 500;

/// One decision: which alternative was taken, of how many.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Decision {
    pub(crate) taken: u32,
    pub(crate) of: u32,
}

/// Why a run fails.
#[derive(Clone, Debug)]
pub(crate) struct Found {
    pub(crate) kind: FailureKind,
    pub(crate) text: String,
}

pub(super) struct Process {
    pub(super) task: TaskRef,
    pub(super) started: Place,
    pub(super) over: bool,
    pub(super) yields: Yields,
    /// How often it was stopped at a point without having passed one.
    stopped: u32,
    /// It waited until nobody was ready, and has not gone on since.
    pub(super) settled: bool,
    /// The step in which it became ready.
    pub(super) ready_since: u64,
}

/// What happens next.
pub(super) enum Picked {
    /// This process has its turn.
    Process(Token, usize),
    /// The clock goes on, though somebody is ready.
    Clock,
    Nobody,
}

/// What happened in the turn that goes on.
#[derive(Default)]
pub(super) struct Turn {
    /// Points that it may pass without asking: it was stopped there.
    free: u32,
    pub(super) stopped: bool,
    /// It passed a point.
    passed: bool,
    /// Where it waited before.
    pub(super) began_at: Option<Place>,
    /// It waits for what it waited for before.
    pub(super) still: bool,
}

/// A process that waits until nobody is ready.
pub(super) struct Settling {
    pub(super) number: Option<usize>,
    waker: Waker,
    over: Arc<AtomicBool>,
}

#[derive(Default)]
pub(super) struct State {
    pub(super) guide: Option<Guide>,
    pub(super) made: Vec<Decision>,
    /// A digest of all that there was to decide.
    pub(super) shape: u32,
    pub(super) processes: Vec<Process>,
    /// The number of the process in a slot.
    pub(super) numbers: HashMap<usize, usize>,
    pub(super) ready: Vec<(Token, usize)>,
    pub(super) running: Option<usize>,
    /// Who runs next, if that was decided when the last one was stopped.
    pub(super) next: Option<usize>,
    pub(super) turn: Turn,
    pub(super) steps: u64,
    pub(super) most_steps: u64,
    pub(super) settling: Vec<Settling>,
    pub(super) clock: Clock,
    /// Somebody waited until nobody was ready: the program decides itself when time passes.
    pub(super) scripted: bool,
    /// How often more happened than that a process yielded.
    pub(super) changes: u64,
    /// The step of the last time.
    pub(super) changed_in: u64,
    /// By address: the number and the place of the last channel that was made there.
    pub(super) channels: HashMap<usize, (usize, Place)>,
    channels_made: usize,
    pub(super) found: Option<Found>,
    /// What the step that goes on touched, where that matters.
    pub(super) touched: Footprint,
    /// What would follow was seen in other runs.
    pub(super) pruned: bool,
    /// The run is over: what is left is dropped.
    pub(super) closing: bool,
    pub(super) trace: Option<String>,
}

impl State {
    /// As new, for a run under `guide`.
    pub(super) fn begin(&mut self, guide: Guide, timers: Timers, most_steps: u64, traced: bool) {
        debug_assert!(self.ready.is_empty() && self.processes.iter().all(|process| process.over));
        oracle::set_told(guide.reduces());
        *self = Self { guide: Some(guide), most_steps, clock: Clock::new(timers), ..Self::default() };
        self.trace = traced.then(String::new);
    }

    pub(super) fn fail(&mut self, kind: FailureKind, text: String) {
        if self.found.is_none() && !self.closing {
            self.found = Some(Found { kind, text });
        }
    }

    pub(super) fn is_over(&self) -> bool {
        self.found.is_some() || self.pruned || self.steps > self.most_steps
    }

    /// A token comes in.
    pub(super) fn queue(&mut self, token: Token, how: How, own_thread: bool) {
        let task = token.task();
        let slot = task.as_ptr().addr();
        let number = match how {
            How::Spawned => {
                let number = self.processes.len();
                self.numbers.insert(slot, number);
                let started = task.started();
                self.touched.add(Object::Birth);
                self.processes.push(Process {
                    task,
                    started,
                    over: false,
                    yields: Yields::default(),
                    stopped: 0,
                    settled: false,
                    ready_since: 0,
                });
                if number > 0 && self.is_traced() {
                    self.tell(format_args!("starts p{number} at {}", words::place(started)));
                }
                number
            }
            How::Woken => self.numbers[&slot],
        };
        if self.closing {
            task.cancel();
        }
        if !own_thread {
            let text = words::foreign(&self.describe(number));
            self.fail(FailureKind::Escape, text);
        }
        self.changed();
        self.is_ready(token, number);
    }

    fn is_ready(&mut self, token: Token, number: usize) {
        self.processes[number].ready_since = self.steps;
        self.ready.push((token, number));
    }

    pub(super) fn unseen_panic(&mut self, error: &ProcessError) {
        self.fail(FailureKind::Panic, error.to_string());
    }

    /// Asks the guide, where there is something to decide.
    fn decide(&mut self, point: &Point<'_>) -> u32 {
        match point {
            Point::Next(processes) => {
                processes.iter().for_each(|&process| self.shape = digest(self.shape, process as u32));
            }
            Point::Choice(n) => self.shape = digest(self.shape, *n | 1 << 31),
        }
        let of = point.alternatives();
        let (at, step) = (self.made.len(), self.steps);
        let searches = matches!(self.guide, Some(Guide::Tree(_)));
        let open = if searches { self.open(point) } else { None };
        let Some(guide) = self.guide.as_mut() else { return 0 };
        let decided = match (&open, point) {
            (Some(open), Point::Next(processes)) => {
                let some: Vec<usize> = open.iter().map(|&at| processes[at]).collect();
                guide.decide(at, step, &Point::Next(&some)).map(|taken| open[taken as usize] as u32)
            }
            _ => guide.decide(at, step, point),
        };
        let taken = decided.unwrap_or_else(|| {
            match searches {
                true => self.pruned = true,
                false => self.fail(FailureKind::Diverged, words::DIVERGED.into()),
            }
            0
        });
        if of > 1 {
            self.made.push(Decision { taken, of });
        }
        taken
    }

    /// A choice of the running process.
    pub(super) fn choose(&mut self, n: u32) -> u32 {
        if self.closing || self.pruned {
            return 0;
        }
        let taken = self.decide(&Point::Choice(n));
        self.tell(format_args!("chooses {} of {n}", taken + 1));
        taken
    }

    /// Who was passed over for too long. Those that are ready stand in the order in which they became so.
    fn starved(&self) -> Option<usize> {
        let (_, first) = self.ready.first()?;
        (self.steps - self.processes[*first].ready_since > FAIRNESS * self.ready.len() as u64)
            .then_some(*first)
    }

    /// The running process is about to communicate. `deadline` is that of the next timer.
    pub(super) fn goes_on(&mut self, deadline: u64) -> bool {
        let Some(running) = self.running else { return true };
        if self.turn.stopped {
            return false;
        }
        if self.turn.free > 0 {
            self.turn.free -= 1;
            self.turn.passed = true;
            return true;
        }
        self.steps += 1;
        self.step_over(running);
        let goes_on = if self.is_over() || self.is_waiting_by_polling(deadline) {
            false
        } else if let Some(starved) = self.starved() {
            if let Some(guide) = &mut self.guide {
                guide.falls(running);
            }
            self.touched.add_all();
            self.decide(&Point::Next(&[starved]));
            self.next = Some(starved);
            false
        } else {
            let alternatives = self.alternatives(Some(running), deadline);
            match self.decide(&Point::Next(&alternatives)) {
                0 => !self.pruned,
                taken => {
                    self.next = Some(alternatives[taken as usize]);
                    false
                }
            }
        };
        self.turn.stopped = !goes_on;
        self.turn.passed |= goes_on;
        if goes_on {
            self.tell(format_args!("goes on"));
        }
        goes_on
    }

    /// Takes out who runs next. `deadline` is that of the next timer.
    pub(super) fn pick(&mut self, deadline: u64) -> Picked {
        if self.ready.is_empty() || self.is_waiting_by_polling(deadline) {
            return Picked::Nobody;
        }
        let next = self.next.take().unwrap_or_else(|| {
            self.steps += 1;
            let alternatives = match self.starved() {
                Some(starved) => vec![starved],
                None => self.alternatives(None, deadline),
            };
            alternatives[self.decide(&Point::Next(&alternatives)) as usize]
        });
        if self.pruned {
            // Nobody's step is of use.
            return Picked::Nobody;
        }
        if next == CLOCK {
            return Picked::Clock;
        }
        let Some(at) = self.ready.iter().position(|(_, number)| *number == next) else {
            return Picked::Nobody;
        };
        let (token, number) = self.ready.remove(at);
        self.processes[number].settled = false;
        self.running = Some(number);
        self.turn = Turn { free: self.processes[number].stopped, ..Turn::default() };
        Picked::Process(token, number)
    }

    /// The turn of the running process is over, and it is still ready if its token is here.
    pub(super) fn turn_over(&mut self, number: usize, token: Option<Token>, yielded: bool) {
        let stopped = self.turn.stopped;
        if yielded && !stopped {
            // To yield depends on who else is ready.
            self.touched.add_all();
        }
        if self.processes[number].over {
            self.touched.add(Object::Process(number));
        }
        if !stopped {
            self.step_over(number);
        } else if !self.touched.is_empty() {
            // It did more without what it was stopped at, before the step of another.
            self.touched.add_all();
        }
        self.running = None;
        let process = &mut self.processes[number];
        process.stopped = match (stopped, self.turn.passed) {
            (false, _) => 0,
            (true, true) => 1,
            // It asked for another point than the one where it was stopped: it may pass both.
            (true, false) => process.stopped + 1,
        };
        if yielded && !stopped {
            self.yielded(number);
        } else if !stopped {
            self.changed();
        }
        if let Some(token) = token {
            self.is_ready(token, number);
        }
    }

    pub(super) fn settle(&mut self, waker: Waker, over: Arc<AtomicBool>) {
        let number = self.running;
        self.settling.push(Settling { number, waker, over });
    }

    /// Those who wait until nobody is ready, which is now.
    pub(super) fn take_settling(&mut self) -> Vec<Waker> {
        self.scripted |= !self.settling.is_empty();
        let processes = &mut self.processes;
        let settled = |settling: Settling| {
            if let Some(number) = settling.number {
                processes[number].settled = true;
            }
            // ORDERING: Relaxed: all on one thread.
            settling.over.store(true, Ordering::Relaxed);
            settling.waker
        };
        self.settling.drain(..).map(settled).collect()
    }

    /// A step of the running process, or of the clock, ends here.
    pub(super) fn step_over(&mut self, process: usize) {
        let touched = std::mem::take(&mut self.touched);
        if let Some(guide) = &mut self.guide {
            guide.step_over(process, &touched);
        }
    }

    pub(super) fn touched_channel(&mut self, address: usize) {
        match self.channels.get(&address) {
            Some(&(number, _)) => self.touched.add(Object::Channel(number)),
            // It was made before the run, and has no number in it.
            None => self.touched.add_all(),
        }
    }

    pub(super) fn touched_process(&mut self, address: usize) {
        if let Some(&number) = self.numbers.get(&address) {
            self.touched.add(Object::Process(number));
        }
    }

    pub(super) fn made_channel(&mut self, address: usize, at: Place) {
        self.touched.add(Object::Birth);
        self.channels_made += 1;
        self.channels.insert(address, (self.channels_made, at));
    }

    /// Those that have not ended.
    pub(super) fn live(&self) -> Vec<usize> {
        (0..self.processes.len()).filter(|&number| !self.processes[number].over).collect()
    }
}

/// FNV-1a, a word at a time.
fn digest(digest: u32, word: u32) -> u32 {
    (digest ^ word).wrapping_mul(0x0100_0193).rotate_left(5)
}
