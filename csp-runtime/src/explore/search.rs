//! Which schedule comes next, and what is done with one that fails.

use super::replay::Schedule;
use super::report::{Failure, Report};
use super::shrink::shrink;
use super::{Explore, FailureKind, Once, Policy, quiet};
use crate::sched::sim::guide::{Guide, Priorities};
use crate::sched::sim::tree::Tree;
use crate::sched::sim::{Found, Outcome, Timers};

impl Explore {
    pub(super) fn search(&self, once: &mut Once<'_>) -> Result<Report, Failure> {
        let mut report = Report::default();
        let (mut longest, mut tree) = (1, Tree::new(self.reduced));
        let mut scripted = false;
        for run in 0..self.schedules.max(1) {
            let guide = self.guide(run, longest, &mut tree);
            let timers = self.timers_in(run, scripted);
            let mut outcome = once(guide, timers, self.traced);
            report.add(&outcome);
            scripted |= outcome.scripted;
            longest = longest.max(outcome.steps);
            if outcome.found.is_some()
                && let Some(failure) = self.failed(&outcome, timers, run + 1, once)
            {
                return Err(failure);
            }
            if self.policy == Policy::Dfs {
                if let Some(Guide::Tree(back)) = outcome.guide.take() {
                    tree = back;
                }
                if !tree.advance() {
                    report.complete = true;
                    break;
                }
            }
        }
        Ok(report)
    }

    /// How to decide in this run, if runs so far took up to `longest` steps.
    fn guide(&self, run: u64, longest: u64, tree: &mut Tree) -> Guide {
        let seed = self.seed.wrapping_mul(0x9E37_79B9_7F4A_7C15).wrapping_add(run);
        let pct = |depth| Guide::Priorities(Priorities::new(seed, depth, longest));
        match self.policy {
            Policy::Random => Guide::random(seed),
            Policy::Pct => pct(self.depth),
            Policy::Dfs => Guide::Tree(std::mem::take(tree)),
            Policy::Mixed if run.is_multiple_of(2) => Guide::random(seed),
            Policy::Mixed => pct(2 + (run / 2 % 3) as u32),
        }
    }

    /// Whether timers compete in this run. A program that says itself when time passes has to ask for it.
    fn timers_in(&self, run: u64, scripted: bool) -> Timers {
        match self.timers {
            Some(true) => Timers::Compete,
            None if self.policy == Policy::Mixed && run / 2 % 2 == 1 && !scripted => Timers::Slow,
            Some(false) | None => Timers::Wait,
        }
    }

    /// Makes a failure of it. `None`: it is none of the program's, and did not happen again.
    fn failed(
        &self,
        outcome: &Outcome,
        timers: Timers,
        schedules: u64,
        once: &mut Once<'_>,
    ) -> Option<Failure> {
        let plainer = Self::without_timers(outcome, timers, once);
        let (outcome, timers) = plainer.as_ref().map_or((outcome, timers), |plainer| (plainer, Timers::Wait));
        let first = outcome.found.clone()?;
        let Some(path) = shrink(&outcome.made, first.kind, &mut |guide, traced| once(guide, timers, traced))
        else {
            let again = outcome.made.iter().map(|decision| decision.taken).collect();
            if first.kind == FailureKind::Escape && once(Guide::Path(again), timers, false).found.is_none() {
                // A late wake that was meant for somebody else, of another test: slots of memory are shared by all.
                return None;
            }
            let text =
                format!("{} (it did not fail a second time under the same schedule: {DIFFERS})", first.text);
            return Some(Failure {
                kind: first.kind,
                text,
                replay: String::new(),
                trace: outcome.trace.clone(),
                schedules,
                switches: switches(outcome.made.iter().map(|decision| decision.taken)),
            });
        };
        let outcome = once(Guide::Path(path.clone()), timers, true);
        let found = outcome.found.clone().unwrap_or(first);
        Some(self.failure(found, timers, path, outcome, schedules))
    }

    /// A run that fails as `outcome` did while the clock stands still, if about the same decisions lead to one.
    fn without_timers(outcome: &Outcome, timers: Timers, once: &mut Once<'_>) -> Option<Outcome> {
        let kind = outcome.found.as_ref().map(|found| found.kind);
        let path = outcome.made.iter().map(|decision| decision.taken).collect();
        (timers != Timers::Wait)
            .then(|| once(Guide::Near(path), Timers::Wait, false))
            .filter(|again| again.found.as_ref().map(|found| found.kind) == kind)
    }

    fn failure(
        &self,
        found: Found,
        timers: Timers,
        path: Vec<u32>,
        outcome: Outcome,
        schedules: u64,
    ) -> Failure {
        let mut text = found.text;
        if found.kind == FailureKind::Panic
            && let Some(place) = quiet::place_in(&text)
        {
            text = format!("{text} (at {place})");
        }
        let switches = switches(path.iter().copied());
        let schedule = Schedule { timers, test: self.test.clone(), shape: outcome.shape, path };
        let (replay, trace) = (schedule.to_text(), outcome.trace);
        Failure { kind: found.kind, text, replay, trace, schedules, switches }
    }

    pub(super) fn again(&self, text: &str, once: &mut Once<'_>) -> Result<Report, Failure> {
        let broken = |text: String, replay: &str, trace| Failure {
            kind: FailureKind::Diverged,
            text,
            replay: replay.to_owned(),
            trace,
            schedules: 1,
            switches: 0,
        };
        let schedule = Schedule::parse(text).map_err(|error| broken(error, "", String::new()))?;
        let outcome = once(Guide::Path(schedule.path.clone()), schedule.timers, true);
        match outcome.found.clone() {
            Some(found) if found.kind == FailureKind::Diverged || outcome.shape == schedule.shape => {
                Err(self.failure(found, schedule.timers, schedule.path, outcome, 1))
            }
            _ if outcome.shape != schedule.shape => {
                Err(broken(format!("the schedule leads elsewhere now: {DIFFERS}"), text, outcome.trace))
            }
            _ => {
                let mut report = Report::default();
                report.add(&outcome);
                report.trace = outcome.trace;
                Ok(report)
            }
        }
    }
}

const DIFFERS: &str = "the program changed, or it decides by something that csp does not see, such as the machine's clock, a \
     hasher's random keys, an address, or another thread";

impl Report {
    fn add(&mut self, outcome: &Outcome) {
        self.schedules += u64::from(!outcome.pruned);
        self.steps += outcome.steps;
        if !outcome.trace.is_empty() {
            self.trace += &format!("schedule {}\n{}", self.schedules, outcome.trace);
        }
    }
}

fn switches(path: impl Iterator<Item = u32>) -> usize {
    path.filter(|&taken| taken != 0).count()
}
