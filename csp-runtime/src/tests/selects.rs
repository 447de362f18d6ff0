use std::future::Future;
use std::pin::{Pin, pin};
use std::thread;

use crate::select::value_arm::value_arm;
use crate::select::{Arm, Chosen, OnClose, SourceArm, future_arm, recv_arm, run, send_arm};
use crate::{Receiver, Sender, any, block_on, bounded};

/// Receives from whichever is ready.
fn either(a: &Receiver<u32>, b: &Receiver<u32>) -> Option<(usize, u32)> {
    block_on(async {
        let mut x = pin!(recv_arm(a, true, OnClose::Disable));
        let mut y = pin!(recv_arm(b, true, OnClose::Disable));
        match run(&mut [x.as_mut(), y.as_mut()], false, false).await {
            Chosen::Arm(0) => Some((0, x.value())),
            Chosen::Arm(_) => Some((1, y.value())),
            _ => None,
        }
    })
}

/// Sends `v` on `a` or receives from `b`; `Err(None)` when the peer that buffers left first.
fn exchange(a: &Sender<u32>, v: u32, b: &Receiver<u32>) -> Result<(), Option<u32>> {
    block_on(async {
        let mut x = pin!(send_arm(a, true, OnClose::Disable, false));
        let mut y = pin!(recv_arm(b, true, OnClose::Disable));
        match run(&mut [x.as_mut(), y.as_mut()], false, false).await {
            Chosen::Arm(0) => x.as_mut().deliver(v).map_err(|_| None),
            Chosen::Arm(_) => Err(Some(y.value())),
            _ => Err(None),
        }
    })
}

#[test]
fn a_select_waits_for_either() {
    for capacity in [0, 1, 3] {
        let (a, ra) = bounded(capacity);
        let (b, rb) = bounded(capacity);
        let ta = thread::spawn(move || (0..3000).for_each(|n| a.send_blocking(n).unwrap()));
        let tb = thread::spawn(move || (0..3000).for_each(|n| b.send_blocking(n).unwrap()));
        let mut next = [0, 0];
        while let Some((from, value)) = either(&ra, &rb) {
            assert_eq!(value, next[from]);
            next[from] += 1;
        }
        assert_eq!(next, [3000, 3000]);
        ta.join().unwrap();
        tb.join().unwrap();
    }
}

#[test]
fn two_selects_facing_each_other_meet_once_a_round() {
    for capacity in [0, 1] {
        let (a, ra) = bounded(capacity);
        let (b, rb) = bounded(capacity);
        let other = thread::spawn(move || (0..5000).filter(|&n| exchange(&b, n, &ra).is_ok()).count());
        let mine = (0..5000).filter(|&n| exchange(&a, n, &rb).is_ok()).count();
        let other = other.join().unwrap();
        if capacity == 0 {
            assert_eq!(mine + other, 5000, "each meeting has one sender");
        }
    }
}

#[test]
fn a_send_arm_meets_plain_receivers_and_gives_way() {
    let (tx, rx) = bounded(0);
    let (_quiet, never) = bounded(0);
    let receiver = thread::spawn(move || rx.iter().take(1000).sum::<u32>());
    for _ in 0..1000 {
        assert_eq!(exchange(&tx, 2, &never), Ok(()));
    }
    assert_eq!(receiver.join().unwrap(), 2000);
}

#[test]
fn a_chosen_send_arm_that_leaves_lets_go() {
    for capacity in [0, 1] {
        let (tx, rx) = bounded(capacity);
        let receiver = thread::spawn(move || rx.recv_blocking());
        thread::sleep(std::time::Duration::from_millis(10));
        block_on(async {
            let mut arm = pin!(send_arm(&tx, true, OnClose::Disable, false));
            assert_eq!(run(&mut [arm.as_mut()], false, false).await, Chosen::Arm(0));
        });
        tx.send_blocking(5).unwrap();
        assert_eq!(receiver.join().unwrap(), Ok(5));
    }
}

#[test]
fn default_closed_and_disabled() {
    let (tx, rx) = bounded::<u32>(1);
    block_on(async {
        let mut arm = pin!(recv_arm(&rx, true, OnClose::Disable));
        assert_eq!(run(&mut [arm.as_mut()], false, true).await, Chosen::Default);
        let mut off = pin!(recv_arm(&rx, false, OnClose::Disable));
        assert_eq!(run(&mut [off.as_mut()], false, true).await, Chosen::Closed);
        drop(tx);
        assert_eq!(run(&mut [arm.as_mut()], false, true).await, Chosen::Closed);
        let mut news = pin!(recv_arm(&rx, true, OnClose::News));
        assert_eq!(run(&mut [news.as_mut()], false, false).await, Chosen::Arm(0));
        assert_eq!(run(&mut [] as &mut [Pin<&mut (dyn Arm + Send)>], false, false).await, Chosen::Closed);
    });
}

#[test]
fn a_close_while_waiting_is_seen() {
    for on_close in [OnClose::Disable, OnClose::Fire] {
        let (tx, rx) = bounded::<u32>(0);
        let closer = thread::spawn(move || {
            thread::sleep(std::time::Duration::from_millis(10));
            drop(tx);
        });
        block_on(async {
            let mut arm = pin!(recv_arm(&rx, true, on_close));
            let chosen = run(&mut [arm.as_mut()], false, false).await;
            match on_close {
                OnClose::Disable => assert_eq!(chosen, Chosen::Closed),
                _ => assert_eq!((chosen, arm.result().is_err()), (Chosen::Arm(0), true)),
            }
        });
        closer.join().unwrap();
    }
}

#[test]
fn a_select_does_not_meet_itself() {
    let (tx, rx) = bounded::<u32>(0);
    block_on(async {
        let mut send = pin!(send_arm(&tx, true, OnClose::Disable, false));
        let mut recv = pin!(recv_arm(&rx, true, OnClose::Disable));
        let mut ready = pin!(future_arm(std::future::ready(7), true, OnClose::Fire));
        let chosen = run(&mut [send.as_mut(), recv.as_mut(), ready.as_mut()], true, false).await;
        assert_eq!((chosen, ready.output()), (Chosen::Arm(2), 7));
    });
    // Enlisted on both sides, it meets the others and never itself.
    let both = |tx: Sender<u32>, rx: Receiver<u32>| {
        thread::spawn(move || (0..2000).filter(|_| exchange(&tx, 1, &rx).is_ok()).count())
    };
    let pair = [both(tx.clone(), rx.clone()), both(tx, rx)];
    let sent: usize = pair.into_iter().map(|t| t.join().unwrap()).sum();
    assert_eq!(sent, 2000);
}

#[test]
fn the_same_channel_in_many_arms_is_fair() {
    let (tx, rx) = bounded(1);
    let mut hits = [0; 20];
    block_on(async {
        for _ in 0..20_000 {
            tx.try_send(1).unwrap();
            let mut arms: Vec<_> = (0..20).map(|_| Box::pin(recv_arm(&rx, true, OnClose::Disable))).collect();
            let mut list: Vec<_> =
                arms.iter_mut().map(|a| a.as_mut() as Pin<&mut (dyn Arm + Send)>).collect();
            let Chosen::Arm(hit) = run(&mut list, false, false).await else { panic!("one is ready") };
            assert_eq!(arms[hit].as_mut().value(), 1);
            hits[hit] += 1;
        }
    });
    assert!(hits.iter().all(|h| (800..1200).contains(h)), "{hits:?}");
}

#[test]
fn any_gives_index_and_value_until_all_are_closed() {
    let (txs, rxs): (Vec<_>, Vec<_>) = (0..50).map(|_| bounded(0)).unzip();
    let threads: Vec<_> = txs
        .into_iter()
        .enumerate()
        .map(|(n, tx)| thread::spawn(move || (0..100).for_each(|_| tx.send_blocking(n).unwrap())))
        .collect();
    let mut count = 0;
    while let Ok((index, value)) = block_on(any(&rxs).recv()) {
        assert_eq!(index, value);
        count += 1;
    }
    assert_eq!(count, 5000);
    threads.into_iter().for_each(|t| t.join().unwrap());
}

#[test]
fn a_set_that_closed_is_as_ready_as_a_value() {
    let (tx, rx) = bounded(1);
    let (_, gone) = bounded::<u32>(0);
    let set = [gone];
    let mut seen = [0; 2];
    for _ in 0..200 {
        let _ = tx.try_send(1);
        let chosen = block_on(async {
            let sources = any(&set);
            let mut x = pin!(recv_arm(&rx, true, OnClose::Disable));
            let mut y = pin!(recv_arm(&sources, true, OnClose::Fire));
            run(&mut [x.as_mut(), y.as_mut()], false, false).await
        });
        let Chosen::Arm(arm) = chosen else { panic!("an arm is ready") };
        seen[arm] += 1;
    }
    assert!(seen[0] > 50 && seen[1] > 50, "either is chosen: {seen:?}");
}

#[test]
fn sets_within_a_set_may_be_empty() {
    let (tx, rx) = bounded(1);
    let (none, some): ([crate::Receiver<u32>; 0], _) = ([], [rx]);
    let (none, some) = (any(&none), any(&some));
    for sets in
        [vec![none, some], vec![some, none], vec![none, none, some, none], vec![none, some, none, some]]
    {
        let at = |(_, (inner, value))| (inner, value) == (0, 7);
        tx.try_send(7).unwrap();
        assert!(block_on(any(&sets).recv()).is_ok_and(at));
        // It waits, too.
        std::thread::scope(|scope| {
            let waits = scope.spawn(|| block_on(any(&sets).recv()));
            tx.send_blocking(7).unwrap();
            assert!(waits.join().unwrap().is_ok_and(at));
        });
    }
    tx.close();
    assert!(block_on(any(&[none, some]).recv()).is_err());
    assert!(block_on(any(&[none, none]).recv()).is_err(), "a set of nothing is closed");
}

/// A select that is forgotten leaves its nodes in their queues, among others; the next one over the same arms enters anew.
#[test]
fn arms_of_a_forgotten_select_enter_their_queues_once() {
    let mut cx = std::task::Context::from_waker(std::task::Waker::noop());
    for kind in 0..3 {
        let (tx, rx) = bounded::<u32>(0);
        let mut before: Vec<_> = (0..2).map(|_| Box::pin(rx.recv())).collect();
        let mut sends: Vec<_> = (10..12).map(|n| Box::pin(tx.send(n))).collect();
        let mut arm: Pin<Box<dyn Arm + Send>> = match kind {
            0 => Box::pin(recv_arm(&rx, true, OnClose::Disable)),
            1 => Box::pin(send_arm(&tx, true, OnClose::Disable, false)),
            _ => Box::pin(value_arm(&tx, 7, true, OnClose::Disable)),
        };
        let mut poll_one = |n: usize| match kind {
            0 => assert!(before[n].as_mut().poll(&mut cx).is_pending()),
            _ => assert!(sends[n].as_mut().poll(&mut cx).is_pending()),
        };
        poll_one(0);
        for round in 0..2 {
            let mut cx = std::task::Context::from_waker(std::task::Waker::noop());
            let mut arms = [arm.as_mut() as Pin<&mut (dyn Arm + Send)>];
            let mut select = Box::pin(run(&mut arms, false, false));
            assert!(select.as_mut().poll(&mut cx).is_pending());
            std::mem::forget(select);
            if round == 0 {
                poll_one(1);
            }
        }
        drop(arm);
        // Those before and behind it are still there, each once.
        for n in [0, 1] {
            if kind == 0 {
                assert_eq!(tx.try_send(n), Ok(()));
            } else {
                assert_eq!(rx.try_recv(), Ok(10 + n));
            }
        }
        assert!(tx.try_send(9).is_err() && rx.try_recv().is_err());
    }
}
