//! Models of the life of a process (`ci/model.sh`): every order of the steps of two or three threads.
//!
//! S1 wake at the end of a poll · S2 two wakers and a park · S3 cancel and completion · S4 join, completion and the drop of the
//! handle · S5 reuse of a slot and a stale waker.

use std::future::{Future, poll_fn};
use std::panic::Location;
use std::pin::Pin;
use std::sync::atomic::{AtomicUsize as Plain, Ordering::SeqCst};
use std::task::{Context, Poll, Wake, Waker};

use super::{
    Handle, How, JoinKey, PanicPolicy, Schedule, Scheduler, TaskRef, Token, TokenList, run, slab, spawn,
};
use crate::shim::atomic::{AtomicBool, Ordering};
use crate::shim::plain::Arc as PlainArc;
use crate::shim::{Arc, Mutex, UnsafeCell, lock, thread};

/// A scheduler that is one locked queue; whoever calls `work` is a worker.
struct Queue {
    tokens: Mutex<TokenList>,
    ended: Plain,
}

impl Schedule for Queue {
    fn schedule(&'static self, token: Token, _how: How) {
        lock(&self.tokens).push(token);
    }

    fn panic_policy(&self) -> PanicPolicy {
        PanicPolicy::Silent
    }
}

#[derive(Clone, Copy)]
pub(super) struct World {
    queue: &'static Queue,
    scheduler: &'static Scheduler,
}

impl World {
    /// Both live for ever, as headers demand; an execution is short.
    pub(super) fn new() -> Self {
        slab::new_execution();
        let queue = Box::leak(Box::new(Queue { tokens: Mutex::new(TokenList::new()), ended: Plain::new(0) }));
        Self { queue, scheduler: Box::leak(Box::new(Scheduler(queue))) }
    }

    #[track_caller]
    pub(super) fn go<F>(self, future: F) -> Handle<F::Output>
    where
        F: Future + Send + 'static,
        F::Output: Send + 'static,
    {
        spawn(future, self.scheduler, Location::caller())
    }

    pub(super) fn ended(self) -> usize {
        self.queue.ended.load(SeqCst)
    }

    /// Runs what is queued now.
    pub(super) fn work(self) {
        loop {
            let token = lock(&self.queue.tokens).pop();
            let Some(token) = token else { return };
            if let Some(again) = run(token, || _ = self.queue.ended.fetch_add(1, SeqCst)) {
                lock(&self.queue.tokens).push(again);
            }
        }
    }
}

/// After `f` the slots of all processes that ended must be free again; `f` gives the number of those that did not.
pub(super) fn model(f: impl Fn() -> usize + Sync + Send + 'static) {
    let mut builder = loom::model::Builder::new();
    builder.max_branches = 10_000;
    builder.check(move || {
        let left = f();
        assert_eq!(slab::in_use(), left, "a slot was not freed, or twice");
    });
}

/// What no two threads may touch at once, and whose drops are counted.
struct Guarded {
    touched: UnsafeCell<u32>,
    drops: PlainArc<Plain>,
}

impl Guarded {
    fn new() -> (Self, PlainArc<Plain>) {
        let drops = PlainArc::new(Plain::new(0));
        (Self { touched: UnsafeCell::new(0), drops: PlainArc::clone(&drops) }, drops)
    }

    fn touch(&self) {
        // SAFETY: the token holder alone gets here; the model checker objects if that is not so.
        self.touched.with_mut(|n| unsafe { *n += 1 });
    }
}

impl Drop for Guarded {
    fn drop(&mut self) {
        self.touch();
        self.drops.fetch_add(1, SeqCst);
    }
}

// SAFETY: the cell is touched by the token holder only.
unsafe impl Send for Guarded {}

/// Ready once `flags` are all set.
pub(super) fn until(
    flags: &[&Arc<AtomicBool>],
) -> (impl Future<Output = ()> + Send + use<>, PlainArc<Plain>) {
    let flags: Vec<_> = flags.iter().map(|f| Arc::clone(f)).collect();
    let (guarded, drops) = Guarded::new();
    let future = poll_fn(move |_| {
        guarded.touch();
        // ORDERING: Relaxed: the wake alone must make them visible.
        if flags.iter().all(|f| f.load(Ordering::Relaxed)) { Poll::Ready(()) } else { Poll::Pending }
    });
    (future, drops)
}

pub(super) fn flag() -> Arc<AtomicBool> {
    Arc::new(AtomicBool::new(false))
}

pub(super) fn set_and_wake(flag: &AtomicBool, task: TaskRef) {
    flag.store(true, Ordering::Relaxed);
    task.wake();
}

#[test]
fn model_s1_wake_at_the_end_of_a_poll() {
    model(|| {
        let world = World::new();
        let set = flag();
        let (future, drops) = until(&[&set]);
        let handle = world.go(future);
        let task = handle.task();
        let waker = thread::spawn(move || set_and_wake(&set, task));
        world.work();
        waker.join().unwrap();
        world.work();
        assert!(handle.is_finished(), "the wake was lost");
        assert_eq!((drops.load(SeqCst), world.ended()), (1, 1));
        0
    });
}

#[test]
fn model_s2_two_wakers_and_a_park() {
    model(|| {
        let world = World::new();
        let (one, two) = (flag(), flag());
        let (future, drops) = until(&[&one, &two]);
        let handle = world.go(future);
        let task = handle.task();
        // Each wakes, then works: two polls at once would show.
        let first = thread::spawn(move || {
            set_and_wake(&one, task);
            world.work();
        });
        let second = thread::spawn(move || set_and_wake(&two, task));
        world.work();
        first.join().unwrap();
        second.join().unwrap();
        world.work();
        assert!(handle.is_finished(), "a wake was lost");
        assert_eq!((drops.load(SeqCst), world.ended()), (1, 1));
        0
    });
}

#[test]
fn model_s3_cancel_and_completion() {
    model(|| {
        let world = World::new();
        let set = flag();
        let (future, drops) = until(&[&set]);
        let handle = world.go(future);
        let task = handle.task();
        let waker = thread::spawn(move || {
            set_and_wake(&set, task);
            world.work();
        });
        let canceller = thread::spawn(move || {
            handle.cancel();
            handle
        });
        world.work();
        waker.join().unwrap();
        let mut handle = canceller.join().unwrap();
        world.work();
        assert_eq!((drops.load(SeqCst), world.ended()), (1, 1));
        let Poll::Ready(result) = poll_once(&mut handle) else { panic!("neither done nor cancelled") };
        assert!(result.is_ok() || result.unwrap_err().is_cancelled());
        0
    });
}

fn poll_once<T>(handle: &mut Handle<T>) -> Poll<Result<T, super::ProcessError>> {
    Pin::new(handle).poll(&mut Context::from_waker(Waker::noop()))
}

/// A foreign waker that counts.
#[derive(Default)]
struct Bell(Plain);

impl Wake for Bell {
    fn wake(self: PlainArc<Self>) {
        self.0.fetch_add(1, SeqCst);
    }
}

/// Started at another line than all others.
fn second(world: World) -> Handle<()> {
    world.go(async {})
}

/// A process whose result nobody may touch before it is handed over.
#[track_caller]
fn valued(world: World) -> (Handle<Guarded>, PlainArc<Plain>) {
    let (value, drops) = Guarded::new();
    let process = world.go(async move {
        value.touch();
        value
    });
    (process, drops)
}

fn waits<T>(handle: &Handle<T>, waker: &Waker) -> bool {
    handle.poll_finished(&mut JoinKey::default(), &mut Context::from_waker(waker)).is_pending()
}

/// How often a parked process of `world` was woken, and its waker.
fn parked(world: World) -> (Handle<()>, PlainArc<Plain>, Waker) {
    let polls = PlainArc::new(Plain::new(0));
    let waker = PlainArc::new(std::sync::Mutex::new(None));
    let handle = world.go({
        let (polls, waker) = (PlainArc::clone(&polls), PlainArc::clone(&waker));
        poll_fn(move |cx| {
            polls.fetch_add(1, SeqCst);
            *waker.lock().unwrap() = Some(cx.waker().clone());
            Poll::Pending
        })
    });
    world.work();
    let waker = waker.lock().unwrap().take().unwrap();
    (handle, polls, waker)
}

#[test]
fn model_s4_join_by_a_process() {
    model(|| {
        let world = World::new();
        let (_joiner, polls, waker) = parked(world);
        let (handle, drops) = valued(world);
        let worker = thread::spawn(move || world.work());
        let waits = waits(&handle, &waker);
        worker.join().unwrap();
        world.work();
        assert!(handle.is_finished());
        assert!(!waits || polls.load(SeqCst) == 2, "the joiner was not woken");
        drop(handle);
        assert_eq!(drops.load(SeqCst), 1);
        1
    });
}

#[test]
fn model_s4_join_then_drop_of_the_handle() {
    model(|| {
        let world = World::new();
        let (_joiner, _, waker) = parked(world);
        let (handle, drops) = valued(world);
        let worker = thread::spawn(move || world.work());
        waits(&handle, &waker);
        // The slot may be used anew while the worker still looks for the joiner.
        drop(handle);
        let (next, next_drops) = valued(world);
        worker.join().unwrap();
        world.work();
        assert_eq!(drops.load(SeqCst), 1);
        assert!(next.is_finished());
        drop(next);
        assert_eq!(next_drops.load(SeqCst), 1);
        1
    });
}

#[test]
fn model_s4_join_by_others() {
    let join = |leaves| {
        move || {
            let world = World::new();
            let (handle, drops) = valued(world);
            let bell = PlainArc::new(Bell::default());
            let waker = Waker::from(PlainArc::clone(&bell));
            let worker = thread::spawn(move || world.work());
            let (mut key, mut cx) = (JoinKey::default(), Context::from_waker(&waker));
            let waits = handle.poll_finished(&mut key, &mut cx).is_pending();
            handle.leave(if leaves { key } else { JoinKey::default() });
            // The list is freed by the second of the two.
            drop(handle);
            worker.join().unwrap();
            assert_eq!(drops.load(SeqCst), 1);
            // A handle that is gone waits for nothing.
            assert!(bell.0.load(SeqCst) <= usize::from(waits));
            drop(waker);
            assert_eq!(PlainArc::strong_count(&bell), 1, "a waker leaked");
            0
        }
    };
    model(join(false));
    model(join(true));
}

#[test]
fn model_s4_a_process_then_another_waker() {
    model(|| {
        let world = World::new();
        let (_joiner, polls, process) = parked(world);
        let (handle, drops) = valued(world);
        let bell = PlainArc::new(Bell::default());
        let other = Waker::from(PlainArc::clone(&bell));
        let worker = thread::spawn(move || world.work());
        let first = waits(&handle, &process);
        let second = waits(&handle, &other);
        worker.join().unwrap();
        world.work();
        assert!(handle.is_finished());
        assert!(!first || polls.load(SeqCst) >= 2, "the process was not woken");
        assert!(!second || bell.0.load(SeqCst) == 1, "the other was not woken");
        drop(handle);
        drop(other);
        assert_eq!((drops.load(SeqCst), PlainArc::strong_count(&bell)), (1, 1));
        1
    });
}

#[test]
fn model_s4_two_threads_wait() {
    model(|| {
        let world = World::new();
        let (handle, _drops) = valued(world);
        let handle = PlainArc::new(handle);
        let wait = move |handle: PlainArc<Handle<Guarded>>| {
            let bell = PlainArc::new(Bell::default());
            let waker = Waker::from(PlainArc::clone(&bell));
            (bell, waits(&handle, &waker))
        };
        let theirs = PlainArc::clone(&handle);
        let other = thread::spawn(move || wait(theirs));
        let (mine, my_wait) = wait(PlainArc::clone(&handle));
        world.work();
        let (their, their_wait) = other.join().unwrap();
        assert!(handle.is_finished());
        assert!(!my_wait || mine.0.load(SeqCst) == 1);
        assert!(!their_wait || their.0.load(SeqCst) == 1);
        0
    });
}

#[test]
fn model_s4_the_result_is_taken_once() {
    model(|| {
        let world = World::new();
        let (handle, drops) = valued(world);
        world.work();
        let handle = PlainArc::new(handle);
        let theirs = PlainArc::clone(&handle);
        let other = thread::spawn(move || theirs.take_result().is_some());
        let mine = handle.take_result().is_some();
        let their = other.join().unwrap();
        assert!(mine ^ their);
        drop(handle);
        assert_eq!(drops.load(SeqCst), 1);
        0
    });
}

#[test]
fn model_s5_reuse_of_a_slot_and_a_stale_waker() {
    model(|| {
        let world = World::new();
        let (first, first_drops) = valued(world);
        let stale = first.task();
        // It wakes in any of the two lives, between them, or while the slot is set up.
        let waker = thread::spawn(move || {
            stale.wake();
            world.work();
        });
        world.work();
        drop(first);
        let set = flag();
        let (future, drops) = until(&[&set]);
        let second = world.go(future);
        let task = second.task();
        world.work();
        set_and_wake(&set, task);
        waker.join().unwrap();
        world.work();
        assert!(second.is_finished(), "the wake was lost");
        assert_eq!((first_drops.load(SeqCst), drops.load(SeqCst)), (1, 1));
        0
    });
}

#[test]
fn model_s5_a_detached_process_and_a_stale_waker() {
    model(|| {
        let world = World::new();
        let (first, first_drops) = valued(world);
        let stale = first.task();
        drop(first);
        let waker = thread::spawn(move || stale.wake());
        world.work();
        let (second, second_drops) = valued(world);
        world.work();
        waker.join().unwrap();
        world.work();
        assert!(second.is_finished());
        drop(second);
        assert_eq!((first_drops.load(SeqCst), second_drops.load(SeqCst)), (1, 1));
        0
    });
}

#[test]
fn model_s5_a_walker_cancels_no_later_process() {
    model(|| {
        let world = World::new();
        let (first, _) = valued(world);
        let place = first.task();
        let line = place.started().line();
        // The walker means the first process. It may look when the second is there already, but then it can tell.
        let walker = thread::spawn(move || place.cancel_if(|task| task.started().line() == line));
        world.work();
        drop(first);
        let second = second(world);
        world.work();
        walker.join().unwrap();
        world.work();
        assert!(second.is_finished());
        assert!(second.take_result().unwrap().is_ok(), "a later process was cancelled");
        0
    });
}
