//! Runs a future on the calling thread, which sleeps while it waits.

use std::future::IntoFuture;

/// Runs a future on this thread, which is blocked until the future is ready, and returns its output.
///
/// A panic of the future resumes in the caller. Processes that it starts run on the current runtime's workers. It may be called anywhere, also
/// inside a process: then the worker is blocked, and a compensation thread runs the processes queued behind it.
///
/// # Examples
/// ```
/// assert_eq!(csp::block_on(async { 6 * 7 }), 42);
/// ```
#[cfg(not(loom))]
#[track_caller]
pub fn block_on<F: IntoFuture>(future: F) -> F::Output {
    use std::future::Future;
    use std::task::Poll;

    let mut future = std::pin::pin!(future.into_future());
    let mut output = None;
    crate::task::block_on(|cx| match future.as_mut().poll(cx) {
        Poll::Ready(value) => {
            output = Some(value);
            true
        }
        Poll::Pending => false,
    });
    output.expect("it says true when it is ready")
}

/// Threads of a model are not threads of the system: its own parker serves them.
#[cfg(loom)]
pub fn block_on<F: IntoFuture>(future: F) -> F::Output {
    loom::future::block_on(future.into_future())
}
