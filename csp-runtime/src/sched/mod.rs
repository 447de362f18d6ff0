//! Schedulers: what runs processes. The pool of work-stealing threads is what programs run on; the simulation explores them.

pub(crate) mod blocking;
#[cfg(not(loom))]
pub(crate) mod deadlock;
mod monitor;
pub(crate) mod pool;
#[cfg(not(loom))]
pub(crate) mod sim;
pub(crate) mod stuck;
mod thread_state;
mod watch;
