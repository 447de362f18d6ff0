//! What a scheduler of explored programs knows: the processes, who is ready, what was decided.

use std::collections::HashMap;
use std::fmt::Write as _;
use std::task::Waker;

use super::guide::{Guide, Point};
use super::tree::{Footprint, Object};
use super::words::{self, FailureKind};
use crate::shim::atomic::{AtomicBool, Ordering};
use crate::shim::oracle;
use crate::shim::plain::Arc;
use crate::task::reason::Waits;
use crate::task::{How, Place, ProcessError, TaskRef, Token};

/// How many decisions a process that yielded is passed over for, while others are ready.
const PATIENCE: u32 = 16;

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
    /// Decisions for which it is passed over.
    tired: u32,
    /// How often it was stopped at a point without having passed one.
    stopped: u32,
    /// The step in which it became ready.
    ready_since: u64,
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
    number: Option<usize>,
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
    numbers: HashMap<usize, usize>,
    pub(super) ready: Vec<(Token, usize)>,
    pub(super) running: Option<usize>,
    /// Who runs next, if that was decided when the last one was stopped.
    next: Option<usize>,
    pub(super) turn: Turn,
    pub(super) steps: u64,
    pub(super) most_steps: u64,
    settling: Vec<Settling>,
    /// By address: the number and the place of the last channel that was made there.
    channels: HashMap<usize, (usize, Place)>,
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
    pub(super) fn begin(&mut self, guide: Guide, most_steps: u64, traced: bool) {
        debug_assert!(self.ready.is_empty() && self.processes.iter().all(|process| process.over));
        oracle::set_told(guide.reduces());
        *self = Self { guide: Some(guide), most_steps, ..Self::default() };
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
                    tired: 0,
                    stopped: 0,
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
        let Some(guide) = self.guide.as_mut() else { return 0 };
        let searches = matches!(guide, Guide::Tree(_));
        let taken = guide.decide(at, step, point).unwrap_or_else(|| {
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

    /// Who could take the next step, of those that are ready: their places in `ready`.
    fn candidates(&mut self) -> Vec<usize> {
        let awake: Vec<usize> =
            (0..self.ready.len()).filter(|&at| self.processes[self.ready[at].1].tired == 0).collect();
        for (_, number) in &self.ready {
            let tired = &mut self.processes[*number].tired;
            *tired = if awake.is_empty() { 0 } else { tired.saturating_sub(1) };
        }
        if awake.is_empty() { (0..self.ready.len()).collect() } else { awake }
    }

    /// Who was passed over for too long. Those that are ready stand in the order in which they became so.
    fn starved(&self) -> Option<usize> {
        let (_, first) = self.ready.first()?;
        (self.steps - self.processes[*first].ready_since > FAIRNESS * self.ready.len() as u64)
            .then_some(*first)
    }

    /// The running process is about to communicate.
    pub(super) fn goes_on(&mut self) -> bool {
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
        let goes_on = if self.is_over() {
            false
        } else if let Some(starved) = self.starved() {
            if let Some(guide) = &mut self.guide {
                guide.yielded(running);
            }
            self.touched.add_all();
            self.decide(&Point::Next(&[starved]));
            self.next = Some(starved);
            false
        } else {
            let candidates = self.candidates();
            let mut processes = vec![running];
            processes.extend(candidates.iter().map(|&at| self.ready[at].1));
            match self.decide(&Point::Next(&processes)) {
                0 => !self.pruned,
                taken => {
                    self.next = Some(processes[taken as usize]);
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

    /// Takes out who runs next.
    pub(super) fn pick(&mut self) -> Option<(Token, usize)> {
        if self.ready.is_empty() {
            return None;
        }
        let at = match self.next.take() {
            Some(next) => self.ready.iter().position(|(_, number)| *number == next)?,
            None => {
                self.steps += 1;
                let candidates = if self.starved().is_some() { vec![0] } else { self.candidates() };
                let processes: Vec<usize> = candidates.iter().map(|&at| self.ready[at].1).collect();
                candidates[self.decide(&Point::Next(&processes)) as usize]
            }
        };
        if self.pruned {
            // Nobody's step is of use.
            return None;
        }
        let (token, number) = self.ready.remove(at);
        self.running = Some(number);
        self.turn = Turn { free: self.processes[number].stopped, ..Turn::default() };
        Some((token, number))
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
            process.tired = PATIENCE;
            if let Some(guide) = &mut self.guide {
                guide.yielded(number);
            }
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
        let settled = |settling: Settling| {
            // ORDERING: Relaxed: all on one thread.
            settling.over.store(true, Ordering::Relaxed);
            settling.waker
        };
        self.settling.drain(..).map(settled).collect()
    }

    /// A step of the running process ends here.
    fn step_over(&mut self, process: usize) {
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

    /// Which process it is.
    pub(super) fn name(&self, number: usize) -> String {
        let started = words::place(self.processes[number].started);
        match number {
            0 => format!("the body (p0), at {started}"),
            _ => format!("p{number}, started at {started}"),
        }
    }

    /// Which process it is, and what it waits for.
    pub(super) fn describe(&self, number: usize) -> String {
        format!("{}, {}", self.name(number), self.waiting(number))
    }

    /// The running process, and where it last waited.
    pub(super) fn describe_running(&self) -> String {
        let Some(number) = self.running else { return "a process".into() };
        match self.turn.began_at {
            Some(at) => format!("{}, which last waited at {}", self.name(number), words::place(at)),
            None => self.name(number),
        }
    }

    /// What a process that does not run waits for.
    pub(super) fn waiting(&self, number: usize) -> String {
        let task = self.processes[number].task;
        if self.settling.iter().any(|settling| settling.number == Some(number)) {
            return "waits until all others wait".into();
        }
        let (what, on, at) = task.waiting();
        if self.ready.iter().any(|(_, ready)| *ready == number) {
            return match (what, at) {
                (Waits::Nothing, _) | (_, None) => "is ready".into(),
                (_, Some(at)) => format!("is ready; it last waited at {}", words::place(at)),
            };
        }
        let channel = || match self.channels.get(&on) {
            Some((number, made)) => format!("channel {number}, made at {}", words::place(made)),
            None => "a channel".into(),
        };
        let at = at.map_or_else(String::new, words::place);
        match what {
            Waits::Nothing => "waits for something that is none of csp's".into(),
            Waits::Send => format!("waits at {at} to send to {}", channel()),
            Waits::Recv => format!("waits at {at} to receive from {}", channel()),
            Waits::Select => format!("waits at {at} in a select"),
            Waits::Join => match self.numbers.get(&on) {
                Some(other) => format!("waits for the end of p{other}, started at {at}"),
                None => format!("waits for the end of the process started at {at}"),
            },
            Waits::Sleep => format!("sleeps at {at}"),
            Waits::Blocking => format!("waits at {at} for a blocking call"),
            Waits::Io => format!("waits at {at} for the system"),
        }
    }

    /// A line of the trace.
    pub(super) fn tell(&mut self, what: std::fmt::Arguments<'_>) {
        if self.closing {
            return;
        }
        let (step, running) = (self.steps, self.running);
        if let Some(trace) = &mut self.trace {
            let now = oracle::now();
            let _ = match running {
                Some(process) => writeln!(trace, "{step:>6} {now:>12}ns p{process} {what}"),
                None => writeln!(trace, "{step:>6} {now:>12}ns {what}"),
            };
        }
    }

    pub(super) fn is_traced(&self) -> bool {
        self.trace.is_some()
    }
}

/// FNV-1a, a word at a time.
fn digest(digest: u32, word: u32) -> u32 {
    (digest ^ word).wrapping_mul(0x0100_0193).rotate_left(5)
}
