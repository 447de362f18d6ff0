//! What `#[process] fn main` does.

use std::future::Future;
use std::panic::{Location, resume_unwind};

use super::block_on;
use super::current::default_pool;

/// Runs `main` as a process of the default runtime, with `workers` workers if they are given, and gives its value. A panic in
/// it goes on here. Other processes are not waited for: as in Go, the program ends when `main` does.
pub(crate) fn run_main<F>(workers: Option<usize>, main: F, at: &'static Location<'static>) -> F::Output
where
    F: Future + Send + 'static,
    F::Output: Send + 'static,
{
    let handle = default_pool(workers).go(main, at);
    #[cfg(not(loom))]
    crate::sched::deadlock::set_main(handle.task());
    match handle.join() {
        Ok(output) => output,
        Err(error) => match error.into_panic() {
            Ok(payload) => resume_unwind(payload),
            Err(_) => unreachable!("nobody holds the handle of `main`"),
        },
    }
}

/// Runs a `main` that is not `Send` on this thread, which is none of the runtime's: what it waits for wakes the thread.
pub(crate) fn run_main_here<F: Future>(workers: Option<usize>, main: F) -> F::Output {
    // It starts here, with these workers.
    default_pool(workers);
    block_on(main)
}
