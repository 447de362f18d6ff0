//! One select over the same arms, turn after turn.

use std::pin::{Pin, pin};
use std::task::{Context, Poll, Waker};
use std::thread;

use crate::select::{Arm, Chosen, Kept, OnClose, Run, future_arm, keep, recv_arm, result, run, value};
use crate::{Receiver, any, block_on, bounded};

type ArmOf<'a> = <Receiver<u32> as crate::select::Source>::Arm<'a>;

/// Runs `body` with a select over `receivers`.
fn turns<'r, R>(
    receivers: &'r [Receiver<u32>],
    biased: bool,
    default: bool,
    body: impl for<'b> FnOnce(Pin<&mut Run<'_, 'b>>, &[Kept<'b, ArmOf<'r>>]) -> R,
) -> R {
    let mut arms: Vec<_> =
        receivers.iter().map(|rx| Box::pin(recv_arm(rx, true, OnClose::Disable))).collect();
    let (kept, mut arms): (Vec<_>, Vec<_>) = arms.iter_mut().map(|arm| keep(arm.as_mut())).unzip();
    let select = pin!(run(&mut arms, biased, default));
    body(select, &kept)
}

/// The next choice, with its value.
fn next<'b>(mut select: Pin<&mut Run<'_, 'b>>, kept: &[Kept<'b, ArmOf<'_>>]) -> Option<(usize, u32)> {
    match block_on(select.as_mut()) {
        Chosen::Arm(arm) => Some((arm, value(select, arm, &kept[arm]))),
        _ => None,
    }
}

#[test]
fn all_values_of_all_arms_come_once_and_in_order() {
    for (capacity, arms, messages) in
        [(0, 2usize, 2000), (1, 3, 2000), (5, 8, 500), (0, 64, 60), (1, 200, 20)]
    {
        let (senders, receivers): (Vec<_>, Vec<_>) = (0..arms).map(|_| bounded(capacity)).unzip();
        let threads: Vec<_> = senders
            .chunks(arms.div_ceil(4))
            .map(<[_]>::to_vec)
            .map(|some| {
                thread::spawn(move || {
                    for n in 0..messages {
                        some.iter().for_each(|tx| tx.send_blocking(n).unwrap());
                    }
                })
            })
            .collect();
        drop(senders);
        let mut due = vec![0; arms];
        turns(&receivers, false, false, |mut select, kept| {
            while let Some((arm, n)) = next(select.as_mut(), kept) {
                assert_eq!(n, due[arm]);
                due[arm] += 1;
            }
        });
        assert!(due.iter().all(|&n| n == messages), "{due:?}");
        threads.into_iter().for_each(|thread| thread.join().unwrap());
    }
}

#[test]
fn arms_that_are_always_ready_are_chosen_equally_often() {
    let (senders, receivers): (Vec<_>, Vec<_>) = (0..5).map(|_| bounded(1)).unzip();
    let mut hits = [0u32; 5];
    turns(&receivers, false, false, |mut select, kept| {
        for _ in 0..10_000 {
            for tx in &senders {
                let _ = tx.try_send(0);
            }
            hits[next(select.as_mut(), kept).unwrap().0] += 1;
        }
    });
    assert!(hits.iter().all(|hits| (1_900..=2_100).contains(hits)), "{hits:?}");
}

#[test]
fn a_biased_select_prefers_the_first_in_every_turn() {
    let (senders, receivers): (Vec<_>, Vec<_>) = (0..3).map(|_| bounded(10)).unzip();
    turns(&receivers, true, false, |mut select, kept| {
        for tx in &senders {
            tx.try_send(0).unwrap();
        }
        assert_eq!(next(select.as_mut(), kept), Some((0, 0)));
        senders[0].try_send(1).unwrap();
        assert_eq!(next(select.as_mut(), kept), Some((0, 1)), "not the ones that were seen ready before");
        assert_eq!(next(select.as_mut(), kept), Some((1, 0)));
        senders[0].try_send(2).unwrap();
        assert_eq!(next(select.as_mut(), kept), Some((0, 2)));
        assert_eq!(next(select.as_mut(), kept), Some((2, 0)));
    });
}

#[test]
fn a_default_runs_in_each_turn_that_finds_nothing() {
    let (tx, rx) = bounded(1);
    turns(&[rx], false, true, |mut select, kept| {
        for n in 0..3 {
            assert_eq!(block_on(select.as_mut()), Chosen::Default);
            tx.try_send(n).unwrap();
            assert_eq!(next(select.as_mut(), kept), Some((0, n)));
        }
        drop(tx);
        assert_eq!(block_on(select.as_mut()), Chosen::Closed);
    });
}

#[test]
fn an_arm_is_switched_off_and_on_while_it_is_in_its_queue() {
    let (a, ra) = bounded(0);
    let (b, rb) = bounded(0);
    let cx = &mut Context::from_waker(Waker::noop());
    turns(&[ra, rb], false, false, |mut select, kept| {
        assert!(select.as_mut().poll(cx).is_pending());
        select.as_mut().enable(0, false);
        assert!(select.as_mut().poll(cx).is_pending());
        assert!(a.try_send(1).is_err(), "nobody waits there");
        b.try_send(2).unwrap();
        assert_eq!(next(select.as_mut(), kept), Some((1, 2)));
        select.as_mut().enable(0, true);
        select.as_mut().enable(1, false);
        assert!(select.as_mut().poll(cx).is_pending());
        assert!(b.try_send(3).is_err());
        a.try_send(4).unwrap();
        select.as_mut().enable(0, false);
        assert_eq!(next(select.as_mut(), kept), Some((0, 4)), "it was decided when the arm was switched off");
        assert_eq!(block_on(select.as_mut()), Chosen::Closed, "no arm can be chosen");
        select.as_mut().enable(1, true);
        drop(b);
        assert_eq!(block_on(select.as_mut()), Chosen::Closed);
    });
}

#[test]
fn between_two_turns_nobody_is_taken_for_a_receiver() {
    let (a, ra) = bounded(0);
    let (b, rb) = bounded(0);
    let cx = &mut Context::from_waker(Waker::noop());
    turns(&[ra.clone(), rb], false, false, |mut select, kept| {
        assert!(select.as_mut().poll(cx).is_pending());
        b.try_send(1).unwrap();
        assert_eq!(next(select.as_mut(), kept), Some((1, 1)));
        assert!(a.try_send(2).is_err(), "its entry is in the queue, but the select does not wait");
        let other = thread::spawn(move || ra.recv_blocking());
        while a.try_send(3).is_err() {
            thread::yield_now();
        }
        assert_eq!(other.join().unwrap(), Ok(3), "another receiver behind it is found");
        assert!(select.as_mut().poll(cx).is_pending());
        a.try_send(4).unwrap();
        assert_eq!(next(select.as_mut(), kept), Some((0, 4)));
    });
}

#[test]
fn a_select_that_goes_gives_back_what_came() {
    let (a, ra) = bounded(0);
    let (b, rb) = bounded(0);
    let cx = &mut Context::from_waker(Waker::noop());
    turns(&[ra.clone(), rb.clone()], false, false, |mut select, _| {
        assert!(select.as_mut().poll(cx).is_pending());
        a.try_send(1).unwrap();
    });
    assert_eq!(ra.try_recv(), Ok(1));
    assert!(a.try_send(2).is_err() && b.try_send(3).is_err(), "no entry is left in a queue");
    turns(&[ra.clone(), rb], false, false, |mut select, kept| {
        assert!(select.as_mut().poll(cx).is_pending());
        b.try_send(4).unwrap();
        assert_eq!(next(select.as_mut(), kept), Some((1, 4)));
        assert!(select.as_mut().poll(cx).is_pending());
        a.try_send(5).unwrap();
        let Poll::Ready(Chosen::Arm(0)) = select.as_mut().poll(cx) else { panic!("it was decided") };
    });
    assert_eq!(ra.try_recv(), Ok(5), "chosen, but not taken");
}

#[test]
fn sets_and_futures_stay_too() {
    let (senders, receivers): (Vec<_>, Vec<_>) = (0..70).map(|_| bounded::<u32>(1)).unzip();
    let (tx, rx) = bounded::<u32>(1);
    let (done, finished) = bounded::<()>(0);
    block_on(async {
        let set = any(&receivers);
        let set = pin!(recv_arm(&set, true, OnClose::Fire));
        let one = pin!(recv_arm(&rx, true, OnClose::Disable));
        let end = pin!(future_arm(async { finished.recv().await.is_err() }, true, OnClose::Fire));
        let ((set_kept, set), (one_kept, one)) = (keep(set), keep(one));
        let mut arms = [set, one, end as Pin<&mut (dyn Arm + Send)>];
        let mut turns = pin!(run(&mut arms, false, false));
        for n in 0..200 {
            if n % 3 == 0 {
                tx.try_send(n).unwrap();
                assert_eq!(turns.as_mut().await, Chosen::Arm(1));
                assert_eq!(value(turns.as_mut(), 1, &one_kept), n);
            } else {
                senders[n as usize % 70].try_send(n).unwrap();
                assert_eq!(turns.as_mut().await, Chosen::Arm(0));
                assert_eq!(result(turns.as_mut(), 0, &set_kept), Ok((n as usize % 70, n)));
            }
        }
        drop((senders, tx));
        assert_eq!(turns.as_mut().await, Chosen::Arm(0));
        assert!(result(turns.as_mut(), 0, &set_kept).is_err(), "the whole set is closed");
        drop(done);
        let mut closes = 0;
        while turns.as_mut().await == Chosen::Arm(0) {
            closes += 1;
            assert!(result(turns.as_mut(), 0, &set_kept).is_err());
            assert!(closes < 100, "the close of a set is no readier than the others");
        }
    });
}
