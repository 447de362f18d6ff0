//! Threads for closures that block: as many as are needed at once, up to a limit; idle ones exit after a while.

use std::any::Any;
use std::collections::VecDeque;
use std::future::Future;
use std::io;
use std::panic::{AssertUnwindSafe, Location, catch_unwind, resume_unwind};
use std::pin::Pin;
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use super::pool::Pool;
use crate::rt;
use crate::shim::plain::thread;
use crate::shim::{Arc, Condvar, Mutex, lock, oracle, wait_for};
use crate::task::reason::Waits;
use crate::task::{self, TaskRef};
use crate::util::caught::{caught, discard};

/// How long a thread waits for the next closure.
const LINGER: Duration = Duration::from_secs(10);

pub(crate) type Job = Box<dyn FnOnce() + Send>;

pub(crate) struct Blocking {
    state: Mutex<State>,
    work: Condvar,
}

struct State {
    jobs: VecDeque<Job>,
    threads: usize,
    /// Threads that wait and have not been called.
    idle: usize,
    /// Calls that no thread has answered yet.
    calls: usize,
    named: usize,
    closed: bool,
    most: usize,
    name: String,
}

impl Blocking {
    pub(crate) fn new(most: usize, name: &str) -> Self {
        Self { state: Mutex::new(State::new(most, name)), work: Condvar::new() }
    }

    /// Whether it was closed and its last thread is gone.
    pub(crate) fn is_over(&self) -> bool {
        let state = lock(&self.state);
        state.closed && state.threads == 0 && state.jobs.is_empty()
    }

    /// For another runtime.
    pub(crate) fn renew(&self, most: usize, name: &str) {
        *lock(&self.state) = State::new(most, name);
    }

    /// How many threads there are, and how many closures wait for one.
    #[cfg(not(loom))]
    pub(crate) fn counted(&self) -> (usize, usize) {
        let state = lock(&self.state);
        (state.threads, state.jobs.len())
    }

    /// Whether no closure runs or waits to run.
    #[cfg(not(loom))]
    pub(crate) fn is_at_rest(&self) -> bool {
        let state = lock(&self.state);
        state.jobs.is_empty() && state.calls == 0 && state.idle == state.threads
    }

    /// Idle threads leave at once; closures that were accepted are still run.
    pub(crate) fn close(&self) {
        lock(&self.state).closed = true;
        self.work.notify_all();
    }
}

impl State {
    fn new(most: usize, name: &str) -> Self {
        let name = format!("{name}-blocking");
        Self { jobs: VecDeque::new(), threads: 0, idle: 0, calls: 0, named: 0, closed: false, most, name }
    }
}

/// A call of `f` that starts when it is first polled.
pub(crate) fn call<T, F>(f: F, at: &'static Location<'static>) -> BlockingCall<T>
where
    F: FnOnce() -> T + Send + 'static,
    T: Send + 'static,
{
    let shared = Arc::new(Shared(Mutex::new(Outcome { result: None, waker: None })));
    let theirs = Arc::clone(&shared);
    let job = move || {
        let result = catch_unwind(AssertUnwindSafe(f));
        let waker = {
            let mut outcome = lock(&theirs.0);
            outcome.result = Some(result);
            outcome.waker.take()
        };
        if let Some(waker) = waker {
            waker.wake();
        }
    };
    BlockingCall { job: Some(Box::new(job)), shared: Some(shared), at }
}

impl Pool {
    /// Runs the closure on a thread of its own, or as soon as there is one.
    pub(crate) fn add_job(&'static self, job: Job) {
        self.blocking.add(job, |name| {
            let serve = move || {
                let _guard = rt::enter_pool(self);
                self.blocking.serve();
            };
            thread::Builder::new().name(name).spawn(serve).map(drop)
        });
    }
}

impl Blocking {
    /// Queues a job, and wakes an idle thread or starts one, which `serve`s, if there may be one more.
    fn add(&self, job: Job, start: impl FnOnce(String) -> io::Result<()>) {
        let mut state = lock(&self.state);
        state.jobs.push_back(job);
        if state.idle > 0 {
            state.idle -= 1;
            state.calls += 1;
            drop(state);
            self.work.notify_one();
            return;
        }
        if state.threads >= state.most {
            return;
        }
        state.threads += 1;
        state.named += 1;
        let name = format!("{}-{}", state.name, state.named);
        drop(state);
        if let Err(error) = start(name) {
            let mut state = lock(&self.state);
            state.threads -= 1;
            // Another thread will come to it, unless there is none.
            if state.threads == 0 {
                let job = state.jobs.pop_back();
                drop(state);
                // The closure's destructors run without the lock, and beside the panic that follows.
                discard(job);
                panic!("no thread for `blocking`: {error}");
            }
        }
    }

    /// The body of a thread.
    fn serve(&self) {
        let mut state = lock(&self.state);
        loop {
            if let Some(job) = state.jobs.pop_front() {
                drop(state);
                // What is dropped with the closure may panic, and so may the waker of its caller.
                caught(job);
                state = lock(&self.state);
                continue;
            }
            if state.closed {
                break;
            }
            state.idle += 1;
            let mut timed_out = false;
            while state.calls == 0 && !timed_out && !state.closed {
                (state, timed_out) = wait_for(&self.work, state, LINGER);
            }
            if state.calls > 0 {
                // The call took this thread off `idle`. Its job may be gone to a busier one already.
                state.calls -= 1;
            } else {
                state.idle -= 1;
                if timed_out {
                    break;
                }
            }
        }
        state.threads -= 1;
    }
}

struct Shared<T>(Mutex<Outcome<T>>);

struct Outcome<T> {
    result: Option<Result<T, Box<dyn Any + Send>>>,
    waker: Option<Waker>,
}

/// The future of [`blocking`](crate::blocking). The closure starts when this is first polled; dropped before, it never runs, dropped
/// later, it runs to its end.
#[must_use = "the closure does not run until this is awaited"]
pub struct BlockingCall<T> {
    /// Until the first poll.
    job: Option<Job>,
    /// Until the value is returned.
    shared: Option<Arc<Shared<T>>>,
    at: &'static Location<'static>,
}

impl<T> Future for BlockingCall<T> {
    type Output = T;

    /// # Panics
    /// With the closure's panic, and if it is polled after it was ready.
    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<T> {
        let this = self.get_mut();
        let Some(shared) = &this.shared else {
            panic!("the `blocking` call at {} was polled after it was ready", this.at)
        };
        if let Some(job) = this.job.take() {
            rt::current().run_blocking(job, this.at);
        }
        let waker = task::copy_waker(cx.waker());
        let mut outcome = lock(&shared.0);
        if let Some(result) = outcome.result.take() {
            drop(outcome);
            this.shared = None;
            return Poll::Ready(result.unwrap_or_else(|payload| resume_unwind(payload)));
        }
        let before = outcome.waker.replace(waker);
        drop(outcome);
        drop(before);
        oracle::touched_all();
        if let Some(me) = TaskRef::of(cx.waker()) {
            me.waits_for(Waits::Blocking, 0, this.at);
        }
        Poll::Pending
    }
}

impl<T> std::fmt::Debug for BlockingCall<T> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("BlockingCall").field("at", &format_args!("{}", self.at)).finish()
    }
}

#[cfg(all(test, loom))]
mod model;
