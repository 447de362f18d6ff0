//! How a test runs a process.

use std::cell::Cell;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use csp::explore::{Explore, Policy};
use csp::prelude::*;

thread_local! {
    /// What decides, while this thread explores a test.
    static SEED: Cell<Option<u64>> = const { Cell::new(None) };
}

/// Runs a test again and again, each time under another schedule.
pub(crate) fn explore(test: fn()) {
    for seed in 0..100 {
        SEED.set(Some(seed));
        test();
    }
    SEED.set(None);
}

/// Tests of the file, explored as well: what they run with `on` runs under exploration, and all that they assert is asserted.
macro_rules! explored {
    ($($test:ident,)*) => {
        mod explored {
            $(
                #[test]
                fn $test() {
                    crate::support::explore(super::$test);
                }
            )*
        }
    };
}
pub(crate) use explored;

/// On one worker: until all others wait. Under exploration a yield makes nobody go first.
pub(crate) async fn others_go_first() {
    if SEED.get().is_some() {
        return csp::time::settled().await;
    }
    for _ in 0..3 {
        csp::yield_now().await;
    }
}

/// Runs what `start` starts under one schedule.
fn under<T: Send + 'static>(seed: u64, start: impl FnOnce() -> Handle<T>) -> T {
    let policy = if seed.is_multiple_of(2) { Policy::Random } else { Policy::Pct };
    let mut start = Some(start);
    let result = Arc::new(Mutex::new(None));
    let explored = Explore::new().policy(policy).seed(seed).schedules(1).allow_leaks(true).run(|| {
        let (handle, result) = (start.take().map(|start| start()), Arc::clone(&result));
        async move {
            if let Some(handle) = handle {
                let ended = handle.await;
                *result.lock().unwrap() = Some(ended);
            }
        }
    });
    // What is started moves into its processes, so there is no second time.
    explored.unwrap_or_else(|failure| panic!("under seed {seed}: {failure}"));
    let ended = result.lock().unwrap().take().expect("the body waits for it");
    ended.unwrap_or_else(|error| panic!("under seed {seed}: {error}"))
}

/// Runs what `start` starts on a runtime of its own; a panic in it is the test's. Then the runtime ends in order. Where a test is
/// explored, it runs in this thread under one schedule.
pub(crate) fn on<T: Send + 'static>(workers: usize, start: impl FnOnce() -> Handle<T>) -> T {
    if let Some(seed) = SEED.get() {
        return under(seed, start);
    }
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

/// A number of rounds: as given, or divided by `CSP_ROUNDS_DIVISOR` where a slow machine or a sanitizer needs that. Few where a
/// test is explored: each of its schedules is a round of its own.
pub(crate) fn rounds(full: usize) -> usize {
    if SEED.get().is_some() {
        return full.min(12);
    }
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
