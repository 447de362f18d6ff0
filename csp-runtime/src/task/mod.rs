//! Processes: what one is in memory, how it is woken, polled, cancelled and joined. Knows a scheduler only as [`Schedule`].
//!
//! A process lives in a slot of the [`slab`]: a [`Header`](header::Header), then its future or its result.
//!
//! | field | who touches it |
//! |---|---|
//! | `state` | everybody, by the transitions in `state.rs` |
//! | `vtable` | written by the spawner before `publish`; called by the holder of the token, then by the owner of the result |
//! | `scheduler`, `started` | written by the spawner before `publish`; read by anybody, perhaps of a later life |
//! | `link` | the holder of the token, for the list it keeps the process in; in a free slot the free list |
//! | `joiner` | the owner of the handle under its lock; the worker after `State::finish` told it to |
//! | `waits_on`, `waits_at`, `queues` | the process during its poll; read by anybody |
//! | `holds` | the process during its poll; read by the holder of the token |
//! | `marks` | anybody, atomically: see `marks.rs` |
//! | future | the holder of the token, until it stored the result |
//! | result | the holder of the token until `State::finish`; then the owner of the handle, or again the worker if it is gone |
//!
//! *Token*: see `state.rs`. *Owner*: the handle. The slot is freed by whichever of the two comes last.

use std::future::Future;
use std::panic::Location;

use crate::record;

mod block;
pub(crate) mod budget;
#[allow(unsafe_code)]
mod cell;
mod error;
mod handle;
#[allow(unsafe_code)]
mod header;
#[allow(unsafe_code)]
pub(crate) mod hold;
mod marks;
#[cfg(all(test, loom))]
#[allow(unsafe_code)]
mod model;
pub(crate) mod outcome;
#[allow(unsafe_code)]
mod owner;
pub(crate) mod reason;
mod report;
#[allow(unsafe_code)]
mod run;
#[cfg(all(test, loom))]
mod seize_model;
#[cfg(not(loom))]
#[allow(unsafe_code)]
pub(crate) mod slab;
#[cfg(loom)]
#[allow(unsafe_code)]
#[path = "slab_model.rs"]
pub(crate) mod slab;
#[cfg(all(feature = "tracing", not(loom)))]
mod spans;
mod state;
#[allow(unsafe_code)]
mod token;
#[cfg(all(test, loom))]
mod turn_model;
#[allow(unsafe_code)]
mod waker;

#[cfg(not(loom))]
pub(crate) use block::on as block_on;
pub use error::ProcessError;
pub use handle::Handle;
#[cfg(not(loom))]
pub(crate) use header::Standing;
pub(crate) use header::{Sight, TaskRef, TaskTag};
pub(crate) use hold::Claim;
#[cfg(not(loom))]
pub(crate) use hold::Seized;
pub(crate) use marks::MANY;
pub(crate) use owner::JoinKey;
pub use report::{DeadlockPolicy, ErrorPolicy, PanicPolicy};
pub(crate) use run::run;
#[cfg(not(loom))]
pub(crate) use run::{Turned, run_once};
#[cfg(not(loom))]
pub(crate) use state::Glance;
pub(crate) use token::{Token, TokenCell, TokenList};
pub(crate) use waker::copy as copy_waker;

/// A place in a user's program.
pub(crate) type Place = &'static Location<'static>;

/// Why a process is queued.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum How {
    Spawned,
    Woken,
}

/// What a process knows of its scheduler.
pub(crate) trait Schedule: Sync {
    /// Sees to it that the process runs. Called from any thread.
    fn schedule(&'static self, token: Token, how: How);

    fn panic_policy(&self) -> PanicPolicy;

    /// What is done about an error that a process returned and nobody took.
    fn error_policy(&self) -> ErrorPolicy {
        ErrorPolicy::Silent
    }

    /// A panic that no handle delivers. True: it is seen to.
    fn sees_panic(&self, _: &ProcessError) -> bool {
        false
    }

    /// Whether the calling thread has other processes to run now. A guess.
    fn has_ready(&self) -> bool {
        false
    }
}

/// A scheduler in one word: headers point to this. It lives for ever, for a wake may be on its way to it at any time.
pub(crate) struct Scheduler(pub(crate) &'static dyn Schedule);

impl Scheduler {
    #[inline]
    fn schedule(&'static self, token: Token, how: How) {
        self.0.schedule(token, how);
    }

    fn panic_policy(&self) -> PanicPolicy {
        self.0.panic_policy()
    }

    /// What is done about an error that a process returned and nobody took.
    fn error_policy(&self) -> ErrorPolicy {
        self.0.error_policy()
    }

    fn sees_panic(&self, error: &ProcessError) -> bool {
        self.0.sees_panic(error)
    }

    fn has_ready(&self) -> bool {
        self.0.has_ready()
    }
}

/// Starts `future` as a process of `scheduler`.
#[inline]
pub(crate) fn spawn<F>(future: F, scheduler: &'static Scheduler, started: Place) -> Handle<F::Output>
where
    F: Future + Send + 'static,
    F::Output: Send + 'static,
{
    spawn_as::<outcome::Plain, F>(future, scheduler, started)
}

/// The same, knowing of its output what `R` says.
#[inline]
pub(crate) fn spawn_as<R, F>(future: F, scheduler: &'static Scheduler, started: Place) -> Handle<F::Output>
where
    F: Future + Send + 'static,
    F::Output: Send + 'static,
    R: outcome::Outcome<F::Output>,
{
    #[cfg(all(feature = "tracing", not(loom)))]
    let future = spans::within(future, started);
    let (owner, token) = owner::Owner::publish(cell::place::<R, _>(future, scheduler, started));
    record::started(token.task());
    scheduler.schedule(token, How::Spawned);
    Handle::new(owner)
}
