//! Which runtime a thread belongs to, and the default one.

use std::cell::{Cell, RefCell};
use std::fmt;
use std::marker::PhantomData;
use std::panic::Location;

use super::builder::{self, Builder};
use super::runtime::Runtime;
use crate::sched::blocking::Job;
use crate::sched::pool::{Pool, local};
#[cfg(not(loom))]
use crate::sched::sim::Sim;
#[cfg(not(loom))]
use crate::shim::oracle;
use crate::shim::plain::OnceLock;
use crate::task::Scheduler;

/// What runs the processes that a thread starts.
#[derive(Clone, Copy)]
pub(crate) enum Current {
    Pool(&'static Pool),
    /// This thread explores a program.
    #[cfg(not(loom))]
    Sim(&'static Sim),
}

thread_local! {
    /// The last of `ALL`.
    static ENTERED: Cell<Option<Current>> = const { Cell::new(None) };
    /// What the guards of this thread stand for, with their numbers, in the order in which they were made.
    static ALL: RefCell<Vec<(u64, Current)>> = const { RefCell::new(Vec::new()) };
}

static DEFAULT: OnceLock<Runtime> = OnceLock::new();

/// What a process started here goes to.
#[inline]
pub(crate) fn current() -> Current {
    match ENTERED.get() {
        Some(current) => current.unless_ended(),
        None => {
            let pool = local::with(|worker| worker.map(|w| w.pool));
            Current::Pool(pool.unwrap_or_else(|| default_pool(None)))
        }
    }
}

/// As `current`, where the thread was last entered into a runtime that has ended. Its guard was forgotten: what the thread was in
/// before counts, if there is anything.
#[cold]
fn current_after(ended: &'static Pool) -> Current {
    let entered = ALL.with_borrow_mut(|all| {
        all.retain(|(_, current)| !matches!(current, Current::Pool(pool) if pool.is_stopped()));
        all.last().map(|(_, current)| *current)
    });
    let home = || local::with(|worker| worker.map(|w| Current::Pool(w.pool)));
    ENTERED.set(entered);
    entered.or_else(home).unwrap_or_else(|| {
        // Also a thread that still runs a closure for the runtime.
        std::mem::forget(enter_pool(ended));
        Current::Pool(ended)
    })
}

impl Current {
    /// Out of line: workers, which start most processes, are entered into nothing.
    #[inline(never)]
    fn unless_ended(self) -> Self {
        match self {
            Self::Pool(pool) if pool.is_stopped() => current_after(pool),
            current => current,
        }
    }

    /// Runs a closure that blocks where this scheduler runs such.
    #[cfg_attr(loom, allow(unused_variables))]
    pub(crate) fn run_blocking(self, job: Job, at: &'static Location<'static>) {
        match self {
            Self::Pool(pool) => pool.add_job(job),
            #[cfg(not(loom))]
            Self::Sim(sim) => sim.run_blocking(job, at),
        }
    }

    /// As processes know it.
    #[inline]
    pub(crate) fn scheduler(self) -> &'static Scheduler {
        match self {
            Self::Pool(pool) => pool.face(),
            #[cfg(not(loom))]
            Self::Sim(sim) => sim.face(),
        }
    }
}

/// The default runtime's pool; `workers` counts if this is its first use.
#[cold]
pub(super) fn default_pool(workers: Option<usize>) -> &'static Pool {
    let start = || {
        let workers = workers.unwrap_or_else(builder::workers_from_environment);
        match Builder::new().workers(workers).build() {
            Ok(runtime) => runtime,
            Err(error) => panic!("the default runtime cannot start: {error}"),
        }
    };
    DEFAULT.get_or_init(start).pool()
}

/// While it lives, processes started by this thread go to the runtime it came from, unless a later guard of the thread lives too.
///
/// Guards may be dropped in any order.
#[must_use = "the runtime is left when this is dropped"]
pub struct Entered<'a> {
    /// What names it among the guards of its thread.
    number: u64,
    /// Counted as a user of it.
    pool: Option<&'static Pool>,
    /// Bound to its thread, and to the life of the runtime.
    scope: PhantomData<(&'a Runtime, *const ())>,
}

impl Entered<'_> {
    fn new(current: Current, pool: Option<&'static Pool>) -> Self {
        let number = ALL.with_borrow_mut(|all| {
            let number = all.last().map_or(0, |(last, _)| last + 1);
            all.push((number, current));
            number
        });
        ENTERED.set(Some(current));
        Self { number, pool, scope: PhantomData }
    }
}

#[track_caller]
pub(crate) fn enter_pool<'a>(pool: &'static Pool) -> Entered<'a> {
    pool.retain();
    Entered::new(Current::Pool(pool), Some(pool))
}

/// While the guard lives, this thread explores a program under `sim`.
#[cfg(not(loom))]
pub(crate) fn enter_sim(sim: &'static Sim) -> impl Drop {
    struct Exploring<'a>(#[allow(dead_code)] Entered<'a>, #[allow(dead_code)] oracle::Installed);
    impl Drop for Exploring<'_> {
        fn drop(&mut self) {}
    }
    let installed = oracle::install(sim);
    Exploring(Entered::new(Current::Sim(sim), None), installed)
}

impl Drop for Entered<'_> {
    fn drop(&mut self) {
        // A thread that ends may have dropped the list before the guard; it is in no runtime any more.
        let _ = ALL.try_with(|all| {
            let mut all = all.borrow_mut();
            all.retain(|(number, _)| *number != self.number);
            ENTERED.set(all.last().map(|(_, current)| *current));
        });
        if let Some(pool) = self.pool {
            pool.release();
        }
    }
}

impl fmt::Debug for Entered<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Entered").finish_non_exhaustive()
    }
}
