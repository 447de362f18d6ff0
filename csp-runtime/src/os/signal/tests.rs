//! Each test has a signal of its own, for they all reach the one process that the tests are.

use std::time::Duration;

use signal_hook::consts::{SIGHUP, SIGQUIT, SIGUSR1, SIGUSR2, SIGWINCH};
use signal_hook::low_level::raise;

use super::*;
use crate::rt::Builder;
use crate::{block_on, go, timeout};

fn is_silent(signals: &Signals) -> bool {
    block_on(async { timeout(Duration::from_millis(20), signals.recv()).await.is_err() })
}

#[test]
fn each_source_gets_each_signal() {
    let sources = [signal(Signal::User1), signal(Signal::User1), signal(Signal::User1)];
    for _ in 0..100 {
        raise(SIGUSR1).unwrap();
        for source in &sources {
            block_on(source.recv()).unwrap();
        }
    }
    assert!(sources.iter().all(is_silent));
}

#[test]
fn signals_that_nobody_waits_for_are_one() {
    let source = signal(Signal::User2);
    for _ in 0..100_000 {
        raise(SIGUSR2).unwrap();
    }
    block_on(source.recv()).unwrap();
    assert!(is_silent(&source));
    raise(SIGUSR2).unwrap();
    block_on(source.recv()).unwrap();
}

#[test]
fn a_wait_that_is_dropped_takes_nothing() {
    let source = signal(Signal::Hangup);
    let dropped = signal(Signal::Hangup);
    assert!(is_silent(&source));
    drop(dropped);
    raise(SIGHUP).unwrap();
    block_on(source.recv()).unwrap();
}

#[test]
fn it_wakes_a_process_that_sleeps_in_the_poller() {
    let waits = go(async {
        let source = signal(Signal::WindowChange);
        source.recv().await
    });
    while !waits.is_finished() {
        raise(SIGWINCH).unwrap();
        std::thread::sleep(Duration::from_millis(1));
    }
    waits.join().unwrap().unwrap();
}

#[test]
fn the_source_closes_with_its_runtime() {
    let runtime = Builder::new().workers(1).build().unwrap();
    let source = {
        let _entered = runtime.enter();
        signal(Signal::Quit)
    };
    raise(SIGQUIT).unwrap();
    block_on(source.recv()).unwrap();
    runtime.shutdown(Duration::from_secs(10)).unwrap();
    assert!(block_on(source.recv()).is_err());
    assert!(block_on(source.recv()).is_err());
}
