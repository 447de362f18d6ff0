//! What a process says that it holds is listed while it lies in its frame, and not otherwise.

use std::future::{Future, poll_fn};
use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::Poll;
use std::time::Duration;

use crate::chan::look::each_end;
use crate::private::{Ask, hold};
use crate::task::TaskRef;
use crate::{Handle, Runtime, block_on, bounded, timeout};

/// Whether the process that polls this lists anything.
async fn lists() -> bool {
    poll_fn(|cx| Poll::Ready(TaskRef::of(cx.waker()).is_some_and(TaskRef::has_something))).await
}

#[test]
fn a_hold_is_listed_from_its_begin_to_its_end() {
    let runtime = Runtime::builder().workers(1).build().unwrap();
    let process = runtime.go(async {
        let (tx, rx) = bounded::<u8>(0);
        {
            let first = pin!(hold());
            assert!(!lists().await);
            first.begin([Ask(&tx).claim(), Ask(&rx).claim()]);
            let second = pin!(hold());
            second.begin([Ask(&rx).claim()]);
            assert!(lists().await);
        }
        assert!(!lists().await);
        let nothing = pin!(hold());
        nothing.begin([Ask(&7).claim()]);
        assert!(!lists().await);
    });
    process.join().unwrap();
}

#[test]
fn a_hold_that_may_go_elsewhere_is_not_listed() {
    let held = || {
        Box::pin(async {
            let (tx, _rx) = bounded::<u8>(0);
            let held = pin!(hold());
            held.begin([Ask(&tx).claim()]);
            lists().await
        })
    };
    let runtime = Runtime::builder().workers(1).build().unwrap();
    // In a box within a process; on a thread; in a process, by a thread that waits within its turn.
    assert!(!runtime.go(async move { held().await }).join().unwrap());
    assert!(!block_on(held()));
    assert!(!runtime.go(async move { block_on(held()) }).join().unwrap());
}

#[test]
fn holds_go_with_a_process_that_is_cancelled() {
    let runtime = Runtime::builder().workers(1).build().unwrap();
    let (said, is_said) = bounded(1);
    let process = runtime.go(async move {
        let (tx, rx) = bounded::<u8>(0);
        let held = pin!(hold());
        held.begin([Ask(&tx).claim(), Ask(&rx).claim()]);
        said.send(lists().await).await.unwrap();
        let _ = rx.recv().await;
    });
    assert_eq!(is_said.recv_blocking(), Ok(true));
    process.cancel();
    assert!(process.join().unwrap_err().is_cancelled());
}

/// How many ends the process is known to have, once it waits.
fn ends_of<T>(process: &Handle<T>) -> usize {
    loop {
        if let Some(token) = process.task().parked().and_then(|sight| process.task().seize(sight)) {
            let mut ends = 0;
            each_end(&token, |_| ends += 1);
            return ends;
        }
        std::thread::yield_now();
    }
}

#[test]
fn a_process_has_the_end_that_it_waits_on_if_nobody_else_does() {
    let runtime = Runtime::builder().workers(1).build().unwrap();
    let (tx, rx) = bounded::<u8>(0);
    let receives = runtime.go(async move { Ask(&rx).own(rx.recv()).await });
    assert_eq!(ends_of(&receives), 1);
    tx.send_blocking(1).unwrap();
    receives.join().unwrap().unwrap();

    let (tx, rx) = bounded::<u8>(0);
    let sends = runtime.go(async move { Ask(&tx).own(tx.send(1)).await });
    assert_eq!(ends_of(&sends), 1);
    rx.recv_blocking().unwrap();
    sends.join().unwrap().unwrap();

    let (tx, rx) = bounded::<u8>(0);
    let shared = Arc::new(rx);
    let receives = runtime.go(async move { Ask(&shared).own(shared.recv()).await });
    assert_eq!(ends_of(&receives), 0);
    tx.send_blocking(1).unwrap();
    receives.join().unwrap().unwrap();
}

#[test]
fn an_end_that_is_held_and_waited_on_is_one() {
    let runtime = Runtime::builder().workers(1).build().unwrap();
    let (tx, rx) = bounded::<u8>(0);
    let (other, from_other) = bounded::<u8>(0);
    let receives = runtime.go(async move {
        let held = pin!(hold());
        held.begin([Ask(&rx).claim(), Ask(&other).claim()]);
        Ask(&rx).own(rx.recv()).await
    });
    assert_eq!(ends_of(&receives), 2);
    drop(tx);
    assert!(receives.join().unwrap().is_err());
    drop(from_other);
}

#[test]
fn a_wait_that_was_given_up_says_nothing() {
    let runtime = Runtime::builder().workers(1).build().unwrap();
    let (tx, rx) = bounded::<u8>(0);
    let gives_up = runtime.go(async move {
        poll_fn(|cx| {
            let asked = pin!(Ask(&rx).own(rx.recv())).poll(cx);
            assert!(asked.is_pending());
            Poll::Ready(())
        })
        .await;
        drop(rx);
        std::future::pending::<()>().await;
    });
    assert_eq!(ends_of(&gives_up), 0);
    assert!(tx.is_closed());
    gives_up.cancel();
    assert!(gives_up.join().unwrap_err().is_cancelled());
}

#[test]
fn a_wait_after_one_whose_time_was_over_is_for_one_thing() {
    let runtime = Runtime::builder().workers(1).build().unwrap();
    let (tx, rx) = bounded::<u8>(0);
    let over = Arc::new(AtomicBool::new(false));
    let is_over = over.clone();
    let receives = runtime.go(async move {
        assert!(timeout(Duration::from_millis(1), rx.recv()).await.is_err());
        over.store(true, Ordering::Relaxed);
        Ask(&rx).own(rx.recv()).await
    });
    while !is_over.load(Ordering::Relaxed) {
        std::thread::yield_now();
    }
    assert_eq!(ends_of(&receives), 1);
    tx.send_blocking(1).unwrap();
    receives.join().unwrap().unwrap();
}
