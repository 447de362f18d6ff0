//! Turns inside of turns, and threads that are in several runtimes.

use std::future::{Future, poll_fn};
use std::mem::forget;
use std::panic::Location;
use std::task::Poll;

use super::runtime;
use crate::task::budget::BUDGET;
use crate::task::hold::hold;
use crate::*;

/// Starts a process in a runtime that ends meanwhile: it is dropped at once, on this thread.
#[track_caller]
fn start_in_ended() {
    let ended = runtime(1);
    let pool = ended.pool();
    drop(ended);
    let process = pool.go(async { 1 }, Location::caller());
    assert!(process.is_finished());
    assert!(process.join().unwrap_err().is_cancelled());
}

/// A thread of its own, with a runtime of its own for its processes.
fn on_a_thread(f: impl FnOnce(&Runtime) + std::marker::Send + 'static) {
    std::thread::spawn(|| f(&runtime(1))).join().unwrap();
}

#[test]
fn a_wake_noted_before_another_turn_on_the_thread_is_kept() {
    for late in [false, true] {
        on_a_thread(move |runtime| {
            let mut polls = 0;
            let yields = runtime.go(poll_fn(move |cx| {
                polls += 1;
                if polls == 1 {
                    if late {
                        start_in_ended();
                    }
                    cx.waker().wake_by_ref();
                    if !late {
                        start_in_ended();
                    }
                    return Poll::Pending;
                }
                Poll::Ready(polls)
            }));
            assert_eq!(yields.join().unwrap(), 2);
        });
    }
}

#[test]
fn a_turn_goes_on_after_another_one_on_its_thread() {
    // What it holds is still in its own frame, and its budget is still limited.
    let (tx, rx) = bounded::<u64>(1000);
    let (_other, own) = bounded::<u64>(0);
    let holds = crate::rt::process(async move {
        let (tx, own) = (tx, own);
        let mut held = std::pin::pin!(hold::<1>());
        held.as_mut().begin([own.claim()]);
        tx.send(1).await.unwrap();
        start_in_ended();
        tx.send(2).await.unwrap();
        let mut polls = 0;
        let mut loops = std::pin::pin!(async { while tx.send(3).await.is_ok() && tx.len() < 900 {} });
        poll_fn(|cx| {
            polls += 1;
            loops.as_mut().poll(cx)
        })
        .await;
        polls
    });
    let polls = runtime(1).go(holds).join().unwrap();
    assert_eq!(rx.try_iter().take(2).collect::<Vec<_>>(), [1, 2]);
    assert!(polls >= 900 / BUDGET as usize, "it gives its turn up: {polls}");
}

#[test]
fn guards_may_be_dropped_in_any_order() {
    on_a_thread(|outer| {
        let (a, b) = (runtime(1), runtime(1));
        let starts_in = |runtime: &Runtime| {
            let (go_in, go_on) = bounded::<()>(0);
            let process = go(async move { go_on.recv().await.is_err() });
            let live = runtime.live();
            drop(go_in);
            process.join().unwrap();
            live == 1
        };
        let first = outer.enter();
        let (in_a, in_b) = (a.enter(), b.enter());
        assert!(starts_in(&b));
        drop(in_a);
        assert!(starts_in(&b));
        let again = a.enter();
        drop(in_b);
        assert!(starts_in(&a));
        drop(again);
        assert!(starts_in(outer));
        drop((a, b));
        assert!(starts_in(outer));
        drop(first);
    });
}

#[test]
fn a_thread_leaves_a_runtime_that_ended() {
    let forgets = || {
        let ended = runtime(1);
        forget(ended.enter());
        drop(ended);
    };
    let outer = runtime(1);
    // A worker, and a thread that was in another one before.
    let process = outer.go(async move {
        forgets();
        go(async { 1 }).await
    });
    assert_eq!(process.join().unwrap().unwrap(), 1);
    on_a_thread(move |outer| {
        let entered = outer.enter();
        forgets();
        assert_eq!(go(async { 2 }).join().unwrap(), 2);
        drop(entered);
    });
    // One that was in none.
    on_a_thread(move |_| {
        forgets();
        for _ in 0..2 {
            assert!(go(async { 3 }).join().unwrap_err().is_cancelled());
        }
        block_on(sleep(std::time::Duration::from_millis(2)));
        let outer = runtime(1);
        let entered = outer.enter();
        assert_eq!(go(async { 4 }).join().unwrap(), 4);
        drop(entered);
        assert!(go(async { 5 }).join().unwrap_err().is_cancelled());
    });
}
