//! The pool: worker threads that steal from each other. How work is posted and how workers sleep: `README.md`.

mod idle;
mod injector;
#[allow(unsafe_code)]
pub(crate) mod local;
#[cfg(all(test, loom))]
#[allow(unsafe_code)]
mod model;
mod parker;
mod poll;
mod queue;
mod reserve;
mod reuse;
mod search;
mod shutdown;
mod slot;
mod threads;
pub(crate) mod timers;
mod worker;

pub(crate) use shutdown::Left;
use slot::Slot;
pub(crate) use threads::Spare;

use std::io::{self, Write as _};

use crate::io::Driver;
use crate::sched::blocking::Blocking;
#[cfg(not(loom))]
use crate::sched::deadlock::Deadlocks;
use crate::sched::monitor::Monitor;
use crate::sched::stuck::StuckPolicy;
use crate::sched::watch::{Stats, Watch};
use crate::shim::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering, fence};
use crate::shim::plain::{Arc, Mutex, OnceLock, lock};
#[cfg(not(loom))]
use crate::task::TaskRef;
use crate::task::{
    self, DeadlockPolicy, ErrorPolicy, Handle, How, PanicPolicy, Place, Schedule, Scheduler, Token,
};
use crate::util::{fork, teardown};

/// More workers than this are refused.
pub(crate) const MOST_WORKERS: usize = 256;
/// More spare threads than this are refused.
pub(crate) const MOST_SPARES: usize = 16_384;

/// What a runtime is made with.
#[derive(Clone, Debug)]
pub(crate) struct Config {
    pub(crate) workers: usize,
    pub(crate) name: String,
    pub(crate) on_panic: PanicPolicy,
    pub(crate) on_error: ErrorPolicy,
    pub(crate) max_blocking: usize,
    pub(crate) max_spares: usize,
    pub(crate) on_stuck: StuckPolicy,
    #[cfg_attr(loom, allow(dead_code))]
    pub(crate) on_deadlock: DeadlockPolicy,
}

pub(crate) struct Pool {
    config: Mutex<Arc<Config>>,
    pub(crate) workers: usize,
    on_panic: PanicPolicy,
    on_error: ErrorPolicy,
    /// See `reuse.rs`.
    users: AtomicUsize,
    most_searching: usize,
    /// The first `workers` belong to the workers, the others to spare threads; filled in order.
    all_slots: Box<[OnceLock<Box<Slot>>]>,
    slots: AtomicUsize,
    /// Of them, those up to the last that has a thread: only they can have processes.
    slots_in_use: AtomicUsize,
    injector: injector::Injector,
    pub(crate) idle: idle::Idle,
    /// Processes started, and ended, by threads that are no workers of this pool.
    started_outside: AtomicU64,
    ended_outside: AtomicU64,
    /// See `shutdown.rs`.
    phase: shutdown::Phase,
    /// A process was started after the end, and that was reported.
    late_start: AtomicBool,
    pub(crate) monitor: Monitor,
    #[cfg(not(loom))]
    pub(crate) deadlocks: Deadlocks,
    pub(crate) blocking: Blocking,
    pub(crate) io: Driver,
    face: OnceLock<Scheduler>,
    threads: Mutex<Vec<threads::Thread>>,
    /// Worker threads, spare ones included; and of them the reserve.
    alive: AtomicUsize,
    reserves: AtomicUsize,
    pub(crate) stats: Stats,
}

/// All pools: a wake may be on its way to any of them, so they live for ever. Those that ended are used again.
static POOLS: Mutex<Vec<&'static Pool>> = Mutex::new(Vec::new());

impl Pool {
    /// A running pool.
    pub(crate) fn start(config: Config) -> std::io::Result<&'static Self> {
        let pool = {
            let mut pools = lock(&POOLS);
            let ended = pools.iter().copied().find(|pool| pool.try_reuse(&config));
            ended.unwrap_or_else(|| {
                let pool = Self::new(config);
                pools.push(pool);
                pool
            })
        };
        fork::runtime_starts();
        let started = pool.start_threads();
        if started.is_err() {
            pool.close();
            pool.finish_closing(&mut Watch::default());
            (0..reuse::FIRST_USERS).for_each(|_| pool.release());
        }
        started.map(|()| pool)
    }

    /// A pool without threads.
    fn new(config: Config) -> &'static Self {
        let workers = config.workers;
        let pool: &'static Self = Box::leak(Box::new(Self {
            workers,
            on_panic: config.on_panic,
            on_error: config.on_error,
            users: AtomicUsize::new(reuse::FIRST_USERS),
            most_searching: (workers / 2).max(1),
            all_slots: (0..workers + config.max_spares).map(|_| OnceLock::new()).collect(),
            slots: AtomicUsize::new(0),
            slots_in_use: AtomicUsize::new(workers),
            injector: injector::Injector::new(),
            idle: idle::Idle::new(workers),
            started_outside: AtomicU64::new(0),
            ended_outside: AtomicU64::new(0),
            phase: shutdown::Phase::new(),
            late_start: AtomicBool::new(false),
            monitor: Monitor::new(),
            #[cfg(not(loom))]
            deadlocks: Deadlocks::default(),
            blocking: Blocking::new(config.max_blocking, &config.name),
            io: Driver::new(),
            face: OnceLock::new(),
            threads: Mutex::new(Vec::new()),
            alive: AtomicUsize::new(0),
            reserves: AtomicUsize::new(0),
            stats: Stats::default(),
            config: Mutex::new(Arc::new(config)),
        }));
        let _ = pool.face.set(Scheduler(pool));
        for index in 0..workers {
            pool.add_slot(index);
        }
        pool
    }

    /// What its runtime was made with.
    pub(crate) fn config(&self) -> Arc<Config> {
        Arc::clone(&lock(&self.config))
    }

    /// All pools that have not come to their end.
    #[cfg(not(loom))]
    pub(crate) fn all() -> Vec<&'static Self> {
        lock(&POOLS).iter().copied().filter(|pool| !pool.is_stopped()).collect()
    }

    /// Whose turns are under way.
    #[cfg(not(loom))]
    pub(crate) fn running(&self) -> impl Iterator<Item = TaskRef> {
        (0..self.slots()).filter_map(|slot| self.slot(slot).running())
    }

    /// Starts a process.
    #[inline]
    pub(crate) fn go<F>(&'static self, future: F, started: Place) -> Handle<F::Output>
    where
        F: Future + Send + 'static,
        F::Output: Send + 'static,
    {
        task::spawn(future, self.face(), started)
    }

    #[inline]
    pub(crate) fn face(&'static self) -> &'static Scheduler {
        self.face.get().expect("set at the start")
    }

    /// Slots in use; they never become fewer.
    #[inline]
    pub(crate) fn slots(&self) -> usize {
        // ORDERING: Acquire pairs with `add_slot`.
        self.slots.load(Ordering::Acquire)
    }

    /// Slots that may have processes.
    #[inline]
    pub(crate) fn slots_in_use(&self) -> usize {
        // ORDERING: Acquire pairs with `start_spares`, which made the slots. A stale number hides a spare thread's queues for an instant,
        // in which that thread is awake itself.
        self.slots_in_use.load(Ordering::Acquire)
    }

    #[inline]
    pub(crate) fn slot(&self, index: usize) -> &Slot {
        self.all_slots[index].get().expect("below `slots`")
    }

    /// Under the lock of `threads`, or before there are any.
    fn add_slot(&self, index: usize) {
        self.all_slots[index].get_or_init(|| Box::new(Slot::new()));
        // ORDERING: Release: who sees the number sees the slot.
        self.slots.fetch_max(index + 1, Ordering::Release);
    }

    /// Processes that were started and have not ended. Exact when nothing starts or ends meanwhile; never too low.
    pub(crate) fn live(&self) -> usize {
        let (started, ended) = self.counted();
        usize::try_from(started.saturating_sub(ended)).unwrap_or(usize::MAX)
    }

    /// Processes started so far, and ended. Every end that is counted has its start counted.
    pub(crate) fn counted(&self) -> (u64, u64) {
        // Ends first: whoever sees an end sees its start.
        let mut ended = self.ended_outside.load(Ordering::Acquire);
        for index in 0..self.slots() {
            ended += self.slot(index).ended();
        }
        let mut started = self.started_outside.load(Ordering::Acquire);
        for index in 0..self.slots() {
            started += self.slot(index).started();
        }
        (started, ended)
    }

    /// Whether every worker sleeps, and no closure runs or waits to run on a thread for blocking calls.
    #[cfg(not(loom))]
    pub(crate) fn is_at_rest(&self) -> bool {
        self.idle.sleeping() >= self.threads_alive() && !self.has_to_share() && self.blocking.is_at_rest()
    }

    /// How many threads all runtimes have, with those for blocking calls.
    #[cfg(not(loom))]
    pub(crate) fn own_threads() -> usize {
        let pools = lock(&POOLS);
        let open = pools.iter().filter(|pool| !pool.is_closing());
        // Each has a monitor.
        open.map(|pool| pool.threads_alive() + pool.blocking.counted().0 + 1).sum()
    }

    /// Whether there is work that a worker without any should take at once.
    pub(crate) fn has_to_share(&self) -> bool {
        !self.injector.is_empty() || (0..self.slots_in_use()).any(|i| self.slot(i).has_to_share())
    }

    /// How many processes are in the injector, and how many of them have waited before.
    pub(crate) fn injected(&self) -> (usize, usize) {
        (self.injector.len(), self.injector.waited())
    }

    /// Wakes a worker if one sleeps and none searches. May miss one that is about to sleep.
    #[inline]
    pub(crate) fn hint(&self) {
        if self.idle.wants_wake() {
            self.wake_one();
        }
    }

    #[cold]
    fn wake_one(&self) {
        if let Some(worker) = self.idle.pick() {
            self.unpark(worker);
        }
    }

    pub(crate) fn unpark(&self, worker: usize) {
        self.rouse(worker);
        self.monitor.work_begins();
    }

    /// Wakes a worker where it sleeps.
    fn rouse(&self, worker: usize) {
        if !self.slot(worker).parker.unpark() {
            self.io.notify();
        }
    }

    /// Queues a process from a thread that is no worker of this pool.
    #[cold]
    fn inject(&'static self, token: Token, how: How) {
        if how == How::Spawned {
            fork::refuse();
            // ORDERING: AcqRel, then a fence: see `shutdown.rs`.
            self.started_outside.fetch_add(1, Ordering::AcqRel);
            fence(Ordering::SeqCst);
            if self.phase.is_refusing() {
                // Perhaps no worker is left to run it. What it holds is dropped here, perhaps in the turn of another runtime's process.
                if self.phase.is_stopped() {
                    self.report_late_start(token.task().started());
                }
                token.task().cancel();
                let ended = move || _ = self.ended_outside.fetch_add(1, Ordering::Release);
                // Its destructors may start the next.
                teardown::run(move || {
                    let _ = task::budget::nested(|| task::run(token, ended));
                });
                return;
            }
        }
        if fork::is_child() {
            // Nobody is there to run it, and what would wake somebody may be locked for ever. It stays as it is.
            return;
        }
        self.injector.push(token);
        self.wake_strict();
    }

    /// A thread that is still in this runtime, which has ended, started a process.
    fn report_late_start(&self, started: Place) {
        // ORDERING: Relaxed: one of several reports.
        if self.on_panic == PanicPolicy::Silent || self.late_start.swap(true, Ordering::Relaxed) {
            return;
        }
        // Nothing can be done if standard error is closed.
        let _ = writeln!(
            io::stderr().lock(),
            "csp: the process started at {started} is cancelled, for its thread is in a runtime that has ended (reported once)"
        );
    }

    /// Wakes a worker if one sleeps and none searches, and misses none: for work that the caller just queued.
    #[cold]
    fn wake_strict(&self) {
        if let Some(worker) = self.idle.pick_strict() {
            self.unpark(worker);
        }
    }
}

/// A pool that closes starts no process. It is queued all the same: a worker drops it.
#[cold]
fn cancel(token: &Token) {
    token.task().cancel();
}

impl Schedule for Pool {
    #[inline]
    fn schedule(&'static self, token: Token, how: How) {
        if how == How::Spawned && self.phase.is_closing() {
            cancel(&token);
        }
        local::with(|worker| match worker {
            Some(worker) if std::ptr::eq(worker.pool, self) => worker.push(token, how),
            _ => self.inject(token, how),
        });
    }

    fn panic_policy(&self) -> PanicPolicy {
        self.on_panic
    }

    fn error_policy(&self) -> ErrorPolicy {
        self.on_error
    }

    fn has_ready(&self) -> bool {
        local::with(|worker| worker.is_some_and(|worker| worker.slot.has_work()))
    }
}
