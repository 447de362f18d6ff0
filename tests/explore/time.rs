//! Time that obeys.

use csp::explore::{Explore, Policy};
use csp::prelude::*;
use csp::time::{advance, now, settled};

const YEAR: Duration = Duration::from_secs(365 * 24 * 60 * 60);

#[test]
fn a_year_takes_a_handful_of_steps() {
    let report = Explore::new().schedules(10).run(|| async {
        let start = now();
        sleep(YEAR).await;
        assert_eq!(now() - start, YEAR);
        assert_eq!(after(YEAR).recv().await.unwrap() - start, 2 * YEAR);
        assert!(timeout(YEAR, std::future::pending::<()>()).await.is_err());
        let ticks = tick(YEAR);
        for n in 1..=3 {
            assert_eq!(ticks.recv().await.unwrap() - start, (3 + n) * YEAR);
        }
    });
    let report = report.unwrap();
    assert!(report.steps() <= 10 * 30, "{}", report.steps());
}

#[csp::test(schedules = 300, timers = wait)]
fn deadlines_are_exact_and_in_order() {
    let (tx, rx) = chan!(u64; ..);
    let start = now();
    for n in [5, 3, 4, 1, 2] {
        let tx = tx.clone();
        go! {
            csp::sleep_until(start + Duration::from_nanos(n)).await;
            assert_eq!(now() - start, Duration::from_nanos(n));
            tx <- n;
        };
    }
    drop(tx);
    let mut got = Vec::new();
    for n in rx {
        got.push(n);
    }
    assert_eq!(got, [1, 2, 3, 4, 5]);
}

#[test]
fn who_of_two_with_one_deadline_is_first_is_a_choice() {
    let mut firsts = std::collections::HashSet::new();
    let (seen, first) = std::sync::mpsc::channel();
    let explored = Explore::new().policy(Policy::Dfs).schedules(10_000).run(|| {
        let seen = seen.clone();
        async move {
            let (tx, rx) = chan!(u32; 2);
            for n in 0..2 {
                let tx = tx.clone();
                drop(csp::go!(async move {
                    sleep(YEAR).await;
                    tx.send(n).await
                }));
            }
            seen.send(rx.recv().await.unwrap()).unwrap();
            rx.recv().await.unwrap();
        }
    });
    assert!(explored.unwrap().is_complete());
    drop(seen);
    firsts.extend(first);
    assert_eq!(firsts.len(), 2);
}

#[csp::test(timers = wait)]
fn the_clock_stands_still_while_anybody_is_ready() {
    let start = now();
    let worker = go! {
        for _ in 0..100 {
            yield_now().await;
        }
        now()
    };
    let raced = go! {
        select! {
            at = worker.await => at.unwrap(),
            at = <-after(Duration::from_nanos(1)) => at,
        }
    };
    assert_eq!(raced.await.unwrap(), start);
}

#[csp::test(schedules = 300)]
fn settled_means_that_all_others_wait() {
    let (tx, rx) = chan!(u32; ..);
    for n in 0..3 {
        let tx = tx.clone();
        go! {
            tx <- n;
            sleep(Duration::from_secs(1)).await;
            tx <- 10 + n;
        };
    }
    let start = now();
    settled().await;
    assert_eq!((rx.len(), now()), (3, start));
    advance(Duration::from_millis(999)).await;
    assert_eq!(rx.len(), 3);
    advance(Duration::from_millis(1)).await;
    assert_eq!((rx.len(), now() - start), (6, Duration::from_secs(1)));
}

#[test]
fn outside_of_a_test_they_say_what_to_do() {
    let outside = std::panic::catch_unwind(|| csp::block_on(async { settled().await }));
    let text = *outside.unwrap_err().downcast::<String>().unwrap();
    assert!(text.contains("use them in a `#[csp::test]` (at tests/explore/time.rs:"), "{text}");
    // The clock can be read anywhere.
    assert!(now() <= now());
}

#[test]
fn a_time_that_the_clock_does_not_have_is_no_deadlock() {
    for duration in [Duration::MAX, 300 * YEAR] {
        let failure = Explore::new()
            .run(move || async move {
                go! { sleep(YEAR).await };
                advance(duration).await;
            })
            .unwrap_err();
        let text = failure.to_string();
        assert!(text.contains("goes past the end of the clock"), "{text}");
        assert!(!text.contains("deadlock"), "{text}");
    }
    Explore::new()
        .run(|| async {
            advance(200 * YEAR).await;
            // Only an advance that is awaited asks the clock.
            drop(advance(Duration::MAX));
        })
        .unwrap();
}
