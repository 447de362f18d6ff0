//! Exploration: what it finds, that it finds it again, and that it costs no time.

mod escapes;
mod failures;
mod page;
mod points;
mod reduction;
mod time;
mod timers;
mod yields;

use csp::explore::{Explore, Failure, FailureKind, Policy};
use csp::prelude::*;

#[csp::test]
fn a_test_that_passes() {
    let (tx, rx) = chan!(u32);
    go! {
        for n in 0..3 {
            tx <- n;
        }
    };
    let mut sum = 0;
    for n in rx {
        sum += n;
    }
    assert_eq!(sum, 3);
}

#[csp::test(schedules = 1_000, policy = random)]
#[should_panic(expected = "left == right")]
fn a_test_that_relies_on_an_order() {
    let (tx, rx) = chan!(u32; 2);
    let tx2 = tx.clone();
    go! { tx <- 1; };
    go! { tx2 <- 2; };
    assert_eq!(rx.recv()?, 1);
}

#[csp::test]
#[should_panic(expected = "`rx.recv()` ended the test")]
fn a_body_that_needs_what_will_not_come() {
    let (tx, rx) = chan!(u32);
    go! { drop(tx); };
    rx.recv()?;
}

#[csp::test]
#[should_panic(expected = "the body returned an error: \"no\"")]
fn a_test_that_returns_an_error() -> Result<(), String> {
    Err("no".into())
}

/// The one value that two counters share is read and written in two steps.
#[process]
fn lost_update() {
    let (cell, cells) = chan!(u32; 1);
    cell.send(0)?;
    let mut counters = Vec::new();
    let shared = std::sync::Arc::new(std::sync::Mutex::new(0));
    let (ping, pong) = chan!((); ..);
    for _ in 0..2 {
        let (shared, ping) = (shared.clone(), ping.clone());
        counters.push(go! {
            let before = *shared.lock().unwrap();
            ping <- ();
            *shared.lock().unwrap() = before + 1;
        });
    }
    for counter in counters {
        counter.await.unwrap();
    }
    drop((cells, pong));
    assert_eq!(*shared.lock().unwrap(), 2, "an update is lost");
}

fn find(explore: Explore) -> Failure {
    explore.schedules(1_000).run(lost_update).expect_err("it is there to be found")
}

#[test]
fn every_policy_finds_a_lost_update_and_replays_it_each_time() {
    for policy in [Policy::Random, Policy::Pct, Policy::Dfs, Policy::Mixed] {
        let failure = find(Explore::new().policy(policy));
        assert_eq!(failure.kind(), FailureKind::Panic);
        assert!(failure.text().contains("an update is lost"), "{failure}");
        assert!(failure.text().contains("(at tests/explore/main.rs:"), "{failure}");
        assert_eq!(failure.switches(), 1, "{}", failure.trace());
        for _ in 0..100 {
            let again = Explore::new().replay(failure.replay(), lost_update).unwrap_err();
            assert_eq!((again.text(), again.trace()), (failure.text(), failure.trace()));
        }
    }
}

#[test]
fn the_same_seed_gives_the_same_trace() {
    let trace = |seed| {
        let explored = Explore::new().seed(seed).schedules(50).traced(true).run(|| async {
            let (tx, rx) = chan!(u32; 1);
            let all = (0..3).map(|n| {
                let (tx, _rx) = (tx.clone(), rx.clone());
                csp::go!(async move {
                    sleep(Duration::from_millis(n)).await;
                    let _ = tx.send(1).await;
                })
            });
            let all: Vec<_> = all.collect();
            for _ in 0..3 {
                rx.recv().await.unwrap();
            }
            drop(all);
        });
        explored.unwrap().trace().to_owned()
    };
    assert_eq!(trace(1), trace(1));
    assert_ne!(trace(1), trace(2));
    assert!(trace(1).contains("3000000ns") || trace(1).contains("2000000ns"), "{}", trace(1));
}
