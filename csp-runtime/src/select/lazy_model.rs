//! Every interleaving of send arms, with and without a value, with what they may meet: receives, selects, polls, sends, closes,
//! and those that leave.

use std::future::Future;
use std::pin::{Pin, pin};
use std::task::{Context, Poll, Waker};

use loom::future::block_on;
use loom::thread;

use super::{Arm, Chosen, OnClose, SourceArm, any, recv_arm, run, send_arm, value_arm};
use crate::chan::{Receiver, Sender, bounded};

fn model(preemptions: usize, body: impl Fn() + Send + Sync + 'static) {
    let mut builder = loom::model::Builder::new();
    builder.preemption_bound = Some(preemptions);
    builder.check(body);
}

type Arms<'a> = Pin<&'a mut (dyn Arm + Send + 'a)>;

/// Sends a value that is made when the arm was chosen; whether it was sent.
async fn send_lazily(tx: &Sender<u32>, value: u32) -> bool {
    let mut arm = pin!(send_arm(tx, true, OnClose::Disable, false));
    match run(&mut [arm.as_mut() as Arms<'_>], false, false).await {
        Chosen::Arm(_) => arm.as_mut().deliver(value).is_ok(),
        _ => false,
    }
}

/// Sends a value that is there, in a select; whether it was sent.
async fn send_eagerly(tx: &Sender<u32>, value: u32) -> bool {
    let mut arm = pin!(value_arm(tx, value, true, OnClose::Disable));
    match run(&mut [arm.as_mut() as Arms<'_>], false, false).await {
        Chosen::Arm(_) => arm.as_mut().sent().is_ok(),
        _ => false,
    }
}

/// Receives from either; `None` once both are closed.
async fn recv_either(a: &Receiver<u32>, b: &Receiver<u32>) -> Option<u32> {
    let mut x = pin!(recv_arm(a, true, OnClose::Disable));
    let mut y = pin!(recv_arm(b, true, OnClose::Disable));
    match run(&mut [x.as_mut() as Arms<'_>, y.as_mut()], false, false).await {
        Chosen::Arm(0) => Some(x.value()),
        Chosen::Arm(_) => Some(y.value()),
        _ => None,
    }
}

fn poll_once<F: Future>(future: Pin<&mut F>) -> Poll<F::Output> {
    future.poll(&mut Context::from_waker(Waker::noop()))
}

/// S1: a send arm with a value against a plain receive, rendezvous and buffered.
#[test]
fn model_an_eager_arm_against_a_receive() {
    for capacity in [0, 1] {
        model(3, move || {
            let (tx, rx) = bounded(capacity);
            let sender = thread::spawn(move || block_on(send_eagerly(&tx, 5)));
            assert_eq!(block_on(rx.recv()), Ok(5));
            assert!(sender.join().unwrap());
        });
    }
}

/// S1: a lazy arm against a select that receives from two channels.
#[test]
fn model_a_lazy_arm_against_a_select() {
    model(2, || {
        let (tx, rx) = bounded(0);
        let (_open, never) = bounded(0);
        let sender = thread::spawn(move || block_on(send_lazily(&tx, 5)));
        assert_eq!(block_on(recv_either(&never, &rx)), Some(5));
        assert!(sender.join().unwrap());
    });
}

/// S2: two lazy arms and one receive after the other: the second arm is called in its turn.
#[test]
fn model_two_lazy_arms_against_two_receives() {
    for capacity in [0, 1] {
        model(1, move || {
            let (tx, rx) = bounded(capacity);
            let senders = [1, 2].map(|value| {
                let tx = tx.clone();
                thread::spawn(move || assert!(block_on(send_lazily(&tx, value))))
            });
            drop(tx);
            let sum = block_on(rx.recv()).unwrap() + block_on(rx.recv()).unwrap();
            assert_eq!(sum, 3);
            senders.map(|sender| sender.join().unwrap());
            assert!(block_on(rx.recv()).is_err());
        });
    }
}

/// S2: two lazy arms of which one leaves, woken or not: the other is called in its place.
#[test]
fn model_a_lazy_arm_that_leaves_passes_the_call_on() {
    model(1, || {
        let (tx, rx) = bounded(0);
        let other = tx.clone();
        let leaves = thread::spawn(move || {
            let mut select = pin!(send_lazily(&tx, 1));
            poll_once(select.as_mut()).is_ready()
        });
        let stays = thread::spawn(move || block_on(send_lazily(&other, 2)));
        let first = block_on(rx.recv()).unwrap();
        if leaves.join().unwrap() {
            // Both were sent, in either order.
            assert_eq!(first + block_on(rx.recv()).unwrap(), 3);
        } else {
            assert_eq!(first, 2);
        }
        assert!(stays.join().unwrap());
    });
}

/// S3: a poll asks, and the next receive finds the value, or waits for it.
#[test]
fn model_a_lazy_arm_that_is_asked() {
    model(3, || {
        let (tx, rx) = bounded(0);
        let sender = thread::spawn(move || block_on(send_lazily(&tx, 5)));
        let value = rx.try_recv().or_else(|_| block_on(rx.recv()));
        assert_eq!(value, Ok(5));
        assert!(sender.join().unwrap());
    });
}

/// S3: a receive that is dropped while it waits asks: the arm needs no second receiver.
#[test]
fn model_a_dropped_receive_asks() {
    model(2, || {
        let (tx, rx) = bounded(0);
        let mut got = None;
        let mut select = Box::pin(async move { send_lazily(&tx, 5).await });
        assert!(poll_once(select.as_mut()).is_pending());
        let sender = thread::spawn(move || block_on(select));
        if let Poll::Ready(value) = poll_once(pin!(rx.recv())) {
            got = Some(value.unwrap());
        }
        assert!(sender.join().unwrap());
        assert_eq!(got.or_else(|| rx.try_recv().ok()), Some(5));
    });
}

/// S4: a lazy arm and a plain send compete for receives; each value arrives once.
#[test]
fn model_a_lazy_arm_beside_a_plain_send() {
    for capacity in [0, 1] {
        model(1, move || {
            let (tx, rx) = bounded(capacity);
            let other = tx.clone();
            let lazy = thread::spawn(move || assert!(block_on(send_lazily(&tx, 1))));
            let plain = thread::spawn(move || block_on(other.send(2)).unwrap());
            let sum = block_on(rx.recv()).unwrap() + block_on(rx.recv()).unwrap();
            assert_eq!(sum, 3);
            lazy.join().unwrap();
            plain.join().unwrap();
        });
    }
}

/// S5: a close against a lazy arm, waiting, bound or done: the value was sent or handed back, and never both.
#[test]
fn model_a_close_against_a_lazy_arm() {
    for capacity in [0, 1] {
        model(3, move || {
            let (tx, rx) = bounded(capacity);
            let sender = thread::spawn(move || block_on(send_lazily(&tx, 5)));
            rx.close();
            let got = rx.try_recv().is_ok();
            // What is delivered before the close may be found after it; a rendezvous has nobody to take it.
            assert_eq!(sender.join().unwrap(), got || rx.try_recv().is_ok());
        });
    }
}

/// S5: the last receiver goes while a lazy arm waits.
#[test]
fn model_the_last_receiver_leaves_a_lazy_arm() {
    model(3, || {
        let (tx, rx) = bounded::<u32>(0);
        let sender = thread::spawn(move || block_on(send_lazily(&tx, 5)));
        drop(rx);
        assert!(!sender.join().unwrap());
    });
}

/// S6: a place that a bound arm holds and lets go of, against a plain sender that waits for it.
#[test]
fn model_a_held_place_goes_on() {
    model(2, || {
        let (tx, rx) = bounded(1);
        let other = tx.clone();
        let sender = thread::spawn(move || block_on(other.send(6)).unwrap());
        block_on(async {
            let mut arm = pin!(send_arm(&tx, true, OnClose::Disable, false));
            let mut list = [arm.as_mut() as Arms<'_>];
            let _ = run(&mut list, false, true).await;
        });
        assert_eq!(block_on(rx.recv()), Ok(6));
        sender.join().unwrap();
    });
}

/// S7: polled again without a reason, with another waker each time, against a receive.
#[test]
fn model_a_lazy_arm_that_is_polled_for_no_reason() {
    model(2, || {
        let (tx, rx) = bounded(0);
        let sender = thread::spawn(move || {
            let mut select = pin!(send_lazily(&tx, 5));
            if let Poll::Ready(sent) = poll_once(select.as_mut()) {
                return sent;
            }
            block_on(select)
        });
        assert_eq!(block_on(rx.recv()), Ok(5));
        assert!(sender.join().unwrap());
    });
}

/// S8: a set of receivers against lazy arms on its channels.
#[test]
fn model_a_set_against_lazy_arms() {
    model(1, || {
        let (a, ra) = bounded(0);
        let (_b, rb) = bounded::<u32>(0);
        let sender = thread::spawn(move || block_on(send_lazily(&a, 1)));
        let receivers = [rb, ra];
        let got = block_on(async {
            let set = any(&receivers);
            let mut arm = pin!(recv_arm(&set, true, OnClose::Disable));
            assert_eq!(run(&mut [arm.as_mut() as Arms<'_>], false, false).await, Chosen::Arm(0));
            arm.value()
        });
        assert_eq!(got, (1, 1));
        assert!(sender.join().unwrap());
    });
}

/// S9: a select with an eager arm and a receive, facing one with a lazy arm and a receive, over two channels.
#[test]
fn model_eager_faces_lazy() {
    async fn eager(tx: &Sender<u32>, rx: &Receiver<u32>) -> Option<u32> {
        let mut send = pin!(value_arm(tx, 1, true, OnClose::Disable));
        let mut recv = pin!(recv_arm(rx, true, OnClose::Disable));
        match run(&mut [send.as_mut() as Arms<'_>, recv.as_mut()], true, false).await {
            Chosen::Arm(0) => send.as_mut().sent().map(|()| None).unwrap(),
            _ => Some(recv.value()),
        }
    }
    async fn lazy(tx: &Sender<u32>, rx: &Receiver<u32>) -> Option<u32> {
        let mut send = pin!(send_arm(tx, true, OnClose::Disable, false));
        let mut recv = pin!(recv_arm(rx, true, OnClose::Disable));
        match run(&mut [send.as_mut() as Arms<'_>, recv.as_mut()], true, false).await {
            Chosen::Arm(0) => send.as_mut().deliver(2).map(|()| None).unwrap(),
            _ => Some(recv.value()),
        }
    }
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
            thread::spawn(move || block_on(lazy(&b, &ra)).is_some())
        };
        let mine = block_on(eager(&a, &rb)).is_some();
        assert!(mine != other.join().unwrap(), "one sends, the other receives");
    });
}
