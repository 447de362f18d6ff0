//! How runtimes end, and what happens to threads that are blocked.

use std::future::pending;
use std::future::poll_fn;
use std::panic::catch_unwind;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, mpsc};
use std::task::Poll;
use std::time::Duration;

use super::{Counted, runtime};
use crate::rt;
use crate::*;

#[test]
fn blocking_gives_the_value_and_passes_a_panic_on() {
    let runtime = runtime(1);
    assert_eq!(runtime.go(async { blocking(|| 6 * 7).await }).join().unwrap(), 42);
    let error = runtime.go(async { blocking(|| panic!("inside")).await }).join().unwrap_err();
    assert_eq!(error.message(), Some("inside"));
    // It runs from the first poll on, whatever becomes of its future; one that was not polled does not.
    let (begin_in, begin) = mpsc::channel();
    let (done_in, done) = mpsc::channel();
    let unpolled = done_in.clone();
    runtime.block_on(async {
        drop(blocking(move || unpolled.send(0)));
        let mut call = Box::pin(blocking(move || {
            begin.recv().unwrap();
            done_in.send(1)
        }));
        assert!(poll_fn(|cx| Poll::Ready(call.as_mut().poll(cx).is_pending())).await);
    });
    begin_in.send(()).unwrap();
    assert_eq!(done.iter().collect::<Vec<_>>(), [1]);
    // The closure's own processes belong to the same runtime.
    let live = runtime.go(async { blocking(|| go(async { 8 }).join().unwrap()).await });
    assert_eq!(live.join().unwrap(), 8);
}

#[test]
#[should_panic(expected = "was polled after it was ready")]
fn a_blocking_call_gives_its_value_once() {
    block_on(async {
        let mut call = blocking(|| 1);
        assert_eq!((&mut call).await, 1);
        (&mut call).await;
    });
}

#[test]
fn no_more_blocking_threads_than_allowed() {
    let runtime = Runtime::builder().workers(1).max_blocking_threads(3).build().unwrap();
    let now = Arc::new(AtomicUsize::new(0));
    let most = Arc::new(AtomicUsize::new(0));
    let calls: Vec<_> = (0..30)
        .map(|_| {
            let (now, most) = (Arc::clone(&now), Arc::clone(&most));
            runtime.go(async move {
                blocking(move || {
                    most.fetch_max(now.fetch_add(1, Ordering::SeqCst) + 1, Ordering::SeqCst);
                    std::thread::sleep(Duration::from_millis(1));
                    now.fetch_sub(1, Ordering::SeqCst);
                })
                .await;
            })
        })
        .collect();
    calls.into_iter().for_each(|c| c.join().unwrap());
    assert!((1..=3).contains(&most.load(Ordering::SeqCst)));
}

#[test]
fn processes_that_wait_are_dropped_with_their_runtime() {
    let (counted, drops) = Counted::new();
    let runtime = runtime(2);
    let handles: Vec<_> = (0..100)
        .map(|_| {
            let counted = counted.clone();
            runtime.go(async move {
                let _held = counted;
                pending::<()>().await;
            })
        })
        .collect();
    assert_eq!(runtime.live(), 100);
    drop(runtime);
    assert_eq!(drops.load(Ordering::SeqCst), 100);
    assert!(handles.into_iter().all(|h| h.join().unwrap_err().is_cancelled()));
}

#[test]
fn shutdown_reaches_processes_started_meanwhile() {
    let (counted, drops) = Counted::new();
    let started = Arc::new(AtomicUsize::new(0));
    struct StartsOnDrop(u32, Counted, Arc<AtomicUsize>);
    impl Drop for StartsOnDrop {
        fn drop(&mut self) {
            if self.0 > 0 {
                self.2.fetch_add(1, Ordering::SeqCst);
                let next = StartsOnDrop(self.0 - 1, self.1.clone(), Arc::clone(&self.2));
                drop(go(async move {
                    let _held = next;
                    pending::<()>().await;
                }));
            }
        }
    }
    let runtime = runtime(2);
    for _ in 0..10 {
        let held = StartsOnDrop(5, counted.clone(), Arc::clone(&started));
        drop(runtime.go(async move {
            let _held = held;
            pending::<()>().await;
        }));
    }
    drop(runtime);
    assert_eq!(started.load(Ordering::SeqCst), 50);
    assert_eq!(drops.load(Ordering::SeqCst), 60);
}

#[test]
fn shutdown_tells_who_does_not_end() {
    let runtime = runtime(2);
    let (stop, stopped) = mpsc::channel::<()>();
    let (running_in, running) = mpsc::channel();
    drop(runtime.go(async move {
        running_in.send(()).unwrap();
        let _ = stopped.recv();
    }));
    running.recv().unwrap();
    let error = runtime.shutdown(Duration::from_millis(50)).unwrap_err();
    assert_eq!(error.count(), 1);
    assert!(error.places().next().unwrap().0.contains("rt/tests/"));
    assert!(error.to_string().starts_with("1 process did not end in time, started at "), "{error}");
    drop(stop);
}

#[test]
fn a_runtime_may_be_dropped_by_its_own_process() {
    let runtime = runtime(1);
    let (end_in, end) = mpsc::channel();
    let (give, take) = mpsc::channel::<Runtime>();
    drop(runtime.go(async move {
        drop(take.recv().unwrap());
        end_in.send(()).unwrap();
    }));
    give.send(runtime).unwrap();
    end.recv().unwrap();
}

#[test]
fn a_handle_outlives_its_runtime() {
    let runtime = runtime(1);
    let process = runtime.go(async { vec![1, 2, 3] });
    while !process.is_finished() {
        std::thread::yield_now();
    }
    drop(runtime);
    assert_eq!(process.join().unwrap(), [1, 2, 3]);
}

#[test]
fn a_process_that_never_waits_starves_nobody() {
    let runtime = runtime(1);
    let stop = Arc::new(AtomicUsize::new(0));
    let spinner = {
        let stop = Arc::clone(&stop);
        runtime.go(async move {
            while stop.load(Ordering::Relaxed) == 0 {
                std::hint::spin_loop();
            }
        })
    };
    assert_eq!(runtime.go(async { 3 }).join().unwrap(), 3);
    stop.store(1, Ordering::Relaxed);
    spinner.join().unwrap();
}

#[test]
fn blocked_processes_do_not_hold_up_what_would_release_them() {
    let runtime = runtime(1);
    // Each blocks its thread until the next has sent; the last one needs a thread too.
    let (first, mut wait) = mpsc::channel::<u32>();
    let mut processes = Vec::new();
    for _ in 0..8 {
        let (next, next_wait) = mpsc::channel::<u32>();
        let before = std::mem::replace(&mut wait, next_wait);
        processes.push(runtime.go(async move { next.send(before.recv().unwrap() + 1).unwrap() }));
    }
    let last = runtime.go(async move { first.send(0).unwrap() });
    assert_eq!(wait.recv().unwrap(), 8);
    last.join().unwrap();
    processes.into_iter().for_each(|p| p.join().unwrap());
}

#[test]
fn main_runs_on_the_pool_and_its_panic_goes_on_here() {
    use rt::{process, run_main};
    let at = std::panic::Location::caller();
    assert_eq!(run_main(None, async { process(async { 5 }).await + go(async { 6 }).await.unwrap() }, at), 11);
    let payload = catch_unwind(|| run_main(None, async { panic!("main") }, at)).unwrap_err();
    assert_eq!(payload.downcast_ref::<&str>(), Some(&"main"));
}

#[test]
fn a_timer_wakes_whoever_set_it() {
    let runtime = runtime(2);
    let wait = |ms: u64| crate::sleep(Duration::from_millis(ms));
    // All workers sleep without a deadline when this comes.
    std::thread::sleep(Duration::from_millis(5));
    runtime.block_on(wait(10));
    let many: Vec<_> = (0..50).map(|i| runtime.go(wait(i % 10))).collect();
    many.into_iter().for_each(|t| t.join().unwrap());
}
