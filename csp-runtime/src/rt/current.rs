//! Which runtime a thread belongs to, and the default one.

use std::cell::Cell;
use std::fmt;
use std::marker::PhantomData;

use super::builder::{self, Builder};
use super::runtime::Runtime;
use crate::sched::pool::{Pool, local};
use crate::shim::plain::OnceLock;

thread_local! {
    static ENTERED: Cell<Option<&'static Pool>> = const { Cell::new(None) };
}

static DEFAULT: OnceLock<Runtime> = OnceLock::new();

/// The pool that a process started here goes to.
#[inline]
pub(crate) fn current() -> &'static Pool {
    match ENTERED.get() {
        Some(pool) => pool,
        None => local::with(|worker| worker.map(|w| w.pool)).unwrap_or_else(|| default_pool(None)),
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

/// While it lives, processes started by this thread go to the runtime it came from.
#[must_use = "the runtime is left when this is dropped"]
pub struct Entered<'a> {
    before: Option<&'static Pool>,
    /// Bound to its thread, and to the life of the runtime.
    scope: PhantomData<(&'a Runtime, *const ())>,
}

pub(crate) fn enter_pool<'a>(pool: &'static Pool) -> Entered<'a> {
    Entered { before: ENTERED.replace(Some(pool)), scope: PhantomData }
}

impl Drop for Entered<'_> {
    fn drop(&mut self) {
        ENTERED.set(self.before);
    }
}

impl fmt::Debug for Entered<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Entered").finish_non_exhaustive()
    }
}
