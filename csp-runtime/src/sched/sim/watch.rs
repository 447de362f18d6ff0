//! Who looks whether an explored program blocks its thread: on a lock of the standard library, in a real sleep, on a channel
//! of another kind. It cannot be helped there and cannot be unwound, so that the program ends with a word about it.

use std::io::Write as _;
use std::time::Duration;

use super::{Sim, words};
use crate::sched::thread_state::{SystemThread, ThreadState};
use crate::shim::atomic::{AtomicU64, Ordering};
use crate::shim::plain::{Condvar, Mutex, MutexGuard, lock, thread, wait, wait_for};
use crate::time::clock;

/// How often it looks.
const EVERY: Duration = Duration::from_millis(100);
/// A turn whose thread was found asleep at every look, for so long, never comes back.
const PATIENCE: Duration = Duration::from_secs(1);
/// The status of a program that ends by a panic.
const STATUS: i32 = 101;

/// What a scheduler shows of its thread.
pub(super) struct Watched {
    /// Odd while a process has its turn.
    turns: AtomicU64,
    thread: Mutex<Option<(SystemThread, String)>>,
}

static ALL: Mutex<Vec<&'static Sim>> = Mutex::new(Vec::new());
static SOME: Condvar = Condvar::new();

impl Watched {
    pub(super) const fn new() -> Self {
        Self { turns: AtomicU64::new(0), thread: Mutex::new(None) }
    }

    /// The thread is in a process's turn while `f` runs, or, within a turn, out of it.
    pub(super) fn turn<R>(&self, f: impl FnOnce() -> R) -> R {
        struct Back<'a>(&'a AtomicU64);
        impl Drop for Back<'_> {
            fn drop(&mut self) {
                self.0.fetch_add(1, Ordering::Relaxed);
            }
        }
        // ORDERING: Relaxed, here and below: compared with itself only.
        self.turns.fetch_add(1, Ordering::Relaxed);
        let _back = Back(&self.turns);
        f()
    }

    /// The turn that goes on, if one does.
    fn now(&self) -> Option<u64> {
        let turn = self.turns.load(Ordering::Relaxed);
        (turn % 2 == 1).then_some(turn)
    }

    fn sleeps(&self) -> bool {
        lock(&self.thread).as_ref().is_some_and(|(thread, _)| thread.state() == ThreadState::Sleeps)
    }
}

/// This thread is the one of `sim` from here on.
pub(super) fn begin(sim: &'static Sim) {
    let name = thread::current().name().unwrap_or("a thread").to_owned();
    let Some(system) = SystemThread::current() else { return };
    *lock(&sim.watched.thread) = Some((system, name));
    let mut all = lock(&ALL);
    all.push(sim);
    static STARTED: Mutex<bool> = Mutex::new(false);
    let mut started = lock(&STARTED);
    if !*started {
        // Without it a program that blocks stands still, as it would without csp.
        *started = thread::Builder::new().name("csp-watch".into()).spawn(look).is_ok();
        if *started {
            crate::sched::deadlock::looker_started();
        }
    }
    drop(all);
    SOME.notify_one();
}

pub(super) fn end(sim: &'static Sim) {
    lock(&ALL).retain(|&other| !std::ptr::eq(other, sim));
    *lock(&sim.watched.thread) = None;
}

fn look() {
    let mut seen: Vec<(&'static Sim, u64, u64)> = Vec::new();
    loop {
        let mut all: MutexGuard<'_, _> = lock(&ALL);
        while all.is_empty() {
            all = wait(&SOME, all);
        }
        let (all, _) = wait_for(&SOME, all, EVERY);
        let now: Vec<&'static Sim> = all.clone();
        drop(all);
        let mut next = Vec::new();
        for sim in now {
            let Some(turn) = sim.watched.now().filter(|_| sim.watched.sleeps()) else { continue };
            let before = seen.iter().find(|(other, was, _)| std::ptr::eq(*other, sim) && *was == turn);
            let since = before.map_or_else(clock::now, |(_, _, since)| *since);
            if clock::now() - since >= clock::nanos(PATIENCE) {
                give_up(sim);
            }
            next.push((sim, turn, since));
        }
        seen = next;
    }
}

fn give_up(sim: &'static Sim) -> ! {
    let test = lock(&sim.watched.thread).as_ref().map(|(_, name)| name.clone());
    let process = crate::shim::plain::try_lock(&sim.state).map(|state| state.describe_running());
    let text = words::blocked_thread(&test.unwrap_or_default(), &process.unwrap_or_default());
    // Nothing can be done if standard error is closed.
    let _ = writeln!(std::io::stderr().lock(), "{text}");
    std::process::exit(STATUS)
}
