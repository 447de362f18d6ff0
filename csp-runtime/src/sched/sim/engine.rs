//! One run of a program.

use super::fairness::Timers;
use super::guide::Guide;
use super::state::{Decision, Found, Picked, State};
use super::words::{self, FailureKind};
use super::{Sim, oracle};
use crate::task::reason::Waits;
use crate::task::{self, Handle, Token, Turned};
use crate::time::clock::NEVER;
use crate::util::caught::caught;

/// How many times the clock may jump after the body has returned.
const LAST_JUMPS: u32 = 10_000;

/// What a run may do.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Limits {
    pub(crate) steps: u64,
    /// Processes may be left when the body has returned.
    pub(crate) leaks: bool,
    /// The run ends when the body does, whoever could go on.
    pub(crate) ends: bool,
}

/// What a run came to.
#[derive(Debug)]
pub(crate) struct Outcome {
    pub(crate) made: Vec<Decision>,
    pub(crate) shape: u32,
    pub(crate) steps: u64,
    pub(crate) found: Option<Found>,
    pub(crate) trace: String,
    /// Given up: what it would have come to was seen before.
    pub(crate) pruned: bool,
    /// Somebody waited until nobody was ready.
    pub(crate) scripted: bool,
    /// What guided it, as it is now.
    pub(crate) guide: Option<Guide>,
}

impl Sim {
    /// Runs a program whose body `start` starts, as the first of its processes. This thread is in the simulation already.
    pub(crate) fn run(
        &'static self,
        guide: Guide,
        timers: Timers,
        limits: Limits,
        traced: bool,
        start: impl FnOnce() -> Handle<Result<(), String>>,
    ) -> Outcome {
        self.state().begin(guide, timers, limits.steps, traced);
        oracle::set_now(0);
        let mut body = Some(start());
        let mut jumps = 0;
        while !self.state().is_over() {
            // Not asked by the handle, which would tell the next step of it.
            if body.is_some() && self.state().processes[0].over {
                self.returned(body.take());
                if limits.ends {
                    break;
                }
                continue;
            }
            let picked = self.state().pick(self.shard.next_deadline());
            match picked {
                Picked::Process(token, number) => self.turn(token, number),
                Picked::Clock => _ = self.jump(true),
                Picked::Nobody if self.settle() => {}
                Picked::Nobody if !self.jump(false) => break,
                Picked::Nobody if body.is_none() => {
                    jumps += 1;
                    if jumps > LAST_JUMPS || limits.leaks {
                        break;
                    }
                }
                Picked::Nobody => {}
            }
        }
        self.judge(body.is_none(), limits);
        let outcome = self.take_outcome();
        drop(body);
        self.clear();
        outcome
    }

    /// One turn of a process.
    fn turn(&'static self, token: Token, number: usize) {
        let task = token.task();
        let before = task.waiting();
        if before.0 != Waits::Nothing {
            self.state().turn.began_at = before.2;
        }
        task.waits_for(Waits::Nothing, 0, task.started());
        let mut over = false;
        let turned = self.watched.turn(|| {
            task::run_once(token, || {
                over = true;
                self.state().processes[number].over = true;
            })
        });
        let mut state = self.state();
        let (token, yielded) = match turned {
            Turned::Parked => (None, false),
            Turned::Woken(token) => (Some(token), false),
            Turned::Yielded(token) => (Some(token), true),
        };
        if !over
            && state.turn.still
            && task.waiting().0 == Waits::Nothing
            && let (what, on, Some(at)) = before
        {
            task.waits_for(what, on, at);
        }
        if state.is_traced() {
            let what = match (over, &token) {
                (true, _) => "ends".into(),
                (_, None) => state.waiting(number),
                _ if state.turn.stopped => "is stopped".into(),
                _ => "gives way".into(),
            };
            state.tell(format_args!("{what}"));
        }
        state.turn_over(number, token, yielded);
    }

    /// The body is over.
    fn returned(&'static self, body: Option<Handle<Result<(), String>>>) {
        let Some(result) = body.and_then(|body| body.take_result()) else { return };
        let mut state = self.state();
        match result {
            Ok(Ok(())) => {}
            Ok(Err(text)) => state.fail(FailureKind::Error, format!("the body returned an error: {text}")),
            Err(error) => state.fail(FailureKind::Panic, words::body_failed(&error)),
        }
    }

    /// Nobody is ready, or all only poll: wakes those who wait for that.
    fn settle(&'static self) -> bool {
        let settling = self.state().take_settling();
        let any = !settling.is_empty();
        settling.into_iter().for_each(|waker| caught(|| waker.wake()));
        any
    }

    /// Goes on to the next deadline: by choice, or because nobody is ready, or all only poll. False: there is none.
    fn jump(&'static self, chosen: bool) -> bool {
        let next = self.shard.next_deadline();
        if next >= NEVER {
            return false;
        }
        self.state().clock_moves(chosen);
        oracle::set_now(next.max(oracle::now()));
        if chosen {
            self.state().tell(format_args!("the clock goes on"));
        }
        self.shard.expire(next);
        true
    }

    /// What there is to say of a run that can go no further, or may not.
    fn judge(&'static self, returned: bool, limits: Limits) {
        let mut state = self.state();
        if state.found.is_some() || state.pruned {
            return;
        }
        let live = state.live();
        let list = |state: &State, title: &str| {
            words::list(title, live.iter().map(|&number| state.describe(number)))
        };
        if state.steps > state.most_steps {
            let title = format!(
                "the program has not ended after {} steps; a longer one needs `steps`. These are left:",
                state.most_steps
            );
            let text = list(&state, &title);
            state.fail(FailureKind::LiveLock, text);
        } else if !returned {
            let text = list(&state, "nobody is ready, no timer is set, and the body still waits:");
            state.fail(FailureKind::Deadlock, text);
        } else if !live.is_empty() && !limits.leaks {
            let text = list(&state, "the body returned, and these processes never end:");
            state.fail(FailureKind::Leak, text);
        }
    }

    fn take_outcome(&'static self) -> Outcome {
        let mut state = self.state();
        state.closing = true;
        Outcome {
            made: std::mem::take(&mut state.made),
            shape: state.shape,
            steps: state.steps,
            pruned: state.pruned,
            scripted: state.scripted,
            guide: state.guide.take(),
            found: state.found.take(),
            trace: state.trace.take().unwrap_or_default(),
        }
    }

    /// Drops what is left of the program.
    fn clear(&'static self) {
        let live: Vec<_> = {
            let state = self.state();
            state.live().into_iter().map(|number| state.processes[number].task).collect()
        };
        live.iter().for_each(|task| task.cancel());
        loop {
            let Some((token, number)) = self.state().ready.pop() else { break };
            let ended = || self.state().processes[number].over = true;
            let turned = self.watched.turn(|| task::run_once(token, ended));
            if let Turned::Woken(token) | Turned::Yielded(token) = turned {
                // It was not cancelled before: it is now.
                token.task().cancel();
                self.state().ready.push((token, number));
            }
        }
        self.shard.retire();
    }
}
