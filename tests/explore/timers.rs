//! Timers that compete with what is ready.

use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex};

use csp::explore::{Explore, FailureKind, Policy};
use csp::prelude::*;
use csp::time::now;

const POLICIES: [Policy; 4] = [Policy::Random, Policy::Pct, Policy::Dfs, Policy::Mixed];

/// A sleeper writes between two reads.
async fn race(limit: Duration) {
    let (x, (tx, rx)) = (Arc::new(AtomicU32::new(0)), chan!((); 2));
    let theirs = x.clone();
    let sleeper = csp::go!(async move {
        sleep(limit).await;
        theirs.store(1, Ordering::Relaxed);
    });
    tx.send(()).await.unwrap();
    let before = x.load(Ordering::Relaxed);
    tx.send(()).await.unwrap();
    let after = x.load(Ordering::Relaxed);
    sleeper.await.unwrap();
    drop(rx);
    assert_eq!(before, after, "it changed");
}

fn soon() -> impl Future<Output = ()> {
    race(Duration::from_nanos(1))
}

const YEAR: Duration = Duration::from_secs(365 * 24 * 60 * 60);

#[test]
fn with_the_option_every_policy_finds_what_a_timer_does_to_others() {
    for policy in POLICIES {
        for limit in [Duration::from_nanos(1), YEAR] {
            let explore = Explore::new().policy(policy).timers_compete(true).schedules(1_000);
            let failure = explore.run(move || race(limit)).expect_err("it is there to be found");
            assert_eq!(failure.kind(), FailureKind::Panic, "{failure}");
            assert!(failure.replay().starts_with("2t/"), "{failure:?}");
            assert!(failure.trace().contains("the clock goes on"), "{}", failure.trace());
            assert!(failure.switches() <= 6, "{}", failure.trace());
            // The text says that timers compete.
            let again = Explore::new().replay(failure.replay(), move || race(limit)).unwrap_err();
            assert_eq!((again.text(), again.trace()), (failure.text(), failure.trace()));
        }
    }
}

#[test]
fn without_it_no_policy_but_the_mixed_one_does() {
    for policy in [Policy::Random, Policy::Pct, Policy::Dfs] {
        let report = Explore::new().policy(policy).schedules(1_000).run(soon).unwrap();
        assert_eq!(report.is_complete(), policy == Policy::Dfs);
    }
    let failure = Explore::new().schedules(200).run(soon).unwrap_err();
    assert!(failure.replay().starts_with("2s/"), "{failure:?}");
    let again = Explore::new().replay(failure.replay(), soon).unwrap_err();
    assert_eq!((again.text(), again.trace()), (failure.text(), failure.trace()));
    // There a step takes no year.
    Explore::new().schedules(1_000).run(|| race(YEAR)).unwrap();
    // And none takes any time if that is said.
    Explore::new().timers_compete(false).schedules(1_000).run(soon).unwrap();
}

#[csp::test(timers = compete, schedules = 1_000)]
#[should_panic(expected = "it changed")]
fn a_test_may_ask_for_it() {
    soon().await;
}

#[csp::test(timers = wait, schedules = 1_000)]
fn or_refuse_it() {
    soon().await;
}

/// A test that says itself when time passes is not surprised by a clock that goes on.
#[csp::test(schedules = 1_000)]
fn where_a_test_advances_the_clock_nothing_else_does() {
    let (tx, rx) = chan!(u32; ..);
    let start = now();
    for n in 1..=3 {
        let tx = tx.clone();
        go! {
            sleep(Duration::from_nanos(n)).await;
            tx <- n as u32;
        };
    }
    for n in 1..=3 {
        csp::time::advance(Duration::from_nanos(1)).await;
        assert_eq!((rx.recv()?, now() - start), (n, Duration::from_nanos(n.into())));
    }
}

/// Depth first is complete with the timers only if they are asked for.
#[test]
fn depth_first_walks_over_all_orders_of_the_clock() {
    let count = |compete| {
        let explore = Explore::new().policy(Policy::Dfs).timers_compete(compete).schedules(10_000);
        let report = explore.run(|| async {
            let sleeper = csp::go!(async {
                sleep(YEAR).await;
            });
            for _ in 0..2 {
                yield_now().await;
            }
            sleeper.await.unwrap();
        });
        let report = report.unwrap();
        assert!(report.is_complete());
        report.schedules()
    };
    assert!(count(false) < count(true), "{} and {}", count(false), count(true));
}

#[test]
fn the_clock_never_goes_back_and_no_deadline_comes_early() {
    for policy in POLICIES {
        let explore = Explore::new().policy(policy).timers_compete(true).schedules(300);
        let explored = explore.run(|| async {
            let start = now();
            let seen = Arc::new(Mutex::new(Vec::new()));
            let sleepers = [3, 1, 2].map(|n| {
                let seen = seen.clone();
                csp::go!(async move {
                    for n in [n, n + 3] {
                        csp::sleep_until(start + n * YEAR).await;
                        assert!(now() - start >= n * YEAR);
                        seen.lock().unwrap().push(now());
                    }
                })
            });
            for sleeper in sleepers {
                sleeper.await.unwrap();
            }
            let seen = seen.lock().unwrap();
            assert_eq!((seen.len(), seen.is_sorted()), (6, true), "{seen:?}");
            assert!(seen[5] - start <= 6 * YEAR, "the clock stops at each deadline");
        });
        explored.unwrap();
    }
}

#[test]
fn a_ticker_does_not_keep_others_from_running() {
    for policy in POLICIES {
        let explore = Explore::new().policy(policy).timers_compete(true).steps(2_000).schedules(300);
        let explored = explore.run(|| async {
            let (stop, stopped) = chan!(());
            let ticker = csp::go!(async move {
                let ticks = tick(Duration::from_secs(1));
                loop {
                    csp::select! {
                        <-ticks => {}
                        <-stopped => return,
                    }
                }
            });
            for _ in 0..3 {
                yield_now().await;
            }
            drop(stop);
            ticker.await.unwrap();
        });
        if let Err(failure) = explored {
            panic!("{policy:?}: {failure}");
        }
    }
}

#[test]
fn what_waits_until_all_others_wait_comes_before_a_timer() {
    let explored = Explore::new().timers_compete(true).schedules(1_000).run(|| async {
        let (tx, rx) = chan!(u32; ..);
        let start = now();
        let other = csp::go!(async move {
            let begin = now();
            for n in 0..3 {
                tx.send(n).await.unwrap();
            }
            sleep(YEAR).await;
            begin
        });
        csp::time::settled().await;
        assert_eq!((rx.len(), now()), (3, start));
        other.await.unwrap();
    });
    explored.unwrap();
}

#[test]
fn a_schedule_of_another_version_is_refused_by_name() {
    let failure = Explore::new().replay("1/t/0/", soon).unwrap_err();
    assert_eq!(failure.kind(), FailureKind::Diverged);
    assert!(failure.text().contains("version `1`, and this csp reads version 2"), "{failure}");
}
