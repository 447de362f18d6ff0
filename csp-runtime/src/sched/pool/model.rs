//! Models of the pool (`ci/model.sh`), on its real code: Q1 the `lifo` cell against thieves, Q3 the injector and a worker that
//! goes to sleep, at its own place or in the poller, Q4 the last searcher, Q5 the end of the pool, and the timekeeper. (Q2 is the model of an own ring; ours is crossbeam's.)

use std::panic::Location;
use std::sync::atomic::{AtomicUsize as Plain, Ordering::SeqCst};

use super::idle::{Idle, Role};
use super::parker::Parker;
use super::worker::Worker;
use super::{Config, Pool};
use crate::shim::atomic::{AtomicU64, Ordering};
use crate::shim::{Arc, Mutex, lock, plain, thread};
use crate::task::{
    DeadlockPolicy, ErrorPolicy, Handle, How, PanicPolicy, Schedule, Scheduler, Token, TokenCell, TokenList,
    run, slab, spawn,
};

fn model(f: impl Fn() + Sync + Send + 'static) {
    let mut builder = loom::model::Builder::new();
    builder.max_branches = 10_000;
    // A worker's whole way to sleep has many steps: two pre-emptions are what can be had in a minute.
    builder.preemption_bound = Some(2);
    builder.check(move || {
        slab::new_execution();
        f();
    });
}

/// Keeps what is started, for the tests to take.
struct Shelf(Mutex<TokenList>);

impl Schedule for Shelf {
    fn schedule(&'static self, token: Token, _how: How) {
        lock(&self.0).push(token);
    }

    fn panic_policy(&self) -> PanicPolicy {
        PanicPolicy::Silent
    }
}

/// Tokens of processes that count their one poll.
fn tokens<const N: usize>(polls: &plain::Arc<Plain>) -> [Token; N] {
    let shelf: &'static Shelf = Box::leak(Box::new(Shelf(Mutex::new(TokenList::new()))));
    let scheduler: &'static Scheduler = Box::leak(Box::new(Scheduler(shelf)));
    std::array::from_fn(|_| {
        let polls = plain::Arc::clone(polls);
        drop(spawn(async move { _ = polls.fetch_add(1, SeqCst) }, scheduler, Location::caller()));
        lock(&shelf.0).pop().unwrap()
    })
}

#[test]
fn model_q1_put_take_and_steal() {
    model(|| {
        let polls = plain::Arc::new(Plain::new(0));
        let [one, two, three] = tokens(&polls);
        let cell = Arc::new(TokenCell::new());
        cell.put_empty(one);
        let thief = {
            let cell = Arc::clone(&cell);
            thread::spawn(move || {
                for _ in 0..2 {
                    let seen = cell.peek();
                    if let Some(token) = cell.take_if(seen) {
                        assert!(run(token, || ()).is_none());
                    }
                }
            })
        };
        // As `Worker::push` does, twice, and `Worker::pick`.
        for token in [two, three] {
            if cell.peek().is_null() {
                cell.put_empty(token);
            } else if let Some(displaced) = cell.swap(Some(token)) {
                assert!(run(displaced, || ()).is_none());
            }
        }
        if let Some(token) = cell.swap(None) {
            assert!(run(token, || ()).is_none());
        }
        thief.join().unwrap();
        assert_eq!(polls.load(SeqCst), 3, "a token was lost or used twice");
        assert_eq!(slab::in_use(), 0);
    });
}

/// A pool without threads, for one execution.
fn with_pool(workers: usize, f: impl FnOnce(&'static Pool)) {
    let config = Config {
        workers,
        name: "model".into(),
        on_panic: PanicPolicy::Silent,
        on_error: ErrorPolicy::Silent,
        max_blocking: 1,
        max_spares: 0,
        on_stuck: crate::sched::stuck::StuckPolicy::Silent,
        on_deadlock: DeadlockPolicy::Ignore,
    };
    let pool = Pool::new(config);
    f(pool);
    assert_eq!(slab::in_use(), 0);
    // SAFETY: `new` leaked it from a box; the threads of the execution are joined and its processes are gone.
    drop(unsafe { Box::from_raw(std::ptr::from_ref(pool).cast_mut()) });
}

/// The thread of a worker, which ends when the pool stops or after `most` turns.
fn worker(
    pool: &'static Pool,
    index: usize,
    most: usize,
    after: impl Fn() + Send + 'static,
) -> thread::JoinHandle<()> {
    thread::spawn(move || {
        pool.slot(index).parker.move_in();
        let queues = plain::lock(&pool.slot(index).home).take().unwrap();
        let worker = Worker::new(pool, index, queues);
        for _ in 0..most {
            let Some(token) = worker.find() else { return };
            assert!(run(token, || worker.slot.count_end()).is_none());
            after();
        }
    })
}

fn go(pool: &'static Pool) -> Handle<()> {
    pool.go(async {}, Location::caller())
}

#[test]
fn model_q3_a_push_from_outside_and_a_worker_that_goes_to_sleep() {
    model(|| {
        with_pool(1, |pool| {
            let worker = worker(pool, 0, 1, || ());
            let handle = go(pool);
            // Lost, the worker would sleep for ever.
            worker.join().unwrap();
            assert!(handle.is_finished());
        });
    });
}

#[test]
fn model_q3_a_push_from_outside_and_a_worker_that_goes_to_sleep_in_the_poller() {
    model(|| {
        with_pool(1, |pool| {
            assert!(pool.driver().is_ok());
            let worker = worker(pool, 0, 2, || ());
            let handles = [go(pool), go(pool)];
            // Lost, the worker would sleep for ever.
            worker.join().unwrap();
            assert!(handles.iter().all(Handle::is_finished));
        });
    });
}

#[test]
fn model_q3_the_first_event_and_a_worker_that_goes_to_sleep() {
    model(|| {
        with_pool(1, |pool| {
            let worker = worker(pool, 0, 1, || ());
            let driver = pool.driver().unwrap();
            let (key, readable) = driver.model_source();
            driver.model_event(key);
            // This thread is no worker: only the event tells it. Should the worker have gone to sleep at its own place, before there
            // was a driver, it must have been woken to come and look.
            loom::future::block_on(readable);
            pool.dismiss();
            worker.join().unwrap();
        });
    });
}

#[test]
fn model_q3_two_pushes_and_two_workers() {
    model(|| {
        with_pool(2, |pool| {
            let ended = plain::Arc::new(Plain::new(0));
            let threads = [0, 1].map(|index| {
                let ended = plain::Arc::clone(&ended);
                worker(pool, index, 2, move || {
                    if ended.fetch_add(1, SeqCst) == 1 {
                        pool.dismiss();
                    }
                })
            });
            let handles = [go(pool), go(pool)];
            for thread in threads {
                thread.join().unwrap();
            }
            assert!(handles.iter().all(Handle::is_finished));
        });
    });
}

#[test]
fn model_q4_the_last_searcher_looks_again() {
    model(|| {
        with_pool(2, |pool| {
            // Each does one turn and then, as far as the pool can tell, is busy for ever: whoever finds the first must see to it that
            // the other comes for the second.
            let threads = [worker(pool, 0, 1, || ()), worker(pool, 1, 1, || ())];
            let first = go(pool);
            let second = go(pool);
            for thread in threads {
                thread.join().unwrap();
            }
            assert!(first.is_finished() && second.is_finished());
        });
    });
}

/// A process that a thread outside starts while the pool ends runs, or is dropped by a worker, or by that thread.
#[test]
fn model_q5_a_push_from_outside_and_a_pool_that_ends() {
    model(|| {
        slab::make_one();
        with_pool(1, |pool| {
            let worker = worker(pool, 0, usize::MAX, || ());
            let starter = thread::spawn(move || go(pool));
            pool.close();
            // Without end, if the process were neither run nor dropped.
            pool.end_all(thread::yield_now);
            pool.dismiss();
            let handle = starter.join().unwrap();
            worker.join().unwrap();
            assert!(handle.is_finished());
            assert_eq!(pool.counted(), (1, 1));
        });
    });
}

#[test]
fn model_a_timer_from_outside_and_the_timekeeper() {
    model(|| {
        let idle = Arc::new(Idle::new(1));
        let parker = Arc::new(Parker::new());
        // What a shard publishes.
        let published = Arc::new(AtomicU64::new(u64::MAX));
        let keeper = {
            let (idle, parker, published) = (Arc::clone(&idle), Arc::clone(&parker), Arc::clone(&published));
            thread::spawn(move || {
                parker.move_in();
                assert_eq!(idle.sleep(0, false, u64::MAX), Role::Keeper);
                // The last look, as in `search.rs`.
                if published.load(Ordering::Relaxed) == u64::MAX || !idle.wake_up(0) {
                    parker.park(None);
                }
                published.load(Ordering::Relaxed)
            })
        };
        published.store(5, Ordering::Relaxed);
        if idle.timer_added(5).is_some() {
            assert!(parker.unpark(), "it sleeps at its own place");
        }
        // Lost, it would sleep for ever.
        assert_eq!(keeper.join().unwrap(), 5);
    });
}
