//! The sources against times that the tests make up.

use std::sync::Arc;

use super::*;
use crate::time::tests::{Count, poll};

use crate::chan::RecvError;
use crate::wait::block_on::block_on;

const HOUR: u64 = 3_600_000_000_000;

/// The reading of an instant that a source gave.
fn read(due: Option<Instant>) -> Option<u64> {
    due.map(clock::reading)
}

#[test]
fn a_late_receiver_gets_one_tick_and_the_grid_stays() {
    let ticker = tick(Duration::from_nanos(HOUR));
    let first = ticker.state().next;
    assert_eq!(ticker.take_at(first - 1), None);
    assert_eq!(read(ticker.take_at(first)), Some(first));
    assert_eq!(ticker.take_at(first), None);
    // Five hours late: the latest tick, once; then the one that would have come anyway.
    assert_eq!(read(ticker.take_at(first + 6 * HOUR + HOUR / 2)), Some(first + 6 * HOUR));
    assert_eq!(ticker.take_at(first + 6 * HOUR + HOUR / 2), None);
    assert_eq!(ticker.take_at(first + 7 * HOUR - 1), None);
    assert_eq!(read(ticker.take_at(first + 7 * HOUR)), Some(first + 7 * HOUR));
}

#[test]
fn a_reset_forgets_the_tick_that_was_due() {
    let ticker = tick(Duration::ZERO);
    while clock::now() < ticker.state().next {}
    ticker.reset(Duration::from_nanos(HOUR));
    assert_eq!(ticker.take(), None);
    assert_eq!(ticker.period(), Duration::from_nanos(HOUR));
    let next = ticker.state().next;
    assert_eq!(read(ticker.take_at(next)), Some(next));
}

#[test]
fn a_reset_to_an_earlier_time_wakes_those_who_wait() {
    let ticker = tick(Duration::from_nanos(HOUR));
    let counts = [Count::new(), Count::new()];
    let mut waits = [Box::pin(ticker.wait()), Box::pin(ticker.wait())];
    for (wait, count) in waits.iter_mut().zip(&counts) {
        assert!(poll(count, |cx| wait.as_mut().poll_ready(cx)).is_pending());
        // Twice by the same process, then by another: the last one counts, once.
        assert!(poll(count, |cx| wait.as_mut().poll_ready(cx)).is_pending());
    }
    let moved = Count::new();
    assert!(poll(&moved, |cx| waits[1].as_mut().poll_ready(cx)).is_pending());
    // Later: nobody needs to know.
    ticker.reset(Duration::from_nanos(2 * HOUR));
    assert_eq!((counts[0].get(), counts[1].get(), moved.get()), (0, 0, 0));
    ticker.reset(Duration::ZERO);
    assert_eq!((counts[0].get(), counts[1].get(), moved.get()), (1, 0, 1));
    while clock::now() < ticker.state().next {}
    assert!(poll(&counts[0], |cx| waits[0].as_mut().poll_ready(cx)).is_ready());
    assert!(ticker.take().is_some());
}

#[test]
fn seats_are_given_back() {
    let ticker = tick(Duration::from_nanos(HOUR));
    let count = Count::new();
    for _ in 0..1_000 {
        let mut waits = [Box::pin(ticker.wait()), Box::pin(ticker.wait())];
        for wait in &mut waits {
            assert!(poll(&count, |cx| wait.as_mut().poll_ready(cx)).is_pending());
        }
    }
    assert_eq!(ticker.state().seats.all.len(), 2);
    assert_eq!(Arc::strong_count(&count), 1, "no waker is left behind");
}

#[test]
fn a_tick_for_ever_does_not_overflow() {
    for period in [Duration::MAX, Duration::from_nanos(u64::MAX), Duration::from_nanos(u64::MAX / 2)] {
        let ticker = tick(period);
        assert_eq!(ticker.take(), None);
        assert!(ticker.take_at(u64::MAX).is_some());
        assert_eq!(ticker.take(), None);
    }
}

#[test]
fn one_process_gets_the_value_of_an_after_and_the_others_find_it_closed() {
    let once = after(Duration::ZERO);
    assert!(!once.is_closed());
    assert!(once.take().is_some());
    assert!(once.take().is_none() && once.is_closed());
    let count = Count::new();
    let mut wait = Box::pin(once.wait());
    assert!(
        poll(&count, |cx| wait.as_mut().poll_ready(cx)).is_ready(),
        "closed, so there is nothing to wait for"
    );
    let later = after(Duration::from_nanos(HOUR));
    assert!(later.take().is_none() && !later.is_closed());
    let mut wait = Box::pin(later.wait());
    assert!(poll(&count, |cx| wait.as_mut().poll_ready(cx)).is_pending());
}

#[test]
fn sources_are_received_from() {
    block_on(async {
        let once = after(Duration::from_millis(1));
        assert!(once.recv().await.is_ok_and(|due| due == once.deadline() && due <= Instant::now()));
        assert_eq!(once.recv().await, Err(RecvError));
        let ticker = tick(Duration::from_millis(1));
        let mut last = Instant::now();
        for _ in 0..5 {
            let due = ticker.recv().await.expect("a tick never closes");
            assert!(last < due && due <= Instant::now());
            last = due;
        }
    });
}

#[test]
fn each_tick_goes_to_one_of_those_who_wait() {
    let ticker = tick(Duration::from_micros(300));
    let got = Mutex::new(Vec::new());
    std::thread::scope(|scope| {
        for _ in 0..3 {
            scope.spawn(|| {
                for _ in 0..20 {
                    let due = block_on(ticker.recv()).expect("a tick never closes");
                    got.lock().unwrap().push(due);
                }
            });
        }
    });
    let mut got = got.into_inner().unwrap();
    got.sort_unstable();
    got.dedup();
    assert_eq!(got.len(), 60, "no tick was given twice");
}
