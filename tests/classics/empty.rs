//! Selects in which nothing can happen, now or ever.

use std::future::poll_fn;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::Poll;

use csp::prelude::*;

use crate::support::{explored, on};

#[test]
fn a_select_with_nothing_but_a_choice_takes_it() {
    on(1, || {
        go! {
            let closed = select! { closed => 1 };
            let default = select! { default => 2 };
            let both = select! { default => 3, closed => 4 };
            assert_eq!((closed, default, both), (1, 2, 4));
        }
    });
}

#[process]
fn disabled(rx: Receiver<u8>, tx: Sender<u8>) -> Option<Vec<&'static str>> {
    let mut ran = Vec::new();
    // Preconditions are evaluated each time, and a source behind a false one is never touched.
    for turn in 0..4 {
        select! {
            _n = <-rx if turn == 1 => ran.push("received"),
            tx <- 1 if turn == 2 => ran.push("sent"),
            <-rx if turn == 9 => ran.push("news"),
            std::future::ready(()).await if turn == 3 => ran.push("future"),
            closed => ran.push("closed"),
        }
    }
    Some(ran)
}

#[test]
fn preconditions_disable_arms() {
    let ran = on(2, || {
        go! {
            let (feed, rx) = chan!(u8; 1);
            let (tx, _sink) = chan!(u8; 1);
            feed <- 5;
            disabled(rx, tx).await
        }
    });
    assert_eq!(ran.unwrap(), ["closed", "received", "sent", "future"]);
}

#[test]
fn a_select_whose_arms_are_all_disabled_ends_the_process() {
    let went_on = Arc::new(AtomicUsize::new(0));
    let seen = went_on.clone();
    on(1, || {
        go! {
            let (_tx, rx) = chan!(u8);
            select! {
                _n = <-rx if false => {},
            }
            seen.fetch_add(1, Ordering::Relaxed);
        }
    });
    assert_eq!(went_on.load(Ordering::Relaxed), 0);
}

#[process]
fn wants_a_value(rx: Receiver<u8>) -> Option<u8> {
    loop {
        select! {
            n = <-rx => if n > 2 { return Some(n) },
        }
    }
}

#[process]
fn wants_a_value_or_says_why(rx: Receiver<u8>) -> Result<u8, Closed> {
    loop {
        select! {
            n = <-rx => if n > 2 { return Ok(n) },
        }
    }
}

#[test]
fn a_select_whose_arms_are_all_closed_ends_the_process_by_its_type() {
    on(1, || {
        go! {
            for (last, found) in [(2, false), (3, true)] {
                let (tx, rx) = chan!(u8; ..);
                let (again, second) = chan!(u8; ..);
                for n in 0..=last {
                    tx <- n;
                    again <- n;
                }
                drop((tx, again));
                assert_eq!(wants_a_value(rx).await, found.then_some(3));
                assert_eq!(wants_a_value_or_says_why(second).await.ok(), found.then_some(3));
            }
        }
    });
}

#[test]
fn the_last_arm_to_close_lets_the_select_go() {
    on(2, || {
        go! {
            let (a, from_a) = chan!(u8);
            let (b, from_b) = chan!(u8);
            go! { a <- 1; };
            go! { b <- 2; b <- 3; };
            let mut sum = 0;
            loop {
                select! {
                    n = <-from_a => sum += n,
                    n = <-from_b => sum += n,
                    closed => break,
                }
            }
            assert_eq!(sum, 6);
        }
    });
}

/// A select that waits is not polled by itself: a future arm that counts its polls is asked when the select starts, and when
/// something happens to the select, not a thousand times.
#[test]
fn a_select_that_cannot_go_on_sleeps() {
    let polls = Arc::new(AtomicUsize::new(0));
    let counted = polls.clone();
    on(2, || {
        go! {
            let (_quiet, never) = chan!(u8);
            let (stop, stopped) = chan!(());
            let (work, done) = chan!(u32);
            let counter = go! {
                let count = poll_fn(|_| -> Poll<()> {
                    counted.fetch_add(1, Ordering::Relaxed);
                    Poll::Pending
                });
                select! {
                    _n = <-never => unreachable!(),
                    <-stopped => {},
                    _u = count.await => unreachable!(),
                }
            };
            go! {
                for n in 0..1_000 {
                    work <- n;
                }
            };
            for n in done {
                if n % 100 == 0 {
                    sleep(Duration::from_millis(1)).await;
                }
            }
            drop(stop);
            counter.await.unwrap();
        }
    });
    let polls = polls.load(Ordering::Relaxed);
    assert!((1..=4).contains(&polls), "{polls} polls");
}

#[test]
fn a_select_with_default_sees_what_is_ready_now() {
    on(1, || {
        go! {
            let (tx, rx) = chan!(u8; 1);
            let mut seen = Vec::new();
            for turn in 0..4u8 {
                if turn % 2 == 1 {
                    assert_eq!(tx.try_send(turn), Ok(()));
                }
                select! {
                    n = <-rx => seen.push(n),
                    default => seen.push(0),
                }
            }
            assert_eq!(seen, [0, 1, 0, 3]);
        }
    });
}

/// A rendezvous with a waiting peer is ready for a select with `default`, from either side.
#[test]
fn a_select_with_default_meets_a_waiting_peer() {
    on(1, || {
        go! {
            let (tx, rx) = chan!(u8);
            let (back, answers) = chan!(u8);
            let peer = go! {
                tx <- 1;
                answers.recv().ok()
            };
            let mut sum = 0;
            while sum == 0 {
                select! {
                    n = <-rx => sum += n,
                    default => csp::yield_now().await,
                }
            }
            let mut sent = false;
            while !sent {
                select! {
                    back <- 41 => sent = true,
                    default => csp::yield_now().await,
                }
            }
            assert_eq!(peer.await.unwrap(), Some(42 - sum));
        }
    });
}

explored! {
    a_select_with_nothing_but_a_choice_takes_it,
    preconditions_disable_arms,
    a_select_whose_arms_are_all_disabled_ends_the_process,
    a_select_whose_arms_are_all_closed_ends_the_process_by_its_type,
    the_last_arm_to_close_lets_the_select_go,
    a_select_that_cannot_go_on_sleeps,
    a_select_with_default_sees_what_is_ready_now,
    a_select_with_default_meets_a_waiting_peer,
}
