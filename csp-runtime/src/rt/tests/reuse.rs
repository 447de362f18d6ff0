//! Runtimes one after the other, in the memory of those before.

use std::collections::HashSet;
use std::future::poll_fn;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, mpsc};
use std::task::{Poll, Waker};
use std::time::Duration;

use crate::*;

/// A runtime of a shape that no other test asks for: `spares` tells them apart.
fn runtime(spares: usize) -> Runtime {
    Runtime::builder().workers(2).max_spare_threads(1_000 + spares).name("reuse").build().unwrap()
}

fn address(runtime: &Runtime) -> usize {
    std::ptr::from_ref(runtime.pool()).addr()
}

fn works(runtime: &Runtime) {
    let (tx, rx) = bounded::<u64>(1);
    drop(runtime.go(async move {
        for n in 0..10 {
            tx.send(n).await.unwrap();
            sleep(Duration::from_micros(1)).await;
        }
    }));
    let sum = runtime.go(async move {
        let mut sum = 0;
        while let Ok(n) = rx.recv().await {
            sum += n;
        }
        sum + blocking(|| 1).await
    });
    assert_eq!(sum.join().unwrap(), 46);
    assert_eq!(runtime.snapshot().runtimes.iter().filter(|runtime| runtime.name == "reuse").count(), 1);
}

/// Ends the runtime; its threads for blocking calls may take a moment more.
fn end(runtime: Runtime) {
    let pool = runtime.pool();
    runtime.shutdown(Duration::from_secs(60)).unwrap();
    while pool.blocking.counted().0 > 0 {
        std::thread::yield_now();
    }
    // The last of them, and the monitor, have let go of it when they are counted no more, or an instant later.
    std::thread::sleep(Duration::from_millis(1));
}

#[test]
fn runtimes_one_after_the_other_have_the_memory_of_a_few() {
    let mut addresses = HashSet::new();
    for _ in 0..100 {
        let runtime = runtime(1);
        works(&runtime);
        addresses.insert(address(&runtime));
        let (started, ended) = runtime.pool().counted();
        assert!(started == 2 && ended <= started, "{started} and {ended}");
        end(runtime);
    }
    assert!(addresses.len() < 5, "{} pools", addresses.len());
}

#[test]
fn runtimes_at_once_have_memory_of_their_own() {
    let runtimes: Vec<_> = (0..5).map(|_| runtime(2)).collect();
    let addresses: HashSet<_> = runtimes.iter().map(address).collect();
    assert_eq!(addresses.len(), 5);
    runtimes.iter().for_each(|runtime| assert_eq!(runtime.go(async { 1 }).join().unwrap(), 1));
}

#[test]
fn a_thread_that_forgot_to_leave_keeps_the_memory_of_its_runtime() {
    let first = runtime(3);
    let before = address(&first);
    std::thread::scope(|scope| {
        let (go_on, goes_on) = mpsc::channel();
        let (entered, enters) = mpsc::channel();
        let thread = scope.spawn({
            let first = &first;
            move || {
                std::mem::forget(first.enter());
                entered.send(()).unwrap();
                goes_on.recv().unwrap();
                // It has ended: what is started there is cancelled.
                go(async { 1 }).join().is_err()
            }
        });
        enters.recv().unwrap();
        let ended = first.pool();
        ended.close();
        ended.wait_closed(None).unwrap();
        let second = runtime(3);
        assert_ne!(address(&second), before);
        go_on.send(()).unwrap();
        assert!(thread.join().unwrap());
        assert_eq!(second.pool().counted(), (0, 0));
    });
}

#[test]
fn a_closure_that_outlives_its_runtime_starts_nothing_in_the_next() {
    let first = runtime(4);
    let before = address(&first);
    let (go_on, goes_on) = mpsc::channel::<()>();
    let (said, says) = mpsc::channel();
    let (runs, running) = mpsc::channel();
    drop(first.go(async move {
        blocking(move || {
            runs.send(()).unwrap();
            goes_on.recv().unwrap();
            said.send(go(async { 1 }).join().is_err()).unwrap();
        })
        .await;
    }));
    running.recv().unwrap();
    first.shutdown(Duration::from_secs(60)).unwrap();
    let second = runtime(4);
    assert_ne!(address(&second), before);
    go_on.send(()).unwrap();
    assert!(says.recv().unwrap(), "it ran in another runtime");
    works(&second);
}

/// Wakers of processes that ended with their runtimes, woken all the time, beside runtimes that begin and end.
#[test]
fn wakes_for_runtimes_that_ended_disturb_none() {
    let (stop, wakers) = (Arc::new(AtomicBool::new(false)), Arc::new(Mutex::new(Vec::<Waker>::new())));
    let polls = Arc::new(AtomicUsize::new(0));
    std::thread::scope(|scope| {
        for _ in 0..2 {
            scope.spawn(|| {
                while !stop.load(Ordering::Relaxed) {
                    lock(&wakers).iter().for_each(Waker::wake_by_ref);
                    std::thread::yield_now();
                }
            });
        }
        for _ in 0..100 {
            let runtime = runtime(6);
            let (list, polls) = (wakers.clone(), polls.clone());
            drop(runtime.go(poll_fn(move |cx| {
                if polls.fetch_add(1, Ordering::Relaxed) % 2 == 0 {
                    lock(&list).push(cx.waker().clone());
                }
                Poll::<()>::Pending
            })));
            works(&runtime);
            runtime.shutdown(Duration::from_secs(60)).unwrap();
            let mut wakers = lock(&wakers);
            let many = wakers.len().saturating_sub(100);
            drop(wakers.drain(..many));
        }
        stop.store(true, Ordering::Relaxed);
    });
}

fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap()
}
