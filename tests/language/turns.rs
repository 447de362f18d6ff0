//! `select!` in a loop: its arms may be made before the loop, and nobody can tell.

use csp::prelude::*;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use crate::run;

#[process]
pub(crate) fn count(n: u64, out: Sender<u64>) {
    for k in 0..n {
        out.send(k)?;
    }
}

/// Producers, of so many values each.
fn producers<const N: usize>(n: u64, capacity: usize) -> [Receiver<u64>; N] {
    std::array::from_fn(|_| {
        let (tx, rx) = chan!(u64; capacity);
        go!(count(n, tx));
        rx
    })
}

struct Ports {
    first: Receiver<u64>,
    second: Receiver<u64>,
}

#[process]
pub(crate) fn merged(n: u64, capacity: usize) -> (u64, u64) {
    let [first, second, third] = producers(n, capacity);
    let ports = Ports { first, second };
    let (mut sum, mut turns) = (0, 0);
    'all: loop {
        turns += 1;
        let value = select! {
            v = <-ports.first if turns % 2 == 0 || turns > n => v,
            r = ports.second.recv() => match r {
                Ok(v) => v,
                Err(_) => continue 'all,
            },
            v = <-third => v,
        };
        sum += value;
        if sum == 3 * n * (n - 1) / 2 {
            break;
        }
    }
    (sum, turns)
}

#[test]
fn guards_fields_and_labels() {
    for capacity in [0, 4] {
        let (sum, turns) = run(merged(300, capacity));
        assert_eq!(sum, 3 * 300 * 299 / 2);
        assert!(turns >= 900);
    }
}

#[process]
pub(crate) fn of_six(n: u64, limit: u64) -> Option<(u64, u64, bool)> {
    let [a, b, c, d, e, f] = producers(n, 1);
    let (mut sum, mut late, mut open) = (0, 0, true);
    for _ in 0.. {
        let value = select! {
            v = <-a => v,
            v = <-b => v,
            r = c.recv() if open => match r {
                Ok(v) => v,
                Err(_) => {
                    open = false;
                    0
                }
            },
            v = <-d => v,
            v = e.recv()? if sum >= limit => {
                late += 1;
                v
            }
            v = <-f => v,
            closed => break,
        };
        sum += value;
    }
    Some((sum, late, open))
}

#[test]
fn many_arms() {
    // The fifth ends the process when its channel closes.
    assert_eq!(run(of_six(100, 1)), None);
    assert_eq!(run(of_six(100, u64::MAX)), Some((5 * 4950, 0, false)));
}

#[process]
pub(crate) fn named_by_a_body(n: u64) -> u64 {
    let [mut first, second, _third] = producers(n, 1);
    let mut spare = Some(second);
    let mut sum = 0;
    loop {
        select! {
            v = <-first => sum += v,
            closed => match spare.take() {
                Some(next) => first = next,
                None => break,
            }
        }
    }
    sum
}

#[test]
fn a_body_may_replace_what_the_select_waits_for() {
    assert_eq!(run(named_by_a_body(100)), 2 * 4950);
}

#[process]
pub(crate) fn in_a_loop_in_a_loop(n: u64) -> u64 {
    let mut sum = 0;
    for round in 0..n {
        let (tx, rx) = chan!(u64; 2);
        let (done, finished) = chan!(());
        go! {
            for v in 0..=round {
                tx <- v;
            }
            drop(done);
        };
        let mut open = true;
        while open {
            select! {
                biased;
                v = <-rx => sum += v,
                <-finished => open = false,
                closed => open = false,
            }
        }
    }
    sum
}

#[test]
fn a_loop_in_a_loop_has_arms_of_its_own() {
    assert_eq!(run(in_a_loop_in_a_loop(30)), (0..30u64).map(|r| r * (r + 1) / 2).sum::<u64>());
}

#[process]
pub(crate) fn with_time_and_a_process(values: Receiver<u64>) -> (u64, u64, u64) {
    let ticker = tick(Duration::from_millis(1));
    let end = after(Duration::from_secs(600));
    let other = go! {
        sleep(Duration::from_millis(5)).await;
        77u64
    };
    let (mut ticks, mut sum, mut ended) = (0, 0, 0);
    loop {
        select! {
            <-ticker => ticks += 1,
            v = <-values => sum += v,
            r = other.recv() if ended == 0 => ended = r.unwrap().unwrap(),
            <-end => break,
            closed => unreachable!("a sender is kept"),
        }
        if ticks >= 10 && sum == 4950 && ended > 0 {
            break;
        }
    }
    (ticks, sum, ended)
}

#[test]
fn timers_and_processes_are_asked_in_every_turn() {
    let (tx, rx) = chan!(u64);
    go!(count(100, tx.clone()));
    let (ticks, sum, ended) = run(with_time_and_a_process(rx));
    drop(tx);
    assert!(ticks >= 10);
    assert_eq!((sum, ended), (4950, 77));
}

#[process]
pub(crate) fn until_told(values: Receiver<u64>, quit: Receiver<()>, seen: Arc<AtomicU64>) {
    loop {
        select! {
            v = <-values => _ = seen.fetch_add(v, Ordering::Relaxed),
            <-quit => break,
        }
    }
}

#[test]
fn a_process_that_is_cancelled_in_its_loop_gives_back_what_it_was_handed() {
    for _ in 0..500 {
        let (tx, rx) = chan!(u64; 4);
        let (_quit, never) = chan!(());
        let seen = Arc::new(AtomicU64::new(0));
        let process = go!(until_told(rx.clone(), never, seen.clone()));
        tx.send_blocking(1).unwrap();
        process.cancel();
        tx.send_blocking(2).unwrap();
        assert!(process.join().unwrap_err().is_cancelled());
        drop(tx);
        let left: u64 = rx.iter().sum();
        assert_eq!(seen.load(Ordering::Relaxed) + left, 3);
    }
}
