//! Many runs of one program, each under another schedule, until one fails.

pub(crate) mod program;
mod quiet;
mod replay;
mod report;
mod search;
mod shrink;
mod test;
mod time;

use std::future::IntoFuture;
use std::panic::{AssertUnwindSafe, Location, catch_unwind, resume_unwind};

pub use crate::sched::sim::FailureKind;
pub use report::{Failure, Report};
pub use test::{Verdict, run_test};
pub use time::{Settled, advance, now, settled};

use crate::rt;
use crate::sched::pool::local;
use crate::sched::sim::guide::Guide;
use crate::sched::sim::{Limits, Outcome, Sim, Timers};
use crate::shim::oracle;

/// How schedules are chosen; see [`Explore::policy`].
///
/// # Examples
/// ```
/// use csp::explore::{Explore, Policy};
///
/// // Every schedule of a small program.
/// let report = Explore::new().policy(Policy::Dfs).run(|| async { csp::go! { 6 * 7 }.await.map(|_| ()) }).unwrap();
/// assert!(report.is_complete());
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Policy {
    /// At each point all ready processes are equally likely.
    Random,
    /// Random priorities, and few changes of them at random steps: probabilistic concurrency testing. A failure that `d`
    /// ordered events suffice to cause is found by one run with a probability of at least `1 / (n * k^(d - 1))`, for `n`
    /// processes, `k` steps and a [`depth`](Explore::depth) of `d`.
    Pct,
    /// Every schedule there is, depth first: for small programs.
    Dfs,
    /// `Random` and `Pct` of depths 2, 3 and 4 in turns; in half of each a step may take up to a millisecond, so that a timer may
    /// fire before what is ready (see [`timers_compete`](Explore::timers_compete)).
    #[default]
    Mixed,
}

/// An exploration: runs a program many times in one thread, under a clock of its own, each time with another schedule.
///
/// `#[csp::test]` is the attribute for tests. This is the same as a value, for other test frameworks.
///
/// # Examples
/// ```
/// use csp::explore::Explore;
///
/// let failure = Explore::new()
///     .run(|| async {
///         let (tx, rx) = csp::bounded(2);
///         for n in [1, 2] {
///             let tx = tx.clone();
///             csp::go! { tx.send(n).await };
///         }
///         assert_eq!(rx.recv().await, Ok(1), "the first that was started is the first to send");
///     })
///     .unwrap_err();
/// assert!(failure.text().contains("the first that was started"));
/// ```
#[derive(Clone, Debug)]
#[must_use = "an exploration does nothing until it is told to `run`"]
pub struct Explore {
    schedules: u64,
    policy: Policy,
    depth: u32,
    seed: u64,
    steps: u64,
    leaks: bool,
    traced: bool,
    reduced: bool,
    timers: Option<bool>,
    /// The name of the test that this is.
    test: String,
}

impl Default for Explore {
    fn default() -> Self {
        Self::new()
    }
}

impl Explore {
    /// 100 schedules of [`Policy::Mixed`], each of at most 100,000 steps, the same ones every time.
    pub fn new() -> Self {
        Self {
            schedules: 100,
            policy: Policy::default(),
            depth: 3,
            seed: 0,
            steps: 100_000,
            leaks: false,
            traced: false,
            reduced: false,
            timers: None,
            test: String::new(),
        }
    }

    /// Sets the most schedules that are run; at least one is.
    pub fn schedules(mut self, schedules: u64) -> Self {
        self.schedules = schedules;
        self
    }

    /// Sets how schedules are chosen.
    pub fn policy(mut self, policy: Policy) -> Self {
        self.policy = policy;
        self
    }

    /// Sets how many ordered events [`Policy::Pct`] looks for. The default is 3.
    pub fn depth(mut self, depth: u32) -> Self {
        self.depth = depth;
        self
    }

    /// Sets the seed of all random choices. The default is 0. The same seed explores the same schedules.
    pub fn seed(mut self, seed: u64) -> Self {
        self.seed = seed;
        self
    }

    /// Sets the most steps of a schedule. One that is longer fails as a live-lock.
    pub fn steps(mut self, steps: u64) -> Self {
        self.steps = steps;
        self
    }

    /// Sets whether processes may be left when the body has returned. Otherwise they fail the schedule as leaks.
    pub fn allow_leaks(mut self, allow: bool) -> Self {
        self.leaks = allow;
        self
    }

    /// Sets whether [`Policy::Dfs`] omits schedules that differ from others only in the order of independent steps, by partial-order
    /// reduction (sleep sets). It then runs far fewer schedules.
    ///
    /// It misses nothing in a program whose processes share only channels, handles and time, all of them made in its body. A mutex, an
    /// atomic or the end of a process from elsewhere is not seen. Nor is a future that is polled only once (`now_or_never`, a
    /// [`timeout`](crate::timeout) of zero): it is pending where its process is stopped. Without this, all schedules are explored.
    pub fn reduced(mut self, reduced: bool) -> Self {
        self.reduced = reduced;
        self
    }

    /// Sets whether the clock may advance to the next deadline while a process is ready. That is then one more alternative at each point, as
    /// if a process were slow: a timer of a year may fire before a ready process runs. Without it the clock stands still while a process is
    /// ready, and only those schedules are explored, also where [`Policy::Dfs`] reports that there is no other.
    ///
    /// If this is not called, [`Policy::Mixed`] lets timers compete in half of its schedules, but so that no step takes longer than a
    /// millisecond, and the other policies do not.
    ///
    /// # Examples
    /// ```
    /// use std::sync::Arc;
    /// use std::sync::atomic::{AtomicU32, Ordering::Relaxed};
    /// use std::time::Duration;
    /// use csp::explore::{Explore, Policy};
    ///
    /// let race = || async {
    ///     let x = Arc::new(AtomicU32::new(0));
    ///     let theirs = x.clone();
    ///     csp::go! {
    ///         csp::sleep(Duration::from_nanos(1)).await;
    ///         theirs.store(1, Relaxed);
    ///     };
    ///     csp::yield_now().await;
    ///     let before = x.load(Relaxed);
    ///     csp::yield_now().await;
    ///     assert_eq!(before, x.load(Relaxed));
    /// };
    /// let explore = Explore::new().policy(Policy::Dfs);
    /// assert!(explore.clone().run(race).unwrap().is_complete());
    /// assert!(explore.timers_compete(true).run(race).is_err());
    /// ```
    pub fn timers_compete(mut self, compete: bool) -> Self {
        self.timers = Some(compete);
        self
    }

    /// Sets whether the [`Report`] contains the trace of all schedules.
    pub fn traced(mut self, traced: bool) -> Self {
        self.traced = traced;
        self
    }

    /// Explores the program whose body is the future that `body` returns.
    ///
    /// A schedule fails when the body panics or returns an error, when a process panics and no handle of it is left, on a deadlock, on
    /// a leaked process, and on a live-lock. The first one that fails is shrunk and returned.
    ///
    /// # Errors
    /// The first schedule that fails.
    ///
    /// # Panics
    /// In a process: a program that is explored needs a thread of its own.
    #[track_caller]
    pub fn run<P>(self, mut body: impl FnMut() -> P) -> Result<Report, Failure>
    where
        P: IntoFuture,
        P::IntoFuture: Send + 'static,
        P::Output: Verdict,
    {
        let at = Location::caller();
        on_stage(|sim| self.search(&mut self.once(sim, at, &mut body)))
    }

    /// Runs the one schedule that a failure's [`replay`](Failure::replay) names.
    ///
    /// # Errors
    /// The failure, if the schedule fails again. One of the kind [`FailureKind::Diverged`] if the program does not do what it
    /// did, or if `schedule` is no such text.
    ///
    /// # Panics
    /// As [`run`](Self::run).
    #[track_caller]
    pub fn replay<P>(self, schedule: &str, mut body: impl FnMut() -> P) -> Result<Report, Failure>
    where
        P: IntoFuture,
        P::IntoFuture: Send + 'static,
        P::Output: Verdict,
    {
        let at = Location::caller();
        on_stage(|sim| self.again(schedule, &mut self.once(sim, at, &mut body)))
    }

    /// What runs the program once.
    fn once<P>(
        &self,
        sim: &'static Sim,
        at: &'static Location<'static>,
        body: &mut impl FnMut() -> P,
    ) -> impl FnMut(Guide, Timers, bool) -> Outcome
    where
        P: IntoFuture,
        P::IntoFuture: Send + 'static,
        P::Output: Verdict,
    {
        let limits = Limits { steps: self.steps, leaks: self.leaks, ends: false };
        move |guide, timers, traced| {
            sim.run(guide, timers, limits, traced, || {
                // What panics before it is a process counts as the process's panic.
                let body = catch_unwind(AssertUnwindSafe(|| body().into_future()));
                let body = async move {
                    match body {
                        Ok(body) => body.await.verdict(),
                        Err(payload) => resume_unwind(payload),
                    }
                };
                sim.go(body, at)
            })
        }
    }
}

/// Runs the program once, under a guide; with a trace or without.
type Once<'a> = dyn FnMut(Guide, Timers, bool) -> Outcome + 'a;

/// Makes this thread one that explores, for as long as `f` runs.
#[track_caller]
fn on_stage<R>(f: impl FnOnce(&'static Sim) -> R) -> R {
    let in_process = oracle::current().is_some() || local::with(|worker| worker.is_some());
    assert!(
        !in_process,
        "a process cannot explore: call this on a plain thread, as a test is, or within `blocking`"
    );
    let lent = Sim::lend();
    let _entered = rt::enter_sim(lent.0);
    let _quiet = quiet::Quiet::begin();
    f(lent.0)
}
