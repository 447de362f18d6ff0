//! Where others may come between, counted: all schedules of programs so small that they can be counted by hand.

use csp::explore::{Explore, Policy, Report};
use csp::prelude::*;

fn all<P>(body: impl FnMut() -> P) -> Report
where
    P: IntoFuture<Output = ()>,
    P::IntoFuture: Send + 'static,
{
    let report = Explore::new().policy(Policy::Dfs).schedules(100_000).run(body).unwrap();
    assert!(report.is_complete());
    report
}

/// `n` processes that each send `sends` values to a channel of their own; the body waits for all.
fn senders(n: usize, sends: usize) -> Report {
    all(move || async move {
        let handles: Vec<_> = (0..n)
            .map(|_| {
                csp::go!(async move {
                    let (tx, rx) = csp::unbounded();
                    for value in 0..sends {
                        tx.send(value).await.unwrap();
                    }
                    drop(rx);
                })
            })
            .collect();
        // It waits for the last one first, so that the others wake nobody.
        for handle in handles.into_iter().rev() {
            handle.await.unwrap();
        }
    })
}

#[test]
fn a_program_of_one_process_has_one_schedule() {
    assert_eq!(senders(1, 5).schedules(), 1);
}

#[test]
fn two_processes_are_interleaved_at_each_send() {
    // Each of them takes `sends + 1` steps; the second, whose end the body waits for, is followed by one of the body's, and the
    // body then waits for the first.
    let interleavings = |sends: u64| {
        // a steps of the first, b of the second, and once that is over one of the body's.
        fn count(a: u64, b: u64, body: u64) -> u64 {
            let mut ways = 0;
            ways += if a > 0 { count(a - 1, b, body) } else { 0 };
            ways += if b > 0 { count(a, b - 1, body) } else { 0 };
            ways += if b == 0 && body > 0 { count(a, b, body - 1) } else { 0 };
            if a + b + body == 0 { 1 } else { ways }
        }
        count(sends + 1, sends + 1, 1)
    };
    for sends in 0..4 {
        assert_eq!(senders(2, sends as usize).schedules(), interleavings(sends), "{sends} sends");
    }
}

#[test]
fn each_ready_arm_of_a_select_is_tried() {
    let report = all(|| async {
        let (a, from_a) = chan!(u32; 1);
        let (b, from_b) = chan!(u32; 1);
        a.try_send(1).unwrap();
        b.try_send(2).unwrap();
        let got = csp::go!(async move {
            csp::select! {
                n = <-from_a => n,
                n = <-from_b => n,
                closed => 0,
            }
        });
        let _ = got.await.unwrap();
    });
    assert_eq!(report.schedules(), 2);
}

#[test]
fn what_does_not_wait_is_no_point() {
    let report = all(|| async {
        let quick = csp::go!(async {
            let (tx, rx) = chan!(u32; 1);
            tx.try_send(1).unwrap();
            assert_eq!((rx.len(), rx.try_recv()), (1, Ok(1)));
        });
        let other = csp::go!(async {});
        quick.await.unwrap();
        other.await.unwrap();
    });
    // Whichever goes first; and if that was the first one, the body or the second.
    assert_eq!(report.schedules(), 3);
}

#[test]
fn a_process_that_yields_lets_others_run_under_every_policy() {
    for policy in [Policy::Random, Policy::Pct, Policy::Dfs, Policy::Mixed] {
        let explored = Explore::new().policy(policy).steps(1_000).schedules(50).run(|| async {
            let (tx, rx) = chan!(u32; 1);
            let spinner = csp::go!(async move {
                while rx.try_recv().is_err() {
                    yield_now().await;
                }
            });
            let other = csp::go!(async move { tx.send(1).await.unwrap() });
            spinner.await.unwrap();
            other.await.unwrap();
        });
        explored.unwrap();
    }
}

/// Three processes of two steps each, on channels of their own or on one.
fn triple(shared: bool, explore: Explore) -> Report {
    let report = explore.policy(Policy::Dfs).schedules(1_000_000).run(move || async move {
        let (tx, rx) = csp::unbounded::<u32>();
        let all: Vec<_> = (0..3)
            .map(|n| {
                let ends = if shared { (tx.clone(), rx.clone()) } else { csp::unbounded() };
                csp::go!(async move {
                    let (tx, _rx) = ends;
                    tx.send(n).await.unwrap();
                    tx.send(n).await.unwrap();
                })
            })
            .collect();
        for handle in all {
            handle.await.unwrap();
        }
    });
    let report = report.unwrap();
    assert!(report.is_complete());
    report
}

#[test]
fn reduction_leaves_out_what_only_exchanges_strangers() {
    let all = triple(false, Explore::new());
    let reduced = triple(false, Explore::new().reduced(true));
    // They meet nowhere but where the body asks for their ends.
    assert!(all.schedules() > 1_000, "{}", all.schedules());
    assert!(reduced.schedules() * 20 < all.schedules(), "{} of {}", reduced.schedules(), all.schedules());
    // Where all share one channel, each order of their sends is another program.
    let shared = triple(true, Explore::new().reduced(true));
    assert!(shared.schedules() >= 90, "{}", shared.schedules());
}

/// All ends that a small program can come to.
fn outcomes(reduced: bool) -> (std::collections::BTreeSet<String>, u64) {
    let (seen, all) = std::sync::mpsc::channel();
    let explore = Explore::new().policy(Policy::Dfs).schedules(1_000_000).reduced(reduced);
    let report = explore.run(move || {
        let seen = seen.clone();
        async move {
            let (a, from_a) = csp::bounded(1);
            let (b, from_b) = csp::bounded(1);
            let one = csp::go!(async move { a.send(1).await.is_ok() });
            let two = csp::go!(async move { b.send(2).await.is_ok() });
            let reader = csp::go!(async move {
                csp::select! {
                    n = <-from_a => n,
                    n = <-from_b => n,
                    closed => 0,
                }
            });
            let got = reader.await.unwrap();
            let sent = (one.await.unwrap(), two.await.unwrap());
            seen.send(format!("{got} {sent:?}")).unwrap();
        }
    });
    let report = report.unwrap();
    assert!(report.is_complete());
    (all.iter().collect(), report.schedules())
}

#[test]
fn reduction_misses_no_outcome() {
    let (reduced, few) = outcomes(true);
    let (all, many) = outcomes(false);
    assert!(all.len() > 3, "{all:?}");
    assert_eq!(reduced, all);
    assert!(few * 2 < many, "{few} of {many}");
}

#[test]
fn nobody_who_is_ready_is_passed_over_for_ever_under_any_policy() {
    use std::sync::Arc;
    use std::sync::atomic::{AtomicBool, Ordering};
    for policy in [Policy::Random, Policy::Pct, Policy::Dfs, Policy::Mixed] {
        let explored = Explore::new().policy(policy).steps(5_000).schedules(20).run(|| async {
            let stop = Arc::new(AtomicBool::new(false));
            let stopped = stop.clone();
            // It communicates without end, never waits, and never yields.
            let busy = csp::go!(async move {
                let (tx, rx) = chan!(u32; 1);
                while !stopped.load(Ordering::Relaxed) {
                    tx.send(1).await.unwrap();
                    rx.try_recv().unwrap();
                }
            });
            let other = csp::go!(async move { stop.store(true, Ordering::Relaxed) });
            busy.await.unwrap();
            other.await.unwrap();
        });
        explored.unwrap();
    }
}
