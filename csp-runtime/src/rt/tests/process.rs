//! How processes start, wait, end and are cancelled.

use std::future::{Future, pending, poll_fn};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::pin;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, mpsc};
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use super::{Counted, runtime};
use crate::rt;
use crate::task::JoinKey;
use crate::*;

#[test]
fn a_process_gives_its_value() {
    for workers in [1, 2, 8] {
        let runtime = runtime(workers);
        assert_eq!(runtime.go(async { 42 }).join().unwrap(), 42);
        assert_eq!(runtime.block_on(async { go(async { String::from("word") }).await.unwrap() }), "word");
        assert_eq!(runtime.workers(), workers);
    }
}

#[test]
fn a_process_waits_for_others() {
    let runtime = runtime(2);
    let sum = runtime.go(async {
        let parts: Vec<_> =
            (0..100u64).map(|i| go(async move { go(async move { i }).await.unwrap() })).collect();
        let mut sum = 0;
        for part in parts {
            sum += part.await.unwrap();
        }
        sum
    });
    assert_eq!(sum.join().unwrap(), 4950);
    assert_eq!(runtime.live(), 0);
}

#[test]
fn futures_of_any_size_and_alignment() {
    #[repr(align(64))]
    struct Wide(u8);
    let runtime = runtime(1);
    let large = [7u8; 10_000];
    let process = runtime.go(async move {
        yield_now().await;
        large
    });
    assert_eq!(process.join().unwrap(), [7u8; 10_000]);
    let wide = Wide(9);
    let process = runtime.go(async move {
        yield_now().await;
        assert_eq!((&raw const wide).addr() % 64, 0);
        wide
    });
    assert_eq!(process.join().unwrap().0, 9);
}

#[test]
fn a_panic_arrives_with_its_message() {
    let runtime = runtime(1);
    let seven = runtime.workers() + 6;
    let error = runtime.go(async move { panic!("number {seven}") }).join().unwrap_err();
    assert!(error.is_panic() && !error.is_cancelled());
    assert_eq!(error.message(), Some("number 7"));
    assert!(error.to_string().contains("rt/tests/"), "{error}");
    let payload = error.into_panic().unwrap();
    assert_eq!(payload.downcast_ref::<String>().unwrap(), "number 7");
    // The worker lives on.
    assert_eq!(runtime.go(async { 1 }).join().unwrap(), 1);
}

#[test]
fn a_destructor_that_panics_is_a_panic_of_the_process() {
    struct Bomb;
    impl Drop for Bomb {
        fn drop(&mut self) {
            panic!("boom");
        }
    }
    let runtime = runtime(1);
    // At the end, after a panic, and when cancelled.
    let at_end = runtime.go({
        let bomb = Bomb;
        poll_fn(move |_| {
            let _ = &bomb;
            Poll::Ready(())
        })
    });
    assert_eq!(at_end.join().unwrap_err().message(), Some("boom"));
    let after_panic = runtime.go({
        let bomb = Bomb;
        poll_fn(move |_| -> Poll<()> {
            let _ = &bomb;
            panic!("first")
        })
    });
    assert_eq!(after_panic.join().unwrap_err().message(), Some("first"));
    let cancelled = runtime.go({
        let bomb = Bomb;
        poll_fn(move |_| -> Poll<()> {
            let _ = &bomb;
            Poll::Pending
        })
    });
    cancelled.cancel();
    assert_eq!(cancelled.join().unwrap_err().message(), Some("boom"));
    let in_output = runtime.go(async { Bomb });
    while !in_output.is_finished() {
        std::thread::yield_now();
    }
    drop(catch_unwind(AssertUnwindSafe(|| drop(in_output))));
    assert_eq!(runtime.go(async { 1 }).join().unwrap(), 1);
}

#[test]
fn cancel_drops_the_process_where_it_waits() {
    let runtime = runtime(1);
    let (counted, drops) = Counted::new();
    let process = runtime.go(async move {
        let _held = counted;
        pending::<()>().await;
    });
    assert!(!process.is_finished());
    process.cancel();
    process.cancel();
    let error = process.join().unwrap_err();
    assert!(error.is_cancelled() && error.message().is_none());
    assert_eq!(drops.load(Ordering::SeqCst), 1);
}

#[test]
fn cancel_after_the_end_changes_nothing() {
    let runtime = runtime(1);
    let process = runtime.go(async { 5 });
    while !process.is_finished() {
        std::thread::yield_now();
    }
    process.cancel();
    assert_eq!(process.join().unwrap(), 5);
}

#[test]
fn cancel_of_a_running_process_takes_effect_when_it_waits() {
    let runtime = runtime(2);
    let (entered_in, entered) = mpsc::channel();
    let (go_on, go_on_out) = mpsc::channel::<()>();
    let process = runtime.go(async move {
        entered_in.send(()).unwrap();
        go_on_out.recv().unwrap();
        yield_now().await;
        unreachable!("it was cancelled before it waited");
    });
    entered.recv().unwrap();
    process.cancel();
    go_on.send(()).unwrap();
    let error: ProcessError = process.join().unwrap_err();
    assert!(error.is_cancelled());
}

#[test]
fn a_dropped_handle_lets_the_process_run_on() {
    let runtime = runtime(2);
    let (done_in, done) = mpsc::channel();
    drop(runtime.go(async move {
        for _ in 0..10 {
            yield_now().await;
        }
        done_in.send(3).unwrap();
    }));
    assert_eq!(done.recv().unwrap(), 3);
}

#[test]
fn several_wait_for_one_handle() {
    let runtime = runtime(2);
    let (open, gate) = mpsc::channel::<()>();
    let process = Arc::new(runtime.go(blocking(move || gate.recv().unwrap())));
    let polls = Arc::new(AtomicUsize::new(0));
    let waiters: Vec<_> = (0..1000)
        .map(|n| {
            let (process, polls) = (Arc::clone(&process), Arc::clone(&polls));
            runtime.go(async move {
                let mut end = pin!(process.recv());
                let counted = poll_fn(|cx| {
                    polls.fetch_add(1, Ordering::Relaxed);
                    end.as_mut().poll(cx)
                });
                // One of them has the result; some give up.
                match n % 10 {
                    0 => drop(timeout(Duration::from_millis(5), counted).await),
                    _ => drop(counted.await),
                }
            })
        })
        .collect();
    let threads: Vec<_> = (0..4)
        .map(|_| {
            let process = Arc::clone(&process);
            let mut key = JoinKey::default();
            std::thread::spawn(move || block_on(poll_fn(|cx| process.poll_finished(&mut key, cx))))
        })
        .collect();
    std::thread::sleep(Duration::from_millis(20));
    open.send(()).unwrap();
    threads.into_iter().for_each(|t| t.join().unwrap());
    waiters.into_iter().for_each(|w| w.join().unwrap());
    assert!(process.take_result().is_none());
    assert!(
        polls.load(Ordering::Relaxed) <= 3 * 1000,
        "a waiter is polled when it begins, and when it is woken"
    );
}

#[test]
fn who_waits_no_more_for_a_process_leaves_nothing_behind() {
    struct Noop;
    impl std::task::Wake for Noop {
        fn wake(self: Arc<Self>) {}
    }
    let runtime = runtime(1);
    let process = runtime.go(pending::<()>());
    let inner = Arc::new(Noop);
    let waker = Waker::from(Arc::clone(&inner));
    let wait = || {
        let mut end = Box::pin(process.recv());
        assert!(end.as_mut().poll(&mut Context::from_waker(&waker)).is_pending());
        end
    };
    let many: Vec<_> = (0..100).map(|_| wait()).collect();
    assert!(Arc::strong_count(&inner) >= 102);
    drop(many);
    for _ in 0..100 {
        drop(wait());
    }
    assert_eq!(Arc::strong_count(&inner), 2);
}

#[test]
fn a_wake_during_the_poll_is_not_lost() {
    let runtime = runtime(2);
    for _ in 0..if cfg!(miri) { 1 } else { 200 } {
        let mut polls = 0;
        let process = runtime.go(poll_fn(move |cx| {
            polls += 1;
            if polls == 50 {
                return Poll::Ready(polls);
            }
            let waker: Waker = cx.waker().clone();
            if polls % 2 == 0 {
                waker.wake();
            } else {
                // From another thread, at any time around the end of this poll.
                std::thread::spawn(move || waker.wake());
            }
            Poll::Pending
        }));
        assert_eq!(process.join().unwrap(), 50);
    }
}

#[test]
fn block_on_inside_a_process_and_inside_itself() {
    let runtime = runtime(1);
    let value = runtime.go(async { block_on(async { go(async { block_on(async { 4 }) }).await.unwrap() }) });
    assert_eq!(value.join().unwrap(), 4);
}

#[test]
fn a_panic_in_block_on_goes_on_in_the_caller() {
    let payload = catch_unwind(|| block_on(async { panic!("out") })).unwrap_err();
    assert_eq!(payload.downcast_ref::<&str>(), Some(&"out"));
    assert_eq!(block_on(async { 1 }), 1);
}

#[test]
fn par_waits_for_all_and_passes_a_panic_on() {
    use rt::par::{all, branch};
    let runtime = runtime(2);
    let sum = runtime.go(async {
        let (mut a, mut b) = (branch(async { 1 }), branch(async { "two" }));
        all(&mut [&mut a, &mut b]).await;
        (a.take(), b.take())
    });
    assert_eq!(sum.join().unwrap(), (1, "two"));
    let (counted, drops) = Counted::new();
    let broken = runtime.go(async move {
        let mut a = branch(async move {
            let _held = counted;
            pending::<()>().await;
        });
        let mut b = branch(async {
            yield_now().await;
            panic!("half");
        });
        all(&mut [&mut a, &mut b]).await;
    });
    assert_eq!(broken.join().unwrap_err().message(), Some("half"));
    assert_eq!(drops.load(Ordering::SeqCst), 1);
    assert_eq!(runtime.live(), 0);
}

#[test]
fn recursion_is_boxed() {
    use rt::{Process, boxed, process};
    fn fib(n: u64) -> Process<impl Future<Output = u64> + std::marker::Send> {
        process(async move { if n < 2 { n } else { boxed(fib(n - 1)).await + boxed(fib(n - 2)).await } })
    }
    assert_eq!(block_on(fib(12)), 144);
}

#[test]
fn the_budget_gives_up_the_turn() {
    use crate::task::budget::{BUDGET, poll_proceed};
    let runtime = runtime(1);
    let mut polls = 0;
    let mut rounds = 0;
    let turns = runtime.go(poll_fn(move |cx| {
        polls += 1;
        while rounds < 10 * BUDGET {
            if poll_proceed(cx).is_pending() {
                return Poll::Pending;
            }
            rounds += 1;
        }
        Poll::Ready(polls)
    }));
    assert_eq!(turns.join().unwrap(), 10);
    // Nothing is counted off a worker.
    block_on(poll_fn(|cx| {
        (0..10 * BUDGET).for_each(|_| assert!(poll_proceed(cx).is_ready()));
        Poll::Ready(())
    }));
}

#[test]
fn what_a_process_started_runs_before_it_goes_on() {
    let runtime = runtime(1);
    let spawner = runtime.go(async {
        let ended = std::sync::Arc::new(std::sync::atomic::AtomicUsize::new(0));
        for round in 1..=50 {
            for _ in 0..20 {
                let ended = ended.clone();
                drop(rt::go(async move { ended.fetch_add(1, std::sync::atomic::Ordering::Relaxed) }));
            }
            crate::yield_now().await;
            assert_eq!(ended.load(std::sync::atomic::Ordering::Relaxed), 20 * round);
        }
    });
    spawner.join().unwrap();
}
