//! What a select chooses.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use csp::prelude::*;

use crate::support::{assert_fair, explored, on};

/// So many that a tenth is far beyond chance.
const ROUNDS: usize = 100_000;

/// A channel that always has something to receive, for so many rounds.
fn full(rounds: usize) -> Receiver<usize> {
    let (tx, rx) = chan!(usize; ..);
    for n in 0..rounds {
        tx.try_send(n).unwrap();
    }
    rx
}

#[process]
fn four_receives(rounds: usize) -> [usize; 4] {
    let (a, b, c, d) = (full(rounds), full(rounds), full(rounds), full(rounds));
    let mut counts = [0; 4];
    for _ in 0..rounds {
        select! {
            <-a => counts[0] += 1,
            _n = <-b => counts[1] += 1,
            r = c.recv() => counts[2] += r.map_or(0, |_| 1),
            _n = <-d => counts[3] += 1,
        }
    }
    counts
}

#[process]
fn mixed_arms(rounds: usize) -> Option<[usize; 4]> {
    let (a, b) = (full(rounds), full(rounds));
    let (sink, _kept) = chan!(usize; ..);
    let mut counts = [0; 4];
    for n in 0..rounds {
        select! {
            _n = <-a => counts[0] += 1,
            sink <- n => counts[1] += 1,
            _u = std::future::ready(()).await => counts[2] += 1,
            _n = <-b => counts[3] += 1,
        }
    }
    Some(counts)
}

#[process]
fn rendezvous_arms(rounds: usize) -> Option<[usize; 3]> {
    let mut counts = [0; 3];
    let mut sources = Vec::new();
    for _ in 0..3 {
        let (tx, rx) = chan!(());
        go! {
            loop {
                tx <- ();
            }
        };
        sources.push(rx);
    }
    let (a, b, c) = (&sources[0], &sources[1], &sources[2]);
    for _ in 0..rounds {
        // All three senders wait again before the next choice.
        for _ in 0..4 {
            csp::yield_now().await;
        }
        select! {
            _u = <-a => counts[0] += 1,
            _u = <-b => counts[1] += 1,
            _u = <-c => counts[2] += 1,
        }
    }
    Some(counts)
}

#[test]
fn the_choice_among_ready_arms_is_fair() {
    assert_fair(&on(1, || go!(four_receives(ROUNDS))));
    assert_fair(&on(2, || go!(mixed_arms(ROUNDS))).unwrap());
    assert_fair(&on(1, || go!(rendezvous_arms(ROUNDS))).unwrap());
}

#[process]
fn twice_the_same_source(rounds: usize) -> Option<[usize; 3]> {
    let (a, b) = (full(rounds), full(rounds));
    let mut counts = [0; 3];
    for _ in 0..rounds {
        select! {
            _n = <-a => counts[0] += 1,
            _n = <-a => counts[1] += 1,
            _n = <-b => counts[2] += 1,
        }
    }
    Some(counts)
}

#[process]
fn twice_the_same_sink(rounds: usize) -> Option<[usize; 3]> {
    let (tx, rx) = chan!(u8);
    let consumer = go! {
        let mut sum = [0; 3];
        for n in rx {
            sum[usize::from(n)] += 1;
        }
        sum
    };
    for _ in 0..rounds {
        select! {
            tx <- 0 => {},
            tx <- 1 => {},
            tx <- 2 => {},
        }
    }
    drop(tx);
    consumer.await.ok()
}

/// One channel in several arms: legal, fair, and no arm waits for another's lock.
#[test]
fn one_channel_may_stand_in_several_arms() {
    assert_fair(&on(1, || go!(twice_the_same_source(ROUNDS))).unwrap());
    assert_fair(&on(2, || go!(twice_the_same_sink(ROUNDS))).unwrap());
}

/// The same while waiting: the receiver comes first, and enlists twice.
#[test]
fn one_channel_in_several_arms_is_waited_for() {
    let n = ROUNDS;
    let sum = on(2, move || {
        go! {
            let (tx, rx) = chan!(usize);
            go! {
                for i in 0..n {
                    tx <- i;
                }
            };
            let (mut sum, mut counts) = (0, [0; 2]);
            for _ in 0..n {
                select! {
                    i = <-rx => { sum += i; counts[0] += 1; },
                    i = <-rx => { sum += i; counts[1] += 1; },
                }
            }
            assert_eq!(counts[0] + counts[1], n);
            Some(sum)
        }
    });
    assert_eq!(sum, Some(n * (n - 1) / 2));
}

#[test]
fn biased_takes_the_first_that_is_ready() {
    on(2, || {
        go! {
            let (urgent, patient) = (full(100), full(100));
            let mut order = Vec::new();
            loop {
                select! {
                    biased;
                    _n = <-urgent => order.push('u'),
                    _n = <-patient => order.push('p'),
                    closed => break,
                }
            }
            let first_p = order.iter().position(|&c| c == 'p');
            assert_eq!((order.len(), first_p), (200, Some(100)));
        }
    });
}

/// Sources and sinks are evaluated once, in the order written, each after its precondition and only if that holds; the value only of
/// the arm that was chosen.
#[test]
fn what_is_evaluated_when() {
    on(1, || {
        go! {
            let log = Arc::new(std::sync::Mutex::new(Vec::new()));
            let note = |what: &'static str| log.lock().unwrap().push(what);
            let noted = |what, sink: &Sender<u8>| { note(what); sink.clone() };
            let (tx, _kept) = chan!(u8; 1);
            let (full, _kept_too) = chan!(u8);
            let (_quiet, rx) = chan!(u8);
            select! {
                _n = <-{ note("source"); &rx } if { note("precondition"); true } => unreachable!(),
                _n = <-{ note("never"); &rx } if { note("off"); false } => unreachable!(),
                noted("full sink", &full) <- { note("full value"); 1 } => unreachable!(),
                noted("sink", &tx) <- { note("value"); 2 } => note("body"),
            }
            assert_eq!(*log.lock().unwrap(), ["precondition", "source", "off", "full sink", "sink", "value", "body"]);
        }
    });
}

/// What a losing send arm would have sent is not moved.
#[test]
fn nothing_is_moved_by_an_arm_that_loses() {
    on(1, || {
        go! {
            let (busy, _unread) = chan!(String);
            let (free, got) = chan!(String; ..);
            let mut kept = Vec::new();
            for n in 0..100 {
                let mut message = Some(format!("message {n}"));
                select! {
                    busy <- message.take().unwrap() => unreachable!(),
                    <-after(Duration::ZERO) if n % 2 == 0 => kept.push(message.take().unwrap()),
                    free <- message.take().unwrap() if n % 2 == 1 => {},
                }
                assert_eq!(message, None);
            }
            drop(free);
            assert_eq!((kept.len(), got.try_iter().count()), (50, 50));
        }
    });
}

/// The arms are gone when the body runs: it may move, replace and drop what they named.
#[test]
fn the_body_may_replace_its_source() {
    on(2, || {
        go! {
            let (mut tx, mut rx) = chan!(usize; 1);
            tx <- 0;
            let mut sum = 0;
            for n in 1..100 {
                select! {
                    value = <-rx => {
                        sum += value;
                        drop(rx);
                        (tx, rx) = chan!(usize; 1);
                        tx <- n;
                    },
                    <-after(Duration::MAX) => unreachable!(),
                }
            }
            assert_eq!(sum, 98 * 99 / 2);
        }
    });
}

#[test]
fn a_select_is_an_expression_and_its_arms_are_loops_business() {
    on(1, || {
        go! {
            let rx = full(10);
            let mut seen = 0;
            let value = 'outer: loop {
                let n = select! {
                    n = <-rx => if n == 3 { continue } else if n == 6 { break 'outer n * 7 } else { n },
                    closed => unreachable!(),
                };
                seen += n;
            };
            assert_eq!((value, seen), (42, 1 + 2 + 4 + 5));
        }
    });
}

/// A future that loses is dropped with the select.
#[test]
fn a_losing_future_is_dropped() {
    struct Counted(Arc<AtomicUsize>);
    impl Drop for Counted {
        fn drop(&mut self) {
            self.0.fetch_add(1, Ordering::Relaxed);
        }
    }
    let dropped = Arc::new(AtomicUsize::new(0));
    let counter = dropped.clone();
    on(1, || {
        go! {
            let rx = full(10);
            for n in 1..=10 {
                let token = Counted(counter.clone());
                let waits = async move {
                    let _token = token;
                    std::future::pending::<()>().await
                };
                select! {
                    _u = waits.await => unreachable!(),
                    _n = <-rx => assert_eq!(counter.load(Ordering::Relaxed), n, "gone before the body runs"),
                }
            }
        }
    });
    assert_eq!(dropped.load(Ordering::Relaxed), 10);
}

#[test]
fn any_chooses_among_a_set() {
    let n = ROUNDS;
    let counts = on(2, move || {
        go! {
            let sources: Vec<_> = (0..5).map(|_| full(n)).collect();
            let mut counts = vec![0; 5];
            for _ in 0..n {
                select! {
                    got = <-any(&sources) => counts[got.0] += 1,
                    closed => unreachable!(),
                }
            }
            counts
        }
    });
    assert_fair(&counts);
}

explored! {
    biased_takes_the_first_that_is_ready,
    what_is_evaluated_when,
    nothing_is_moved_by_an_arm_that_loses,
    the_body_may_replace_its_source,
    a_select_is_an_expression_and_its_arms_are_loops_business,
    a_losing_future_is_dropped,
}
