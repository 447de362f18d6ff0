//! What a process says that it holds is listed while it lies in its frame, and not otherwise.

use std::future::poll_fn;
use std::pin::pin;
use std::task::Poll;

use crate::private::{Ask, hold};
use crate::task::TaskRef;
use crate::{Runtime, block_on, bounded};

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
