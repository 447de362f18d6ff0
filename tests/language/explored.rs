//! Programs of the other modules under exploration: whatever the schedule, they give what they gave there.
//!
//! Not here are those of one process, which have one schedule; what waits in threads (`join`, `send_blocking`); and futures that
//! are polled by hand.

use csp::prelude::*;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use crate::choosing::{moves_source, nested, selects};
use crate::processes::{race, tree};
use crate::turns::{
    count, in_a_loop_in_a_loop, merged, named_by_a_body, of_six, until_told, with_time_and_a_process,
};
use crate::verbs::{produce, sum};

#[csp::test]
fn call_forms() {
    let (tx, rx) = chan!(u32; 4);
    let producer = go!(produce(tx, 10));
    assert_eq!(sum(rx).await, 45);
    producer.await.unwrap();
}

#[csp::test]
fn recursion() {
    assert_eq!(race(3).await, 10);
    let (tx, leaves) = chan!(u32);
    go!(tree(3, tx));
    assert_eq!(sum(leaves).await, 8);
}

#[csp::test]
fn selecting() {
    let (tx, jobs) = chan!(u32);
    let (stop, quit) = chan!(());
    let (out, results) = chan!(u32; 4);
    let selects = go!(selects(jobs, quit, out));
    go! {
        for n in 0..2 {
            tx <- n;
        }
        drop(stop);
    };
    let mut seen = Vec::new();
    for n in results {
        seen.push(n);
    }
    // A job that was taken last may still be there when it is told to quit.
    assert!([[0, 1, 3].as_slice(), &[0, 3]].contains(&&seen[..]), "{seen:?}");
    assert!(selects.await.unwrap().unwrap().starts_with(&["job 0".to_owned(), "sent".to_owned()]));
}

#[csp::test]
fn a_body_moves_the_source_of_its_select() {
    let (tx, rx) = chan!(u32);
    go! { tx <- 4; };
    assert_eq!(moves_source(rx).await, Some(4));
}

#[csp::test]
fn nesting() {
    let (tx, rx) = chan!(u32);
    go! {
        for n in 1..=5 {
            tx <- n;
        }
    };
    let (out, first) = chan!(Option<u32>);
    let nested = go!(nested(rx, out));
    assert_eq!(first.recv(), Ok(Some(1)));
    assert_eq!(nested.await.unwrap().unwrap(), "3 Ok(4) [Some(5), Some(5)] true");
}

#[csp::test]
fn guards_fields_and_labels() {
    for capacity in [0, 2] {
        let (sum, turns) = merged(6, capacity).await;
        assert_eq!(sum, 3 * 15);
        assert!(turns >= 18);
    }
}

#[csp::test]
fn many_arms() {
    // The fifth ends the process when its channel closes.
    assert_eq!(of_six(4, 1).await, None);
    assert_eq!(of_six(4, u64::MAX).await, Some((5 * 6, 0, false)));
}

#[csp::test]
fn a_body_may_replace_what_the_select_waits_for() {
    assert_eq!(named_by_a_body(8).await, 2 * 28);
}

#[csp::test]
fn a_loop_in_a_loop_has_arms_of_its_own() {
    assert_eq!(in_a_loop_in_a_loop(5).await, 1 + 3 + 6 + 10);
}

#[csp::test]
fn timers_and_processes_are_asked_in_every_turn() {
    let (tx, rx) = chan!(u64);
    go!(count(100, tx.clone()));
    let (ticks, sum, ended) = with_time_and_a_process(rx).await;
    drop(tx);
    assert!(ticks >= 10);
    assert_eq!((sum, ended), (4950, 77));
}

#[csp::test(schedules = 1000)]
fn a_process_that_is_cancelled_in_its_loop_gives_back_what_it_was_handed() {
    let (tx, rx) = chan!(u64; 4);
    let (_quit, never) = chan!(());
    let seen = Arc::new(AtomicU64::new(0));
    let process = go!(until_told(rx.clone(), never, seen.clone()));
    tx.send(1)?;
    process.cancel();
    tx.send(2)?;
    assert!(process.await.unwrap_err().is_cancelled());
    drop(tx);
    let mut left = 0;
    while let Ok(n) = rx.try_recv() {
        left += n;
    }
    assert_eq!(seen.load(Ordering::Relaxed) + left, 3);
}
