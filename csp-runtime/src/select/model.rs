//! Every interleaving of two or three threads that select.

use std::future::Future;
use std::pin::pin;

use loom::future::block_on;
use loom::thread;

use super::{Arm, Chosen, OnClose, SourceArm, future_arm, keep, recv_arm, run, send_arm, value};
use crate::chan::{Receiver, Sender, bounded};

fn model(preemptions: usize, body: impl Fn() + Send + Sync + 'static) {
    let mut builder = loom::model::Builder::new();
    builder.preemption_bound = Some(preemptions);
    builder.check(body);
}

/// Sends `1` on `tx` or receives from `rx`; what was received.
async fn exchange(tx: &Sender<u32>, rx: &Receiver<u32>) -> Option<u32> {
    let mut send = pin!(send_arm(tx, true, OnClose::Disable, false));
    let mut recv = pin!(recv_arm(rx, true, OnClose::Disable));
    match run(&mut [send.as_mut(), recv.as_mut()], true, false).await {
        Chosen::Arm(0) => {
            send.as_mut().deliver(1).unwrap();
            None
        }
        Chosen::Arm(_) => Some(recv.value()),
        other => panic!("both channels are open: {other:?}"),
    }
}

/// L1: two selects over two channels in opposite order: they meet exactly once.
#[test]
fn model_two_selects_facing_each_other() {
    model(2, || {
        let (mut a, mut ra) = bounded(0);
        let (mut b, mut rb) = bounded(0);
        if a.channel.address() > b.channel.address() {
            // Locks are taken in address order, and every run of a model must go the same way.
            std::mem::swap(&mut a, &mut b);
            std::mem::swap(&mut ra, &mut rb);
        }
        let other = {
            let (b, ra) = (b.clone(), ra.clone());
            thread::spawn(move || block_on(exchange(&b, &ra)).is_some())
        };
        let mine = block_on(exchange(&a, &rb)).is_some();
        assert!(mine != other.join().unwrap(), "one sends, the other receives");
        drop((a, b, ra, rb));
    });
}

/// L2: a select of two receives against a plain send.
#[test]
fn model_a_select_against_a_plain_send() {
    model(3, || {
        let (tx, rx) = bounded(0);
        let (_open, never) = bounded::<u32>(0);
        let sender = thread::spawn(move || block_on(tx.send(5)).unwrap());
        let got = block_on(async {
            let mut x = pin!(recv_arm(&never, true, OnClose::Disable));
            let mut y = pin!(recv_arm(&rx, true, OnClose::Disable));
            assert_eq!(run(&mut [x.as_mut(), y.as_mut()], false, false).await, Chosen::Arm(1));
            y.value()
        });
        assert_eq!(got, 5);
        sender.join().unwrap();
    });
}

/// L2: a select that sends against a plain receive, which is promised the value.
#[test]
fn model_a_send_arm_against_a_plain_receive() {
    model(3, || {
        let (tx, rx) = bounded(0);
        let receiver = thread::spawn(move || block_on(rx.recv()));
        block_on(async {
            let mut arm = pin!(send_arm(&tx, true, OnClose::Disable, false));
            assert_eq!(run(&mut [arm.as_mut()], false, false).await, Chosen::Arm(0));
            arm.as_mut().deliver(9).unwrap();
        });
        assert_eq!(receiver.join().unwrap(), Ok(9));
    });
}

/// L3: a waiting select dropped against a sender that claims it: the value is not lost.
#[test]
fn model_a_select_dropped_against_a_claim() {
    model(3, || {
        let (tx, rx) = bounded(1);
        let sender = thread::spawn(move || block_on(tx.send(5)).unwrap());
        let got = {
            let mut arm = pin!(recv_arm(&rx, true, OnClose::Disable));
            let mut list = [arm.as_mut() as std::pin::Pin<&mut (dyn Arm + Send)>];
            let mut select = pin!(run(&mut list, false, false));
            let mut cx = std::task::Context::from_waker(std::task::Waker::noop());
            match select.as_mut().poll(&mut cx) {
                std::task::Poll::Ready(_) => true,
                std::task::Poll::Pending => false,
            }
            // Chosen or not, the value is not taken out of the arm.
        };
        let _ = got;
        assert_eq!(block_on(rx.recv()), Ok(5));
        sender.join().unwrap();
    });
}

/// L3: a send arm chosen and left, against a receiver that is promised its value.
#[test]
fn model_a_broken_promise() {
    model(2, || {
        let (tx, rx) = bounded(0);
        let receiver = thread::spawn(move || block_on(rx.recv()));
        block_on(async {
            let mut arm = pin!(send_arm(&tx, true, OnClose::Disable, false));
            assert_eq!(run(&mut [arm.as_mut()], false, false).await, Chosen::Arm(0));
        });
        block_on(tx.send(4)).unwrap();
        assert_eq!(receiver.join().unwrap(), Ok(4));
    });
}

/// L4: the same channel in two arms; one value comes, one arm gets it.
#[test]
fn model_one_channel_in_two_arms() {
    model(3, || {
        let (tx, rx) = bounded(0);
        let sender = thread::spawn(move || block_on(tx.send(5)).unwrap());
        let got = block_on(async {
            let mut x = pin!(recv_arm(&rx, true, OnClose::Disable));
            let mut y = pin!(recv_arm(&rx, true, OnClose::Disable));
            match run(&mut [x.as_mut(), y.as_mut()], false, false).await {
                Chosen::Arm(0) => x.value(),
                Chosen::Arm(_) => y.value(),
                other => panic!("{other:?}"),
            }
        });
        assert_eq!(got, 5);
        sender.join().unwrap();
        assert!(block_on(rx.recv()).is_err());
    });
}

/// A close against a select that waits for it.
#[test]
fn model_a_close_against_a_waiting_select() {
    model(3, || {
        let (tx, rx) = bounded::<u32>(0);
        let closer = thread::spawn(move || drop(tx));
        block_on(async {
            let mut arm = pin!(recv_arm(&rx, true, OnClose::Disable));
            assert_eq!(run(&mut [arm.as_mut()], false, false).await, Chosen::Closed);
        });
        closer.join().unwrap();
    });
}

/// The same beside an arm that stays open and that no select goes on for; with and without an arm that sends.
#[test]
fn model_a_close_beside_an_open_stop() {
    for sends in [false, true] {
        model(2, move || {
            let (tx, rx) = bounded::<u32>(0);
            let (_open, stop) = bounded::<u32>(0);
            let (out, _unread) = bounded::<u32>(0);
            let closer = thread::spawn(move || drop(tx));
            block_on(async {
                let mut arm = pin!(recv_arm(&rx, true, OnClose::Disable));
                let mut news = pin!(recv_arm(&stop, true, OnClose::News));
                let mut off = pin!(send_arm(&out, false, OnClose::Disable, false));
                let chosen = match sends {
                    true => run(&mut [news.as_mut(), off.as_mut(), arm.as_mut()], false, false).await,
                    false => run(&mut [news.as_mut(), arm.as_mut()], false, false).await,
                };
                assert_eq!(chosen, Chosen::Closed);
            });
            closer.join().unwrap();
        });
    }
}

/// A reserved place let go of, against a sender that waits for one.
#[test]
fn model_a_reserved_place_goes_on() {
    model(2, || {
        let (tx, rx) = bounded(1);
        let other = tx.clone();
        let sender = thread::spawn(move || block_on(other.send(6)).unwrap());
        block_on(async {
            let mut arm = pin!(send_arm(&tx, true, OnClose::Disable, false));
            let mut list = [arm.as_mut() as std::pin::Pin<&mut (dyn Arm + Send)>];
            let _ = run(&mut list, false, true).await;
        });
        assert_eq!(block_on(rx.recv()), Ok(6));
        sender.join().unwrap();
    });
}

/// L5: a select kept for several turns against two senders: each value is received once, in whatever turn.
#[test]
fn model_a_kept_select_against_two_senders() {
    model(1, || {
        let (ta, ra) = bounded(1);
        let (tb, rb) = bounded(1);
        let senders = [(ta, 1), (tb, 2)]
            .map(|(tx, value): (Sender<u32>, u32)| thread::spawn(move || tx.try_send(value).unwrap()));
        block_on(async {
            let a = pin!(recv_arm(&ra, true, OnClose::Disable));
            let b = pin!(recv_arm(&rb, true, OnClose::Disable));
            let ((kept_a, a), (kept_b, b)) = (keep(a), keep(b));
            let mut arms = [a, b];
            let mut turns = pin!(run(&mut arms, false, false));
            let mut sum = 0;
            for _ in 0..2 {
                sum += match turns.as_mut().await {
                    Chosen::Arm(0) => value(turns.as_mut(), 0, &kept_a),
                    Chosen::Arm(_) => value(turns.as_mut(), 1, &kept_b),
                    other => panic!("a value is still to come: {other:?}"),
                };
            }
            assert_eq!(sum, 3);
            assert_eq!(turns.as_mut().await, Chosen::Closed);
        });
        for sender in senders {
            sender.join().unwrap();
        }
    });
}

/// L5: a select that has had a turn and goes, against a sender to an arm that is still in its queue: the value stays.
#[test]
fn model_a_kept_select_dropped_between_turns() {
    model(3, || {
        let (ta, ra) = bounded(1);
        let (tb, rb) = bounded(1);
        let sender = thread::spawn(move || {
            block_on(ta.send(1)).unwrap();
            block_on(tb.send(2)).unwrap();
        });
        let first = block_on(async {
            let a = pin!(recv_arm(&ra, true, OnClose::Disable));
            let b = pin!(recv_arm(&rb, true, OnClose::Disable));
            let ((kept_a, a), (kept_b, b)) = (keep(a), keep(b));
            let mut arms = [a, b];
            let mut turns = pin!(run(&mut arms, true, false));
            match turns.as_mut().await {
                Chosen::Arm(0) => value(turns.as_mut(), 0, &kept_a),
                _ => value(turns.as_mut(), 1, &kept_b),
            }
        });
        sender.join().unwrap();
        let rest = if first == 1 { &rb } else { &ra };
        assert_eq!(block_on(rest.recv()), Ok(3 - first));
    });
}

/// L5: a foreign future beside a channel, over two turns: what the one gives cannot lose against the other.
#[test]
fn model_a_kept_select_that_polls() {
    model(2, || {
        let (tx, rx) = bounded(0);
        let (done, finished) = futures_oneshot();
        let sender = thread::spawn(move || {
            block_on(tx.send(5)).unwrap();
            done();
        });
        block_on(async {
            let a = pin!(recv_arm(&rx, true, OnClose::Disable));
            let b = pin!(future_arm(finished, true, OnClose::Fire));
            let (kept_a, a) = keep(a);
            let mut arms = [a, b as std::pin::Pin<&mut (dyn Arm + Send)>];
            let mut turns = pin!(run(&mut arms, false, false));
            assert_eq!(turns.as_mut().await, Chosen::Arm(0));
            assert_eq!(value(turns.as_mut(), 0, &kept_a), 5);
            assert_eq!(turns.as_mut().await, Chosen::Arm(1));
        });
        sender.join().unwrap();
    });
}

/// A future that is ready once the function was called.
fn futures_oneshot() -> (impl FnOnce() + Send, impl Future<Output = ()> + Send) {
    let (tx, rx) = bounded::<()>(1);
    (move || tx.try_send(()).unwrap(), async move { rx.recv().await.unwrap() })
}
