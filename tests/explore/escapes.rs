//! What no schedule decides is found out.

use std::process::Command;

use csp::explore::{Explore, FailureKind};
use csp::prelude::*;

#[test]
fn a_socket_is_refused_and_named() {
    let failure = Explore::new().run(|| async {
        assert!(csp::net::TcpListener::bind("127.0.0.1:0").await.is_err());
    });
    let failure = failure.unwrap_err();
    assert_eq!(failure.kind(), FailureKind::Escape);
    assert!(failure.text().contains("the body (p0)"), "{failure}");
    assert!(failure.text().contains("at tests/explore/escapes.rs:"), "{failure}");
}

#[test]
fn a_wake_from_another_thread_is_named() {
    let failure = Explore::new().run(|| async {
        let (tx, rx) = chan!(u32; 1);
        let woken = csp::go!(async move { rx.recv().await.unwrap() });
        csp::time::settled().await;
        // The thread is over before the body goes on, so that this is the same each time.
        std::thread::spawn(move || tx.try_send(1).unwrap()).join().unwrap();
        woken.await.unwrap();
    });
    let failure = failure.unwrap_err();
    assert_eq!(failure.kind(), FailureKind::Escape);
    assert!(
        failure.text().contains("another thread woke p1, started at tests/explore/escapes.rs:"),
        "{failure}"
    );
    assert!(failure.text().contains("waits at tests/explore/escapes.rs:"), "{failure}");
}

#[test]
fn blocking_is_a_step_of_its_own() {
    let explored = Explore::new().schedules(20).run(|| async {
        let n = blocking(|| {
            std::thread::sleep(Duration::from_millis(1));
            7
        });
        assert_eq!(n.await, 7);
    });
    explored.unwrap();
}

#[test]
fn a_wait_that_would_block_the_thread_panics_with_the_remedy() {
    let failure = Explore::new().run(|| async {
        let (_tx, rx) = chan!(u32);
        let _ = rx.recv_blocking();
    });
    let failure = failure.unwrap_err();
    assert_eq!(failure.kind(), FailureKind::Panic);
    assert!(failure.text().contains("write `.await` in its place"), "{failure}");
    assert!(failure.text().contains("(at tests/explore/escapes.rs:"), "{failure}");
    // What need not wait may be asked for.
    let explored = Explore::new().run(|| async {
        let over = csp::go!(async { 7 });
        csp::time::settled().await;
        assert_eq!(over.join().unwrap(), 7);
    });
    explored.unwrap();
}

#[test]
fn an_exploration_in_a_process_is_refused() {
    let handle = csp::go!(async { Explore::new().run(|| async {}).is_ok() });
    let error = handle.join().unwrap_err();
    assert!(error.message().unwrap().contains("a process cannot explore"), "{error}");
    let nested = Explore::new().run(|| async {
        let _ = Explore::new().run(|| async {});
    });
    assert!(nested.unwrap_err().text().contains("a process cannot explore"));
}

/// Runs one of the tests below, in a program of its own, and gives its status and what its user sees.
fn alone(test: &str, replay: Option<&str>) -> (Option<i32>, String) {
    let mut command = Command::new(std::env::current_exe().unwrap());
    command.args(["--exact", test, "--ignored", "--test-threads=1"]).env_remove("CSP_REPLAY");
    if let Some(replay) = replay {
        command.env("CSP_REPLAY", replay);
    }
    let output = command.output().unwrap();
    let said = [output.stdout, output.stderr].map(|bytes| String::from_utf8_lossy(&bytes).into_owned());
    (output.status.code(), said.concat())
}

#[csp::test]
#[ignore = "run by the test below"]
fn holds_a_lock_where_it_waits() {
    let lock = std::sync::Arc::new(std::sync::Mutex::new(()));
    let (tx, rx) = chan!(u32);
    let theirs = lock.clone();
    let other = go! {
        rx.recv()?;
        drop(theirs.lock());
    };
    tx.send(1)?;
    std::mem::forget(lock.lock().unwrap());
    other.await.unwrap();
}

#[test]
#[cfg(target_os = "linux")]
fn a_turn_that_blocks_its_thread_ends_the_program_with_a_word() {
    let (status, said) = alone("escapes::holds_a_lock_where_it_waits", None);
    assert_eq!(status, Some(101), "{said}");
    assert!(said.contains("csp: in `escapes::holds_a_lock_where_it_waits` p1, started at"), "{said}");
    assert!(said.contains("has blocked its thread for a second"), "{said}");
}

#[csp::test(schedules = 1_000)]
#[ignore = "run by the test below"]
fn fails_sometimes() {
    let (tx, rx) = chan!(u32; 2);
    for n in [1, 2] {
        let tx = tx.clone();
        go! { tx <- n; };
    }
    assert_eq!(rx.recv()?, 1);
}

#[csp::test]
#[ignore = "run by the test below"]
fn passes() {}

#[test]
fn the_schedule_that_a_test_prints_runs_it_again() {
    let (status, said) = alone("escapes::fails_sometimes", None);
    assert_eq!(status, Some(101), "{said}");
    let replay = said.split("CSP_REPLAY='").nth(1).unwrap().split('\'').next().unwrap();
    assert!(replay.starts_with("2/explore::escapes::fails_sometimes/"), "{said}");
    let (status, again) = alone("escapes::fails_sometimes", Some(replay));
    assert_eq!(status, Some(101), "{again}");
    assert!(again.contains("what happened, step by step") && again.contains(replay), "{again}");
    let (status, other) = alone("escapes::passes", Some(replay));
    assert_eq!(status, Some(0), "{other}");
    assert!(
        other.contains(
            "runs nothing, for `CSP_REPLAY` names a schedule of `explore::escapes::fails_sometimes`"
        )
    );
}

#[test]
fn the_number_of_workers_changes_nothing() {
    let said = ["1", "8"].map(|workers| {
        let mut command = Command::new(std::env::current_exe().unwrap());
        command.args(["--exact", "escapes::fails_sometimes", "--ignored", "--nocapture"]);
        let output = command.env("CSP_WORKERS", workers).env_remove("CSP_REPLAY").output().unwrap();
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        said.lines().filter(|line| line.contains("schedule")).map(str::to_owned).collect::<Vec<_>>()
    });
    assert!(!said[0].is_empty());
    assert_eq!(said[0], said[1]);
}
