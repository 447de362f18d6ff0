//! First in, first out: of values, and of those who wait.

use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll, Waker};

use csp::prelude::*;

use crate::support::{CAPACITIES, channel, explored, on, others_go_first, rounds};

fn poll<F: Future>(future: &mut Pin<Box<F>>) -> Poll<F::Output> {
    future.as_mut().poll(&mut Context::from_waker(Waker::noop()))
}

#[process]
fn numbers(tx: Sender<(usize, usize)>, me: usize, rounds: usize) {
    for n in 0..rounds {
        tx.send((me, n))?;
    }
}

/// The values of one sender arrive in the order sent, whoever else sends, for one receiver.
#[test]
fn values_of_one_sender_arrive_in_order() {
    let n = rounds(50_000);
    for capacity in CAPACITIES {
        on(4, move || {
            go! {
                let (tx, rx) = channel(capacity);
                for me in 0..4 {
                    go!(numbers(tx.clone(), me, n));
                }
                drop(tx);
                let mut next = [0; 4];
                for (sender, n) in rx {
                    assert_eq!(n, next[sender], "of sender {sender}");
                    next[sender] += 1;
                }
                assert_eq!(next, [n; 4]);
            }
        });
    }
}

/// And for several: what each of them gets of one sender is in order.
#[test]
fn each_of_several_receivers_sees_one_senders_order() {
    let n = rounds(50_000);
    for capacity in CAPACITIES {
        on(4, move || {
            go! {
                let (tx, rx) = channel(capacity);
                let mut receivers = Vec::new();
                for _ in 0..3 {
                    let rx = rx.clone();
                    receivers.push(go! {
                        let (mut last, mut count) = ([None; 2], 0);
                        for (sender, n) in rx {
                            assert!(last[sender] < Some(n), "{n} after {:?}", last[sender]);
                            last[sender] = Some(n);
                            count += 1;
                        }
                        count
                    });
                }
                drop(rx);
                par!(numbers(tx.clone(), 0, n), numbers(tx, 1, n));
                let mut count = 0;
                for receiver in receivers {
                    count += receiver.await.unwrap();
                }
                assert_eq!(count, 2 * n);
            }
        });
    }
}

#[test]
fn receivers_are_served_as_they_came() {
    for capacity in CAPACITIES {
        let (tx, rx) = channel(capacity);
        let mut waiting: Vec<_> = (0..100).map(|_| Box::pin(rx.recv())).collect();
        for receive in &mut waiting {
            assert!(poll(receive).is_pending());
        }
        // Polled again, they keep their places; those in between may leave.
        for n in (0..100).rev() {
            assert!(poll(&mut waiting[n]).is_pending());
        }
        let mut waiting: Vec<_> =
            waiting.into_iter().enumerate().filter(|(n, _)| n % 7 != 3).map(|(_, w)| w).collect();
        for n in 0..waiting.len() {
            tx.try_send(n).unwrap();
        }
        for (n, receive) in waiting.iter_mut().enumerate() {
            assert_eq!(poll(receive), Poll::Ready(Ok(n)));
        }
    }
}

#[test]
fn senders_are_served_as_they_came() {
    for capacity in [0, 1, 7] {
        let (tx, rx) = chan!(usize; capacity);
        for n in 0..capacity {
            tx.try_send(n).unwrap();
        }
        let mut waiting: Vec<_> = (capacity..100).map(|n| Some(Box::pin(tx.send(n)))).collect();
        for send in waiting.iter_mut().flatten() {
            assert!(poll(send).is_pending());
        }
        let mut expected: Vec<_> = (0..capacity).collect();
        for (place, send) in waiting.iter_mut().enumerate() {
            if place % 5 == 2 { *send = None } else { expected.push(capacity + place) }
        }
        assert!(rx.try_iter().eq(expected), "those who left took their values with them");
        for send in waiting.iter_mut().flatten() {
            assert_eq!(poll(send), Poll::Ready(Ok(())));
        }
    }
}

/// A newcomer does not overtake those who wait: neither a send that tries, nor a receive that tries.
#[test]
fn nobody_overtakes() {
    let (tx, rx) = chan!(u32; 1);
    tx.try_send(0).unwrap();
    let mut first = Box::pin(tx.send(1));
    assert!(poll(&mut first).is_pending());
    assert_eq!(rx.try_recv(), Ok(0));
    // The place that came free is the waiting sender's.
    assert_eq!(tx.try_send(2), Err(TrySendError::Full(2)));
    assert_eq!(poll(&mut first), Poll::Ready(Ok(())));
    assert_eq!(rx.try_recv(), Ok(1));
    let (tx, rx) = chan!(u32; 1);
    let mut first = Box::pin(rx.recv());
    assert!(poll(&mut first).is_pending());
    tx.try_send(1).unwrap();
    assert_eq!(rx.try_recv(), Err(TryRecvError::Empty), "it is handed over already");
    assert_eq!(poll(&mut first), Poll::Ready(Ok(1)));
}

/// Selects wait in the same queues as plain operations.
#[test]
fn selects_are_served_as_they_came() {
    let got = on(1, || {
        go! {
            let (tx, rx) = chan!(usize);
            let (log, got) = chan!((usize, usize); ..);
            let (_quiet, silent) = chan!(u8);
            let mut started = Vec::new();
            for place in 0..20 {
                let (rx, log, silent) = (rx.clone(), log.clone(), silent.clone());
                let (here, arrived) = chan!(());
                started.push(go! {
                    here <- ();
                    if place % 2 == 0 {
                        log <- (place, rx.recv()?);
                    } else {
                        select! {
                            n = <-rx => log.send((place, n))?,
                            <-silent => unreachable!(),
                        }
                    }
                });
                // On one worker it goes on to its receive before anybody else is asked.
                <-arrived;
                others_go_first().await;
            }
            for n in 0..20 {
                tx <- n;
            }
            for process in started {
                process.await.unwrap();
            }
            Some(got.try_iter().collect::<Vec<_>>())
        }
    });
    let mut got = got.unwrap();
    got.sort_unstable();
    assert!(got.into_iter().eq((0..20).map(|n| (n, n))));
}

explored! {
    values_of_one_sender_arrive_in_order,
    each_of_several_receivers_sees_one_senders_order,
    selects_are_served_as_they_came,
}
