//! Signals in the language: `for` goes over them, and they are an arm of `select!`.
#![cfg(unix)]

use csp::prelude::*;
use csp::signal::{Signal, Signals, signal};
use std::process::Command;

/// As somebody else would send it.
fn kill(name: &str) {
    let me = std::process::id().to_string();
    assert!(Command::new("kill").args([name, &me]).status().expect("there is a `kill`").success());
}

#[process]
fn count(signals: Signals, most: usize, seen: Sender<usize>) {
    let mut count = 0;
    for _ in signals {
        count += 1;
        seen.send(count)?;
        if count == most {
            break;
        }
    }
}

#[test]
fn for_goes_over_signals() {
    let test = go! {
        let (seen, sees) = chan!(usize);
        go!(count(signal(Signal::User1), 5, seen));
        for n in 1..=5 {
            blocking(|| kill("-USR1")).await;
            assert_eq!(sees.recv(), Ok(n));
        }
        assert!(sees.recv().is_err());
    };
    test.join().unwrap();
}

#[process]
fn until_told(ticks: Receiver<()>, stop: Signals) -> usize {
    let mut count = 0;
    loop {
        select! {
            _ = <-ticks => count += 1,
            <-stop => return count,
        }
    }
}

#[test]
fn a_signal_is_an_arm() {
    let test = go! {
        let (tick, ticks) = chan!(());
        let works = go!(until_told(ticks, signal(Signal::Terminate)));
        for _ in 0..3 {
            tick.send(()).unwrap();
        }
        blocking(|| kill("-TERM")).await;
        assert_eq!(works.await.unwrap(), 3);
    };
    test.join().unwrap();
}
