//! Schedulers: what runs processes. A pool of work-stealing threads, and one thread that explores what a program can do.

pub(crate) mod blocking;
mod monitor;
pub(crate) mod pool;
pub(crate) mod sim;
pub(crate) mod stuck;
mod thread_state;
mod watch;
