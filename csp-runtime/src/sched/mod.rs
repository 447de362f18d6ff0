//! Schedulers: what runs processes. The pool of work-stealing threads is the one there is.

pub(crate) mod blocking;
mod monitor;
pub(crate) mod pool;
pub(crate) mod stuck;
mod thread_state;
mod watch;
