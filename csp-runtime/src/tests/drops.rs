//! Every operation dropped at every point of its life: nothing is lost and the channel stays usable.

use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll, Waker};

use crate::{Receiver, Sender, bounded};

fn poll<F: Future>(future: Pin<&mut F>) -> Poll<F::Output> {
    future.poll(&mut Context::from_waker(Waker::noop()))
}

#[test]
fn a_receive_dropped_after_the_hand_over_gives_the_value_on() {
    let (tx, rx) = bounded(0);
    let mut first = Box::pin(rx.recv());
    let mut second = Box::pin(rx.recv());
    assert!(poll(first.as_mut()).is_pending());
    assert!(poll(second.as_mut()).is_pending());
    tx.try_send(1).unwrap();
    drop(first);
    assert_eq!(poll(second.as_mut()), Poll::Ready(Ok(1)));
}

#[test]
fn a_receive_dropped_with_nobody_else_puts_the_value_in_front() {
    for capacity in [0, 1, 2] {
        let (tx, rx) = bounded(capacity);
        let mut first = Box::pin(rx.recv());
        assert!(poll(first.as_mut()).is_pending());
        tx.try_send(1).unwrap();
        let mut waits = Box::pin(tx.send(2));
        assert_eq!(poll(waits.as_mut()).is_pending(), capacity == 0);
        drop(first);
        assert_eq!(rx.try_recv(), Ok(1));
        assert_eq!(rx.try_recv(), Ok(2));
        drop(waits);
        assert!(rx.try_recv().is_err());
    }
}

#[test]
fn a_send_gives_its_value_back() {
    let (tx, rx) = bounded(0);
    let mut send = Box::pin(tx.send(7));
    assert!(poll(send.as_mut()).is_pending());
    assert_eq!(send.as_mut().withdraw(), Some(7));
    drop(send);
    assert!(rx.try_recv().is_err());
    let mut send = Box::pin(tx.send(8));
    assert!(poll(send.as_mut()).is_pending());
    assert_eq!(rx.try_recv(), Ok(8));
    assert_eq!(send.as_mut().withdraw(), None);
}

#[test]
fn a_dropped_waiter_leaves_the_queue_in_order() {
    let (tx, rx): (Sender<u32>, Receiver<u32>) = bounded(0);
    for leaver in 0..5 {
        let mut waiting: Vec<_> = (0..5).map(|_| Some(Box::pin(rx.recv()))).collect();
        for w in waiting.iter_mut().flatten() {
            assert!(poll(w.as_mut()).is_pending());
        }
        waiting[leaver] = None;
        for n in 0..4 {
            tx.try_send(n).unwrap();
        }
        assert!(tx.try_send(9).is_err());
        let got: Vec<_> = waiting.iter_mut().flatten().map(|w| poll(w.as_mut())).collect();
        assert!(got.into_iter().eq((0..4).map(|n| Poll::Ready(Ok(n)))));
    }
}

#[test]
fn forgotten_operations_do_no_harm() {
    let (tx, rx) = bounded(0);
    let mut lost = Box::pin(rx.recv());
    assert!(poll(lost.as_mut()).is_pending());
    std::mem::forget(lost);
    tx.try_send(String::from("into the void")).unwrap();
    let mut lost = Box::pin(tx.send(String::from("kept")));
    assert!(poll(lost.as_mut()).is_pending());
    std::mem::forget(lost);
    drop(tx);
    assert_eq!(rx.try_recv().as_deref(), Ok("kept"));
}

/// Whether the future panics when it is polled.
fn refuses<F: Future>(future: Pin<&mut F>) -> bool {
    std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| drop(poll(future)))).is_err()
}

#[test]
fn a_send_that_has_ended_says_nothing_more() {
    let (tx, rx) = bounded(0);
    // Withdrawn before it was polled, while it waited, and after it was accepted.
    let mut send = Box::pin(tx.send(1));
    assert_eq!(send.as_mut().withdraw(), Some(1));
    assert!(refuses(send.as_mut()));
    let mut send = Box::pin(tx.send(2));
    assert!(poll(send.as_mut()).is_pending());
    assert_eq!((send.as_mut().withdraw(), send.as_mut().withdraw()), (Some(2), None));
    assert!(refuses(send.as_mut()) && rx.try_recv().is_err());
    let mut send = Box::pin(tx.send(3));
    assert!(poll(send.as_mut()).is_pending());
    assert_eq!(rx.try_recv(), Ok(3));
    assert_eq!(send.as_mut().withdraw(), None);
    assert_eq!(poll(send.as_mut()), Poll::Ready(Ok(())), "the first poll after the end");
    assert!(refuses(send.as_mut()));
    // Accepted at once.
    let mut receive = Box::pin(rx.recv());
    assert!(poll(receive.as_mut()).is_pending());
    let mut send = Box::pin(tx.send(4));
    assert_eq!(poll(send.as_mut()), Poll::Ready(Ok(())));
    assert!(refuses(send.as_mut()));
    assert_eq!(poll(receive.as_mut()), Poll::Ready(Ok(4)));
    // Refused while it waited, and at once.
    let mut first = Box::pin(tx.send(5));
    assert!(poll(first.as_mut()).is_pending());
    rx.close();
    let mut second = Box::pin(tx.send(6));
    assert_eq!(poll(first.as_mut()), Poll::Ready(Err(crate::SendError(5))));
    assert_eq!(poll(second.as_mut()), Poll::Ready(Err(crate::SendError(6))));
    assert!(refuses(first.as_mut()) && refuses(second.as_mut()));
    assert_eq!(first.as_mut().withdraw(), None);
}

#[test]
fn a_blocking_call_that_has_ended_says_nothing_more() {
    let mut call = Box::pin(crate::blocking(|| 7));
    assert_eq!(crate::block_on(call.as_mut()), 7);
    assert!(refuses(call.as_mut()));
}
