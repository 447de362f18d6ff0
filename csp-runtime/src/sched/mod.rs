//! Schedulers: what runs processes. The pool of work-stealing threads is the one there is.

pub(crate) mod blocking;
#[cfg(not(loom))]
pub(crate) mod deadlock;
mod monitor;
pub(crate) mod pool;
