//! Schedulers: what runs processes. A pool of work-stealing threads, and one thread that explores what a program can do.

pub(crate) mod blocking;
mod monitor;
pub(crate) mod pool;
#[cfg(not(loom))]
pub(crate) mod sim;
#[cfg(not(loom))]
mod thread_state;
