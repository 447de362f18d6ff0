//! Channels whose ring has many segments: every value arrives once and in order, and no sender waits beside room.

use std::collections::VecDeque;
use std::future::Future;
use std::pin::{Pin, pin};
use std::task::{Context, Poll, Waker};

use crate::shim::choice;
use crate::{Send, TryRecvError, TrySendError, bounded, unbounded};

/// A segment has eight of them at most.
type Large = [usize; 512];

fn large(n: usize) -> Large {
    let mut value = [0; 512];
    value[0] = n;
    value
}

fn poll<F: Future>(future: Pin<&mut F>) -> Poll<F::Output> {
    future.poll(&mut Context::from_waker(Waker::noop()))
}

/// Senders that wait, some of which give up, and receives that are cancelled after they got their value.
#[test]
fn a_bounded_channel_of_many_segments_keeps_order_and_capacity() {
    choice::seed(11);
    for capacity in [0, 1, 2, 3, 4, 5, 7, 8, 9, 12, 16, 17, 30, 31, 33] {
        for _ in 0..if cfg!(miri) { 1 } else { 60 } {
            let (tx, rx) = bounded::<Large>(capacity);
            // What was sent and not received, buffered or with a sender that waits.
            let mut waiting: VecDeque<(usize, Pin<Box<Send<'_, Large>>>)> = VecDeque::new();
            let mut buffered = VecDeque::new();
            let mut next = 0;
            for step in 0..if cfg!(miri) { 60 } else { 400 } {
                // Up and down, so that it is full and empty now and then.
                let sends = if step / 50 % 2 == 0 { 6 } else { 2 };
                match choice::below(10) {
                    n if n < sends => {
                        let mut send = Box::pin(tx.send(large(next)));
                        let sent = poll(send.as_mut()).is_ready();
                        assert_eq!(sent, buffered.len() < capacity, "{} of {capacity}", buffered.len());
                        if sent {
                            buffered.push_back(next)
                        } else {
                            waiting.push_back((next, send))
                        }
                        next += 1;
                    }
                    8 if !waiting.is_empty() => drop(waiting.remove(waiting.len() / 2)),
                    9 => {
                        // A receiver that waited gets the next value, and is dropped with it.
                        if buffered.is_empty() && waiting.is_empty() {
                            let mut recv = Box::pin(rx.recv());
                            assert!(poll(recv.as_mut()).is_pending());
                            tx.try_send(large(next)).unwrap();
                            drop(recv);
                            buffered.push_back(next);
                            next += 1;
                        } else if buffered.len() == capacity {
                            assert!(matches!(tx.try_send(large(next)), Err(TrySendError::Full(_))));
                        }
                    }
                    _ => {
                        let sender = if buffered.is_empty() { waiting.pop_front() } else { None };
                        let first = buffered.pop_front().or_else(|| Some(sender.as_ref()?.0));
                        assert_eq!(
                            rx.try_recv().map(|value| value[0]).ok(),
                            first,
                            "step {step} of {capacity}"
                        );
                    }
                }
                while buffered.len() < capacity
                    && let Some((n, mut send)) = waiting.pop_front()
                {
                    assert!(poll(send.as_mut()).is_ready(), "a sender waits beside room");
                    buffered.push_back(n);
                }
                assert_eq!(rx.len(), buffered.len());
            }
            waiting.clear();
            for n in buffered {
                assert_eq!(rx.try_recv().map(|value| value[0]), Ok(n));
            }
            assert_eq!(rx.try_recv(), Err(TryRecvError::Empty));
        }
    }
}

/// Many receives that were given their values and are cancelled: all values come back, in order.
#[test]
fn values_of_cancelled_receives_come_back_in_front_of_many_segments() {
    for waiters in [1, 3, 4, 5, 30] {
        let (tx, rx) = unbounded();
        let mut receives: Vec<_> = (0..waiters).map(|_| Box::pin(rx.recv())).collect();
        for receive in &mut receives {
            assert!(poll(receive.as_mut()).is_pending());
        }
        for n in 0..100 {
            tx.try_send(large(n)).unwrap();
        }
        // The last first, so that they are in order again.
        while let Some(receive) = receives.pop() {
            drop(receive);
        }
        drop(tx);
        let mut got = 0;
        while let Poll::Ready(Ok(value)) = poll(pin!(rx.recv())) {
            assert_eq!(value[0], got);
            got += 1;
        }
        assert_eq!(got, 100);
    }
}
