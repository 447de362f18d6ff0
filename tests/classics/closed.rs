//! Operations on closed channels: every form, alone, as the arm of a select, as an arm of a larger one.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use csp::prelude::*;

use crate::support::{CAPACITIES, channel, explored, on, until};

/// Why a channel is closed, seen from the end that is left.
#[derive(Clone, Copy, Debug)]
enum Why {
    /// This end, or its peer, said so.
    Said,
    /// The other side has gone.
    Gone,
}

const WHYS: [Why; 2] = [Why::Said, Why::Gone];

/// A closed channel's receiving end, with the values 0, 1, .. that were accepted before.
fn closed_receiver(capacity: Option<usize>, why: Why) -> (Receiver<usize>, usize) {
    let (tx, rx) = channel(capacity);
    let held = (0..5).take_while(|&n| tx.try_send(n).is_ok()).count();
    assert_eq!(held, capacity.unwrap_or(5).min(5));
    match why {
        Why::Said => tx.close(),
        Why::Gone => drop(tx),
    }
    (rx, held)
}

/// A closed channel's sending end.
fn closed_sender(capacity: Option<usize>, why: Why) -> Sender<usize> {
    let (tx, rx) = channel(capacity);
    match why {
        Why::Said => rx.close(),
        Why::Gone => drop(rx),
    }
    tx
}

/// Runs a process once for each capacity and reason.
macro_rules! for_each_closed {
    ($make:ident => $process:ident) => {
        for capacity in CAPACITIES {
            for why in WHYS {
                on(2, || go!($process($make(capacity, why))));
            }
        }
    };
}

#[process]
fn receives_directly(closed: (Receiver<usize>, usize)) {
    let (rx, held) = closed;
    assert!(rx.is_closed());
    for n in 0..held {
        assert_eq!(rx.recv(), Ok(n), "what was accepted before is received");
    }
    assert_eq!(rx.recv(), Err(RecvError));
    assert_eq!(rx.recv(), Err(RecvError), "again and again");
    assert_eq!(rx.try_recv(), Err(TryRecvError::Closed));
    for n in &rx {
        panic!("{n} came from nowhere");
    }
    assert_eq!(rx.try_iter().count(), 0);
}

#[test]
fn direct_receives() {
    for_each_closed!(closed_receiver => receives_directly);
}

#[process]
fn iterates(closed: (Receiver<usize>, usize)) {
    let (rx, held) = closed;
    let mut next = 0;
    for n in rx {
        assert_eq!(n, next);
        next += 1;
    }
    assert_eq!(next, held);
}

#[test]
fn loops_end_after_what_was_accepted() {
    for_each_closed!(closed_receiver => iterates);
}

#[test]
fn blocking_receives_of_threads() {
    for capacity in CAPACITIES {
        for why in WHYS {
            let (rx, held) = closed_receiver(capacity, why);
            assert!(rx.iter().eq(0..held));
            assert_eq!(rx.recv_blocking(), Err(RecvError));
            let tx = closed_sender(capacity, why);
            assert_eq!(tx.send_blocking(1), Err(SendError(1)));
        }
    }
}

#[process]
fn receives_in_selects(closed: (Receiver<usize>, usize)) {
    let (rx, held) = closed;
    for expected in 0..held {
        select! {
            n = <-rx => assert_eq!(n, expected),
            closed => panic!("there was a value"),
        }
    }
    // Disabled: with a value wanted. The other choice runs.
    let mut ran = Vec::new();
    select! {
        n = <-rx => panic!("{n} came from nowhere"),
        closed => ran.push("closed"),
    }
    select! {
        n = <-rx => panic!("{n} came from nowhere"),
        default => ran.push("default"),
    }
    select! {
        n = <-rx => panic!("{n} came from nowhere"),
        closed => ran.push("closed"),
        default => ran.push("default"),
    }
    // Chosen: the close is the news, or the result says it.
    select! {
        <-rx => ran.push("news"),
    }
    select! {
        <-rx => ran.push("news"),
        closed => ran.push("closed"),
        default => ran.push("default"),
    }
    select! {
        r = rx.recv() => ran.push(if r == Err(RecvError) { "result" } else { "value" }),
        default => ran.push("default"),
    }
    assert_eq!(ran, ["closed", "default", "closed", "news", "news", "result"]);
}

#[test]
fn receives_in_a_select() {
    for_each_closed!(closed_receiver => receives_in_selects);
}

#[process]
fn receives_in_larger_selects(closed: (Receiver<usize>, usize)) {
    let (rx, held) = closed;
    let (_quiet, silent) = chan!(u8);
    let (full, _unread) = chan!(u8);
    let (ready, waiting) = chan!(u8; 1);
    for expected in 0..held {
        select! {
            <-silent => panic!("nobody sent"),
            full <- 1 => panic!("nobody receives"),
            n = <-rx => assert_eq!(n, expected),
            <-waiting if false => panic!("disabled"),
            <-after(Duration::MAX) => panic!("for ever is over"),
        }
    }
    let mut ran = Vec::new();
    select! {
        <-silent => ran.push("silent"),
        full <- 1 => ran.push("full"),
        n = <-rx => panic!("{n} came from nowhere"),
        n = <-rx => panic!("{n} came from nowhere"),
        closed => ran.push("closed"),
        default => ran.push("default"),
    }
    select! {
        <-silent => ran.push("silent"),
        full <- 1 => ran.push("full"),
        <-rx => ran.push("news"),
        <-after(Duration::MAX) => ran.push("after"),
    }
    select! {
        <-silent => ran.push("silent"),
        full <- 1 => ran.push("full"),
        r = rx.recv() => ran.push(if r == Err(RecvError) { "result" } else { "value" }),
        closed => ran.push("closed"),
    }
    // A closed arm does not keep an open one from being served.
    go! {
        ready <- 7;
    };
    select! {
        n = <-rx => panic!("{n} came from nowhere"),
        n = <-waiting => ran.push(if n == 7 { "seven" } else { "other" }),
        <-silent => ran.push("silent"),
    }
    assert_eq!(ran, ["default", "news", "result", "seven"]);
}

#[test]
fn receives_in_a_larger_select() {
    for_each_closed!(closed_receiver => receives_in_larger_selects);
}

#[process]
fn sends(tx: Sender<usize>) {
    assert!(tx.is_closed());
    assert_eq!(tx.send(1), Err(SendError(1)));
    assert_eq!(tx.send(2), Err(SendError(2)), "again and again");
    assert_eq!(tx.try_send(3), Err(TrySendError::Closed(3)));
    let mut ran = Vec::new();
    let never = || -> usize { panic!("the value of an arm that is not chosen is not evaluated") };
    select! {
        tx <- never() => ran.push("sent"),
        closed => ran.push("closed"),
    }
    select! {
        tx <- never() => ran.push("sent"),
        default => ran.push("default"),
    }
    select! {
        r = tx.send(4) => ran.push(if r == Err(SendError(4)) { "result" } else { "sent" }),
    }
    let (_quiet, silent) = chan!(u8);
    let (full, _unread) = chan!(u8);
    select! {
        tx <- never() => ran.push("sent"),
        <-silent => ran.push("silent"),
        full <- 1 => ran.push("full"),
        tx <- never() => ran.push("sent"),
        closed => ran.push("closed"),
        default => ran.push("default"),
    }
    select! {
        <-silent => ran.push("silent"),
        r = tx.send(5) => ran.push(if r == Err(SendError(5)) { "result" } else { "sent" }),
        full <- 1 => ran.push("full"),
    }
    assert_eq!(ran, ["closed", "default", "result", "default", "result"]);
}

#[test]
fn sends_alone_and_in_selects() {
    for_each_closed!(closed_sender => sends);
}

/// What a process says that was woken by a close.
#[process]
fn waits_to_receive(rx: Receiver<usize>, form: usize, quiet: Receiver<u8>) -> bool {
    match form {
        0 => rx.recv() == Err(RecvError),
        1 => {
            for _ in &rx {
                return false;
            }
            true
        }
        2 => select! {
            _n = <-rx => false,
            closed => true,
        },
        3 => select! {
            <-rx => true,
            <-quiet => false,
        },
        _ => select! {
            <-quiet => false,
            r = rx.recv() => r == Err(RecvError),
            <-after(Duration::MAX) => false,
        },
    }
}

#[process]
fn waits_to_send(tx: Sender<usize>, form: usize, quiet: Receiver<u8>) -> bool {
    match form {
        0 => tx.send(9) == Err(SendError(9)),
        1 => {
            // A process of its own, for an arrow that sends may end it; here the `closed` arm runs.
            let process = go! {
                select! {
                    tx <- 9 => None,
                    closed => Some(()),
                }
            };
            process.await.unwrap().is_some()
        }
        2 => select! {
            r = tx.send(9) => r == Err(SendError(9)),
            <-quiet => false,
        },
        _ => select! {
            <-quiet => false,
            r = tx.send(9) => r == Err(SendError(9)),
            r = tx.send(9) => r == Err(SendError(9)),
        },
    }
}

/// Counts who came as far as the operation; what is started next on the one worker finds them parked.
#[process]
fn close_wakes_all(why: Why, receivers: bool) {
    let (tx, rx) = chan!(usize);
    let (_silent, quiet) = chan!(u8);
    let started = Arc::new(AtomicUsize::new(0));
    let mut waiting = Vec::new();
    for form in 0..12 {
        let (tx, rx, quiet, started) = (tx.clone(), rx.clone(), quiet.clone(), started.clone());
        waiting.push(go! {
            started.fetch_add(1, Ordering::Relaxed);
            if receivers {
                drop(tx);
                waits_to_receive(rx, form % 5, quiet).await
            } else {
                drop(rx);
                waits_to_send(tx, form % 4, quiet).await
            }
        });
    }
    until(|| started.load(Ordering::Relaxed) == 12).await;
    match (why, receivers) {
        (Why::Said, true) => tx.close(),
        (Why::Said, false) => rx.close(),
        (Why::Gone, true) => drop(tx),
        (Why::Gone, false) => drop(rx),
    }
    for (n, process) in waiting.into_iter().enumerate() {
        assert!(process.await.unwrap(), "the process of number {n} heard of it");
    }
}

#[test]
fn a_close_wakes_all_who_wait() {
    for workers in [1, 4] {
        for why in WHYS {
            for receivers in [true, false] {
                on(workers, || go!(close_wakes_all(why, receivers)));
            }
        }
    }
}

#[test]
fn closing_twice_and_from_both_ends_is_no_error() {
    for capacity in CAPACITIES {
        let (tx, rx) = channel::<usize>(capacity);
        let held = (0..3).take_while(|&n| tx.try_send(n).is_ok()).count();
        tx.close();
        rx.close();
        tx.clone().close();
        assert!(tx.is_closed() && rx.is_closed());
        assert!(rx.iter().eq(0..held), "closing drops nothing that was accepted");
        drop(tx);
        rx.close();
        assert_eq!(rx.try_recv(), Err(TryRecvError::Closed));
    }
}

/// Values that are in the channel when its last receiver goes are dropped with it, once.
#[test]
fn what_nobody_can_receive_is_dropped_with_the_channel() {
    for capacity in [Some(1), Some(7), None] {
        let token = Arc::new(());
        let (tx, rx) = channel(capacity);
        let sent = (0..5).take_while(|_| tx.try_send(token.clone()).is_ok()).count();
        assert_eq!(Arc::strong_count(&token), 1 + sent);
        drop(rx);
        assert_eq!(Arc::strong_count(&token), 1, "the sender that is left keeps nothing alive");
        drop(tx);
    }
}

/// A set of sources is closed when all of them are: before a select begins, or while it waits.
#[process]
fn a_set_closes(early: bool) {
    let (tx, rx) = chan!(usize);
    let (tx2, rx2) = chan!(usize);
    let (_quiet, silent) = chan!(u8);
    let waits = |wait: Receiver<usize>, wait2: Receiver<usize>, silent: Receiver<u8>| {
        go! {
            let set = [wait, wait2];
            select! {
                r = any(&set).recv() => r == Err(RecvError),
                <-silent => false,
            }
        }
    };
    if early {
        drop((tx, tx2));
        assert!(waits(rx, rx2, silent).await.unwrap());
    } else {
        let process = waits(rx, rx2, silent);
        csp::yield_now().await;
        drop(tx);
        csp::yield_now().await;
        assert!(!process.is_finished(), "one of the two is open");
        drop(tx2);
        assert!(process.await.unwrap());
    }
}

#[test]
fn a_set_is_closed_when_all_of_it_is() {
    on(1, || go!(a_set_closes(true)));
    on(1, || go!(a_set_closes(false)));
}

explored! {
    direct_receives,
    loops_end_after_what_was_accepted,
    receives_in_a_select,
    receives_in_a_larger_select,
    sends_alone_and_in_selects,
    a_close_wakes_all_who_wait,
    a_set_is_closed_when_all_of_it_is,
}
