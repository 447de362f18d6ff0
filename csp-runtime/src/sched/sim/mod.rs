//! A scheduler in one thread, with a clock of its own, that asks a [`Guide`] whenever a program could go on in more ways
//! than one. What the guide said is a schedule; the same schedule makes the same program do the same again.
//!
//! | file | what it knows |
//! |---|---|
//! | `state` | the processes, who is ready, what was decided |
//! | `fairness` | who may go on: processes that yield or poll, and the clock |
//! | `guide` | how to decide: at random, by priorities, along a path |
//! | `tree` | every path, without those that only exchange what does not meet |
//! | `engine` | one run of a program, from its start to its last process |
//! | `place` | which line of the user's is at work |
//! | `watch` | that a process blocks the thread, which nothing can help |
//! | `describe`, `words` | what is said of processes, and of a run that fails |
//!
//! A *step* is what a process does from one *point* to the next. Points are where a process waits, where it is about to
//! communicate (each such place asks `task::budget`, whose budget is always used up here), and where it yields. All else (a
//! `try_send`, the drop of an end, a start) belongs to the step in which it happens. So two processes are interleaved at
//! their communications, which is all that they can tell of each other if they share nothing else.
//!
//! Time stands still while anybody is ready, unless it was asked for that timers compete; then it jumps to the next deadline, and
//! those who were waiting for it are ready at once. Which of them goes first is a decision like any other. Where they compete,
//! whether the clock goes on is one too. Processes that only yield, again and again, wait for time to pass.
//!
//! Invariants
//! * All runs on one thread. A wake from another one fails the run: nothing could repeat it.
//! * No lock of `state` is held while a process runs.
//! * A run ends with all its processes dropped, whether it failed or not: what it started does not outlive it.

mod describe;
mod engine;
mod fairness;
pub(crate) mod guide;
mod place;
mod state;
pub(crate) mod tree;
mod watch;
mod words;

use std::future::Future;
use std::io;
use std::panic::Location;
use std::task::Waker;

pub(crate) use engine::{Limits, Outcome};
pub(crate) use fairness::Timers;
pub(crate) use state::{Decision, Found};
pub use words::FailureKind;

use super::blocking::Job;
use crate::shim::atomic::{AtomicBool, AtomicUsize, Ordering};
use crate::shim::oracle::{self, Oracle};
use crate::shim::plain::{Arc, Mutex, MutexGuard, OnceLock, lock};
use crate::task::{self, Handle, How, PanicPolicy, Place, ProcessError, Schedule, Scheduler, Token};
use crate::time::Shard;
use state::State;

/// It lives for ever, for a wake may be on its way to it at any time; one thread at a time uses it.
pub(crate) struct Sim {
    state: Mutex<State>,
    shard: Shard,
    face: OnceLock<Scheduler>,
    /// The thread that uses it.
    thread: AtomicUsize,
    watched: watch::Watched,
}

/// Those that no thread uses.
static SPARE: Mutex<Vec<&'static Sim>> = Mutex::new(Vec::new());

/// A scheduler that is this thread's until it is dropped.
pub(crate) struct Lent(pub(crate) &'static Sim);

impl Drop for Lent {
    fn drop(&mut self) {
        watch::end(self.0);
        lock(&SPARE).push(self.0);
    }
}

impl Sim {
    /// One that nobody uses.
    pub(crate) fn lend() -> Lent {
        let spare = lock(&SPARE).pop();
        let sim = spare.unwrap_or_else(|| {
            let sim: &'static Self = Box::leak(Box::new(Self {
                state: Mutex::new(State::default()),
                shard: Shard::exact(),
                face: OnceLock::new(),
                thread: AtomicUsize::new(0),
                watched: watch::Watched::new(),
            }));
            let _ = sim.face.set(Scheduler(sim));
            sim
        });
        // ORDERING: Relaxed: the lock above hands it from thread to thread; others only compare.
        sim.thread.store(oracle::thread(), Ordering::Relaxed);
        watch::begin(sim);
        Lent(sim)
    }

    pub(crate) fn face(&'static self) -> &'static Scheduler {
        self.face.get().expect("set when it was made")
    }

    pub(crate) fn shard(&'static self) -> &'static Shard {
        &self.shard
    }

    fn state(&self) -> MutexGuard<'_, State> {
        lock(&self.state)
    }

    fn is_own_thread(&self) -> bool {
        self.thread.load(Ordering::Relaxed) == oracle::thread()
    }

    /// Starts a process.
    pub(crate) fn go<F>(&'static self, future: F, started: Place) -> Handle<F::Output>
    where
        F: Future + Send + 'static,
        F::Output: Send + 'static,
    {
        task::spawn(future, self.face(), started)
    }

    /// Runs `f` as a process of its own, in one step, which may take its time.
    pub(crate) fn run_blocking(&'static self, job: Job, at: &'static Location<'static>) {
        drop(self.go(async move { self.watched.turn(job) }, at));
    }

    /// The error of whatever would wait for the world outside; it fails the run as well.
    pub(crate) fn refuses_io(&'static self) -> io::Error {
        let mut state = self.state();
        // To find the place takes long, and is done for the run that is reported.
        let place = if state.is_traced() { place::of_user() } else { None };
        let text = words::io_refused(&state.describe_running(), place.as_deref());
        state.fail(FailureKind::Escape, text.clone());
        io::Error::new(io::ErrorKind::Unsupported, text)
    }

    /// The running process waits until nobody is ready; then `waker` is woken and `over` set.
    pub(crate) fn wait_settled(&'static self, waker: Waker, over: Arc<AtomicBool>) {
        self.state().settle(waker, over);
    }
}

impl Schedule for Sim {
    fn schedule(&'static self, token: Token, how: How) {
        let own = self.is_own_thread();
        self.state().queue(token, how, own);
    }

    fn panic_policy(&self) -> PanicPolicy {
        PanicPolicy::Silent
    }

    fn sees_panic(&self, error: &ProcessError) -> bool {
        self.state().unseen_panic(error);
        true
    }
}

impl Oracle for Sim {
    fn below(&self, n: u32) -> u32 {
        self.state().choose(n)
    }

    fn goes_on(&self) -> bool {
        self.state().goes_on(self.shard.next_deadline())
    }

    fn touched_channel(&self, address: usize) {
        self.state().touched_channel(address);
    }

    fn touched_process(&self, address: usize) {
        self.state().touched_process(address);
    }

    fn touched_time(&self) {
        self.state().touched.add(tree::Object::TimeSource);
    }

    fn touched_all(&self) {
        self.state().touched.add_all();
    }

    fn still_waits(&self) {
        self.state().turn.still = true;
    }

    fn made_channel(&self, address: usize, at: &'static Location<'static>) {
        self.state().made_channel(address, at);
    }
}
