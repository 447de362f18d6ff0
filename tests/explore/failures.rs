//! Each way to fail, and what is said of it.

use csp::explore::{Explore, Failure, FailureKind};
use csp::prelude::*;

fn failure<P>(body: impl FnMut() -> P) -> Failure
where
    P: IntoFuture<Output = ()>,
    P::IntoFuture: Send + 'static,
{
    Explore::new().run(body).expect_err("it fails")
}

const LINE: u32 = line!() + 1;
#[process]
fn each_waits_for_the_other() {
    let (left, from_left) = chan!(u32);
    let (right, from_right) = chan!(u32);
    go! {
        let n = from_left.recv()?;
        right <- n;
    };
    left.send(from_right.recv()?)?;
}

#[test]
fn a_deadlock_names_everybody() {
    let failure = failure(each_waits_for_the_other);
    assert_eq!(failure.kind(), FailureKind::Deadlock);
    let text = failure.text();
    assert!(text.starts_with("nobody is ready, no timer is set, and the body still waits:"), "{text}");
    let lines: Vec<&str> = text.lines().skip(1).collect();
    assert_eq!(lines.len(), 2, "{text}");
    let first = LINE + 2;
    let place = |line| format!("tests/explore/failures.rs:{}:", first + line);
    assert!(lines[0].contains("the body") && lines[0].contains("to receive from channel 2"), "{text}");
    assert!(lines[0].contains(&place(6)) && lines[0].contains(&place(1)), "{text}");
    assert!(lines[1].contains("p1, started at") && lines[1].contains(&place(2)), "{text}");
    assert!(lines[1].contains("to receive from channel 1") && lines[1].contains(&place(0)), "{text}");
    assert_eq!(failure.switches(), 0, "the plainest schedule fails");
}

const SLEEPER: u32 = line!() + 1;
#[process]
fn a_sleeper_hides_nothing() {
    let (tx, rx) = chan!(());
    go! {
        loop {
            select! {
                <-after(Duration::from_secs(1)) => {}
                <-rx => return,
            }
        }
    };
    tx.send(())?;
    go! { std::future::pending::<()>().await };
}

#[test]
fn a_process_that_waits_for_ever_is_a_leak() {
    let failure = failure(a_sleeper_hides_nothing);
    assert_eq!(failure.kind(), FailureKind::Leak);
    assert!(
        failure.text().contains(&format!("p2, started at tests/explore/failures.rs:{}:5", SLEEPER + 12)),
        "{failure}"
    );
    assert!(failure.text().contains("waits for something that is none of csp's"), "{failure}");
    Explore::new().allow_leaks(true).run(a_sleeper_hides_nothing).expect("it may leak");
}

#[process]
fn one_ticks_for_ever() {
    go! {
        for _ in tick(Duration::from_secs(1)) {}
    };
}

#[test]
fn a_process_that_ticks_for_ever_is_a_leak() {
    let failure = Explore::new().schedules(2).run(one_ticks_for_ever).expect_err("it never ends");
    assert_eq!(failure.kind(), FailureKind::Leak);
}

#[csp::test(schedules = 3, leaks = allow)]
fn a_leak_that_is_allowed() {
    go! {
        for _ in tick(Duration::from_secs(1)) {}
    };
}

#[process]
fn two_pass_a_ball_for_ever() {
    let (ping, pings) = chan!(());
    let (pong, pongs) = chan!(());
    go! {
        for ball in pings {
            pong <- ball;
        }
    };
    loop {
        ping.send(())?;
        pongs.recv()?;
    }
}

#[process]
fn one_yields_for_ever() {
    loop {
        yield_now().await;
    }
}

#[test]
fn a_live_lock_is_told_by_its_steps() {
    let failure = Explore::new().steps(500).run(two_pass_a_ball_for_ever).expect_err("it never ends");
    assert_eq!(failure.kind(), FailureKind::LiveLock);
    assert!(failure.text().contains("has not ended after 500 steps"), "{failure}");
    let alone = Explore::new().steps(500).run(one_yields_for_ever);
    assert_eq!(alone.unwrap_err().kind(), FailureKind::LiveLock);
}

#[test]
fn a_panic_that_nobody_asks_for_fails_and_one_that_is_asked_for_does_not() {
    let unseen = failure(|| async {
        drop(csp::go!(async { panic!("out of paper") }));
    });
    assert_eq!(unseen.kind(), FailureKind::Panic);
    assert!(unseen.text().contains("out of paper (at tests/explore/failures.rs:"), "{unseen}");
    let seen = Explore::new().run(|| async {
        let printer = csp::go!(async { panic!("out of paper") });
        assert!(printer.await.unwrap_err().is_panic());
    });
    assert!(seen.is_ok());
}

#[test]
fn a_program_that_decides_by_what_csp_does_not_see_is_told_from_one_that_replays() {
    let mut runs = 0;
    let failure = failure(|| {
        runs += 1;
        let fails = runs == 1;
        async move { assert!(!fails, "only once") }
    });
    assert!(failure.replay().is_empty());
    assert!(failure.text().contains("it did not fail a second time"), "{failure}");

    let found = Explore::new().run(each_waits_for_the_other).unwrap_err();
    let other = Explore::new().replay(found.replay(), two_pass_a_ball_for_ever).unwrap_err();
    assert_eq!(other.kind(), FailureKind::Diverged);
    let broken = Explore::new().replay("nonsense", each_waits_for_the_other).unwrap_err();
    assert_eq!(broken.kind(), FailureKind::Diverged);
    assert!(broken.text().contains("`nonsense` is no schedule"), "{broken}");
}

#[test]
fn what_a_failed_schedule_leaves_is_dropped() {
    struct Counts(std::sync::Arc<std::sync::atomic::AtomicUsize>);
    impl Drop for Counts {
        fn drop(&mut self) {
            self.0.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
        }
    }
    let dropped = std::sync::Arc::new(std::sync::atomic::AtomicUsize::new(0));
    let mut made = 0;
    let failure = failure(|| {
        made += 1;
        let held = Counts(dropped.clone());
        async move {
            csp::go!(async move {
                let _held = held;
                std::future::pending::<()>().await;
            })
            .await
            .unwrap();
        }
    });
    assert_eq!(failure.kind(), FailureKind::Deadlock);
    assert!(failure.text().contains("waits for the end of p1"), "{failure}");
    assert_eq!(dropped.load(std::sync::atomic::Ordering::Relaxed), made);
}
