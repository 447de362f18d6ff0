//! How a test runs a process.

use std::time::Duration;

use csp::prelude::*;

/// Runs what `start` starts on a runtime of its own; a panic in it is the test's. Then the runtime ends in order.
pub(crate) fn on<T: Send + 'static>(workers: usize, start: impl FnOnce() -> Handle<T>) -> T {
    let runtime = Runtime::builder().workers(workers).build().unwrap();
    let handle = {
        let _here = runtime.enter();
        start()
    };
    let result = handle.join();
    runtime.shutdown(Duration::from_secs(600)).expect("every process ends");
    value(result)
}

/// What a process gave; its panic goes on here.
pub(crate) fn value<T>(result: Result<T, ProcessError>) -> T {
    result.unwrap_or_else(|error| match error.into_panic() {
        Ok(panic) => std::panic::resume_unwind(panic),
        Err(error) => panic!("{error}"),
    })
}

/// A number of rounds: as given, or divided by `CSP_ROUNDS_DIVISOR` where a slow machine or a sanitizer needs that.
pub(crate) fn rounds(full: usize) -> usize {
    let divisor = std::env::var("CSP_ROUNDS_DIVISOR")
        .map_or(1, |v| v.parse().expect("`CSP_ROUNDS_DIVISOR` is a number"));
    (full / divisor).max(1)
}

/// Gives way until `done` says yes.
#[process]
pub(crate) fn until(done: impl Fn() -> bool + Send) {
    while !done() {
        csp::yield_now().await;
    }
}

/// Within a tenth of its share.
pub(crate) fn assert_fair(counts: &[usize]) {
    let share = counts.iter().sum::<usize>() / counts.len();
    for &count in counts {
        assert!(count.abs_diff(share) <= share / 10, "{counts:?}: each should be about {share}");
    }
}

/// The capacities that channels behave differently with.
pub(crate) const CAPACITIES: [Option<usize>; 4] = [Some(0), Some(1), Some(7), None];

/// A channel of this capacity, `None` without limit.
pub(crate) fn channel<T>(capacity: Option<usize>) -> (Sender<T>, Receiver<T>) {
    match capacity {
        Some(n) => chan!(T; n),
        None => chan!(T; ..),
    }
}
