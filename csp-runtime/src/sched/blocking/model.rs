//! Models of the threads for blocking calls (`ci/model.sh`), on their real code. A wait for work that is notified counts as timed
//! out there, so that a notification that calls nobody is the clock.

use std::panic::Location;

use super::{Blocking, BlockingCall, call};
use crate::shim::{Arc, lock, thread};

/// What the first poll does, and `Pool::add_job`.
fn run(blocking: &Arc<Blocking>, value: u32) -> BlockingCall<u32> {
    let mut call = call(move || value, Location::caller());
    let job = call.job.take().expect("it was not polled");
    let theirs = Arc::clone(blocking);
    blocking.add(job, |_| {
        thread::spawn(move || theirs.serve());
        Ok(())
    });
    call
}

fn model(preemptions: usize, f: impl Fn(&Arc<Blocking>) + Sync + Send + 'static) {
    let mut builder = loom::model::Builder::new();
    builder.preemption_bound = Some(preemptions);
    builder.check(move || {
        let blocking = Arc::new(Blocking::new(1, "model"));
        f(&blocking);
        // Whoever is idle leaves; loom waits for all.
        blocking.close();
    });
}

/// The second call comes while the thread runs the first, waits for work, or is about to leave because none came.
#[test]
fn model_a_call_against_a_thread_that_leaves() {
    model(3, |blocking| {
        let first = run(blocking, 1);
        let clock = {
            let blocking = Arc::clone(blocking);
            thread::spawn(move || blocking.work.notify_all())
        };
        let second = run(blocking, 2);
        // Lost, it would wait for ever.
        assert_eq!(loom::future::block_on(first), 1);
        assert_eq!(loom::future::block_on(second), 2);
        clock.join().unwrap();
    });
}

/// Two threads call at once.
#[test]
fn model_two_calls_and_one_thread() {
    model(2, |blocking| {
        let other = {
            let blocking = Arc::clone(blocking);
            thread::spawn(move || loom::future::block_on(run(&blocking, 1)))
        };
        assert_eq!(loom::future::block_on(run(blocking, 2)), 2);
        assert_eq!(other.join().unwrap(), 1);
        let state = lock(&blocking.state);
        assert!(state.jobs.is_empty() && state.threads <= 1 && state.idle <= state.threads);
    });
}

/// What was accepted is run, though the threads are told to leave.
#[test]
fn model_a_call_against_the_end() {
    model(3, |blocking| {
        let call = run(blocking, 1);
        blocking.close();
        assert_eq!(loom::future::block_on(call), 1);
    });
}
