//! Every interleaving of two or three threads on one channel, or on two that have one slot after the other.

use std::future::Future;
use std::pin::{Pin, pin};
use std::task::{Context, Poll};

use loom::future::block_on;
use loom::sync::Arc;
use loom::sync::atomic::{AtomicUsize, Ordering};
use loom::thread;

use super::look::{self, Queue, Seen};
use super::shared::Side;
use super::{Receiver, Sender, bounded, page};
use crate::task::TaskTag;

fn model(body: impl Fn() + Send + Sync + 'static) {
    model_with(3, body);
}

/// With so many pre-emptions at most.
fn model_with(preemptions: usize, body: impl Fn() + Send + Sync + 'static) {
    let mut builder = loom::model::Builder::new();
    builder.preemption_bound = Some(preemptions);
    builder.check(body);
}

/// Polls once with a waker that wakes nobody.
fn poll_once<F: Future>(future: Pin<&mut F>) -> Poll<F::Output> {
    future.poll(&mut Context::from_waker(std::task::Waker::noop()))
}

#[test]
fn model_send_meets_receive() {
    for capacity in [0, 1] {
        model(move || {
            let (tx, rx): (Sender<Box<u32>>, Receiver<Box<u32>>) = bounded(capacity);
            let sender = thread::spawn(move || block_on(tx.send(Box::new(7))).unwrap());
            assert_eq!(*block_on(rx.recv()).unwrap(), 7);
            sender.join().unwrap();
            assert!(block_on(rx.recv()).is_err());
        });
    }
}

#[test]
fn model_a_parked_receive_dropped_against_a_send() {
    model(|| {
        let (tx, rx) = bounded(0);
        let sender = thread::spawn(move || block_on(tx.send(Box::new(7))).is_ok());
        {
            let mut first = pin!(rx.recv());
            if let Poll::Ready(value) = poll_once(first.as_mut()) {
                assert_eq!(*value.unwrap(), 7);
                assert!(sender.join().unwrap());
                return;
            }
        }
        // Dropped before or after the hand-over: the value is there for the next one.
        assert_eq!(*block_on(rx.recv()).unwrap(), 7);
        assert!(sender.join().unwrap());
    });
}

#[test]
fn model_a_parked_send_dropped_against_a_receive() {
    model(|| {
        let (tx, rx) = bounded(0);
        let receiver = thread::spawn(move || block_on(rx.recv()).is_ok());
        let sent = {
            let mut send = pin!(tx.send(Box::new(1)));
            match poll_once(send.as_mut()) {
                Poll::Ready(sent) => sent.is_ok(),
                Poll::Pending => send.as_mut().withdraw().is_none(),
            }
        };
        drop(tx);
        assert_eq!(receiver.join().unwrap(), sent);
    });
}

#[test]
fn model_close_against_a_parked_send_and_receive() {
    model(|| {
        let (tx, rx) = bounded::<Box<u32>>(0);
        let other = tx.clone();
        let closer = thread::spawn(move || other.close());
        let receiver = thread::spawn(move || block_on(rx.recv()).is_ok());
        let sent = block_on(tx.send(Box::new(1))).is_ok();
        assert_eq!(receiver.join().unwrap(), sent);
        closer.join().unwrap();
    });
}

#[test]
fn model_the_last_receiver_leaves() {
    model(|| {
        let count = Arc::new(AtomicUsize::new(0));
        struct Counted(Arc<AtomicUsize>);
        impl Drop for Counted {
            fn drop(&mut self) {
                self.0.fetch_add(1, Ordering::Relaxed);
            }
        }
        let (tx, rx) = bounded(1);
        let value = Counted(count.clone());
        let sender = thread::spawn(move || {
            // Back, buffered, or refused: dropped exactly once in the end.
            let _ = block_on(tx.send(value));
        });
        drop(rx);
        sender.join().unwrap();
        assert_eq!(count.load(Ordering::Relaxed), 1);
    });
}

#[test]
fn model_polled_again_with_another_waker() {
    model(|| {
        let (tx, rx) = bounded(0);
        let sender = thread::spawn(move || block_on(tx.send(3)).unwrap());
        let mut receive = Box::pin(rx.recv());
        let early = poll_once(receive.as_mut());
        let value = match early {
            Poll::Ready(value) => value,
            // The new waker replaces the one that wakes nobody.
            Poll::Pending => block_on(receive),
        };
        assert_eq!(value, Ok(3));
        sender.join().unwrap();
    });
}

#[test]
fn model_full_and_empty_with_two_senders() {
    model_with(2, || {
        let (tx, rx) = bounded(1);
        let other = tx.clone();
        let a = thread::spawn(move || block_on(tx.send(1)).unwrap());
        let b = thread::spawn(move || block_on(other.send(2)).unwrap());
        let sum = block_on(rx.recv()).unwrap() + block_on(rx.recv()).unwrap();
        assert_eq!(sum, 3);
        a.join().unwrap();
        b.join().unwrap();
    });
}

/// What is seen of a channel for bytes with one place, or of a rendezvous of numbers: all of it is of the one or of the other.
fn is_of_one_channel(seen: &Seen, queues: &[Queue; 2]) {
    let waiting = |side: Side| queues[side as usize].waiting().len();
    let (senders, receivers) = (seen.senders, seen.receivers);
    match seen.capacity {
        1 => {
            assert_eq!(seen.type_name, "u8");
            assert!(seen.len <= 1 && seen.passed == 0);
            assert_eq!(waiting(Side::Sender) + waiting(Side::Receiver), 0);
        }
        0 => {
            assert_eq!(seen.type_name, "u32");
            assert!(seen.len == 0 && seen.passed <= 1);
            assert!(waiting(Side::Sender) + waiting(Side::Receiver) <= 1);
        }
        other => panic!("no channel has {other} places"),
    }
    assert!(senders <= 1 && receivers <= 1 && senders + receivers > 0, "{senders} and {receivers}");
    // Both are made here, and no process uses them.
    assert!(seen.made.file().ends_with("model.rs") && seen.address != 0);
    assert_eq!(seen.users, [TaskTag(0); 2]);
    assert!(!seen.closed && !queues[0].more && !queues[1].more);
}

/// Who looks finds a channel as it is, or none: one that ends meanwhile, and one that gets its slot.
fn looked_at_while(preemptions: usize, then: impl Fn() + Send + Sync + 'static) {
    model_with(preemptions, move || {
        let slots = page::Reuse::new();
        let (tx, rx) = bounded::<u8>(1);
        let looker = thread::spawn(|| look::each(is_of_one_channel));
        tx.try_send(1).unwrap();
        drop((rx, tx));
        then();
        looker.join().unwrap();
        assert_eq!(slots.slots(), 1);
        look::each(|seen, _| panic!("a `{}` is left", seen.type_name));
    });
}

#[test]
fn model_a_look_at_a_slot_that_another_channel_gets() {
    looked_at_while(3, || {
        let (tx, rx) = bounded::<u32>(0);
        let mut receive = pin!(rx.recv());
        assert!(poll_once(receive.as_mut()).is_pending());
        drop(tx);
        assert!(block_on(receive).is_err());
    });
}

#[test]
fn model_a_look_at_a_value_that_passes() {
    looked_at_while(2, || {
        let (tx, rx) = bounded::<u32>(0);
        let sender = thread::spawn(move || block_on(tx.send(7)).is_ok());
        assert_eq!(block_on(rx.recv()), Ok(7));
        assert!(sender.join().unwrap());
    });
}

/// The two sides leave at once, and somebody looks: one of them frees the channel, and the slot is used again.
#[test]
fn model_a_look_while_both_sides_leave() {
    model(|| {
        let slots = page::Reuse::new();
        let (tx, rx) = bounded::<u8>(1);
        let looker = thread::spawn(|| look::each(is_of_one_channel));
        let sender = thread::spawn(move || drop(tx));
        drop(rx);
        sender.join().unwrap();
        drop(bounded::<u32>(0));
        looker.join().unwrap();
        assert_eq!(slots.slots(), 1);
    });
}
