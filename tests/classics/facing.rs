//! Selects that meet selects.

use csp::prelude::*;

use crate::support::{channel, explored, on, rounds};

/// Holds both ends of a rendezvous and offers both at once. The language refuses that where it sees it; here the ends come in
/// separately.
#[process]
fn alone_with_both_ends(tx: Sender<u32>, rx: Receiver<u32>) {
    for turn in 0..100 {
        select! {
            tx <- turn => panic!("it met itself, sending"),
            n = <-rx => panic!("it met itself, receiving {n}"),
            default => {},
        }
    }
    for turn in 0..20 {
        select! {
            tx <- turn => panic!("it met itself, sending"),
            n = <-rx => panic!("it met itself, receiving {n}"),
            tx <- turn + 1 => panic!("it met itself, sending"),
            <-after(Duration::from_micros(200)) => {},
        }
    }
}

#[test]
fn a_rendezvous_select_with_both_ends_never_meets_itself() {
    let (tx, rx) = chan!(u32);
    on(2, || go!(alone_with_both_ends(tx, rx)));
}

#[process]
fn offers_both(tx: Sender<usize>, rx: Receiver<usize>, me: usize, rounds: usize) -> Option<(usize, usize)> {
    let (mut sent, mut received) = (0, 0);
    while sent + received < rounds {
        select! {
            tx <- me => sent += 1,
            other = <-rx => {
                assert_ne!(other, me, "it met itself");
                received += 1;
            },
        }
    }
    Some((sent, received))
}

/// Two that each offer to send and to receive on one channel meet each other, never themselves.
#[test]
fn two_that_offer_both_ends_meet_each_other() {
    for workers in [1, 2, 8] {
        let n = rounds(100_000);
        let (left, right) = on(workers, || {
            go! {
                let (tx, rx) = chan!(usize);
                par!(offers_both(tx.clone(), rx.clone(), 0, n), offers_both(tx, rx, 1, n))
            }
        });
        let (left, right) = (left.unwrap(), right.unwrap());
        assert_eq!((left.0, left.1), (right.1, right.0));
        assert_eq!(left.0 + left.1, n);
        assert!(left.0 > 0 && left.1 > 0, "{left:?}");
    }
}

/// A buffered channel has room for one's own value: both arms are ready in turn.
#[test]
fn a_buffered_channel_may_hold_ones_own_value() {
    let (tx, rx) = chan!(usize; 1);
    on(1, || {
        go! {
            let mut log = Vec::new();
            for n in 0..100 {
                select! {
                    tx <- n => log.push('s'),
                    _n = <-rx => log.push('r'),
                }
            }
            assert!(log.chunks(2).all(|pair| pair == ['s', 'r']));
        }
    });
}

/// One of a pair: sends on its own channel or receives from the other's, whichever comes.
#[process]
fn faces(mine: Sender<usize>, theirs: Receiver<usize>, flip: bool, rounds: usize) -> Option<[usize; 2]> {
    let mut did = [0; 2];
    for n in 0..rounds {
        if flip {
            select! {
                mine <- n => did[0] += 1,
                _n = <-theirs => did[1] += 1,
                closed => break,
            }
        } else {
            select! {
                _n = <-theirs => did[1] += 1,
                mine <- n => did[0] += 1,
                closed => break,
            }
        }
    }
    Some(did)
}

/// In each round exactly one of the two channels carries a value: nobody waits for ever, and never do both commit.
#[test]
fn two_selects_face_each_other_in_opposite_order() {
    for workers in [1, 2, 8] {
        let n = rounds(200_000);
        let (left, right) = on(workers, || {
            go! {
                let (a, from_a) = chan!(usize);
                let (b, from_b) = chan!(usize);
                par!(faces(a, from_b, false, n), faces(b, from_a, true, n))
            }
        });
        let (left, right) = (left.unwrap(), right.unwrap());
        assert_eq!((left[0], left[1]), (right[1], right[0]));
        assert_eq!(left[0] + left[1], n);
    }
}

/// A ring of selects: each offers to send on to the next and to receive from the one before. Every value that leaves one
/// reaches another, and the ring never stops.
#[test]
fn a_ring_of_selects_does_not_stop() {
    let (n, size) = (rounds(20_000), 7);
    let totals = on(8, move || {
        go! {
            let ends: Vec<_> = (0..size).map(|_| chan!(usize)).collect();
            let mut members = Vec::new();
            for place in 0..size {
                let next = ends[(place + 1) % size].0.clone();
                let before = ends[place].1.clone();
                members.push(go!(faces(next, before, place % 2 == 0, n)));
            }
            drop(ends);
            // A member that is through leaves; its neighbours must not wait for it.
            let mut totals = [0, 0];
            for member in members {
                let did = member.await.unwrap().unwrap();
                totals = [totals[0] + did[0], totals[1] + did[1]];
            }
            totals
        }
    });
    assert_eq!(totals[0], totals[1], "what one sent another received");
    assert!(totals[0] >= n / 2, "somebody did all its rounds");
}

/// Every kind of peer at once on one channel: plain sends and receives, selects from both sides, buffered or not.
#[test]
fn selects_and_plain_operations_share_a_channel() {
    let n = rounds(50_000);
    for capacity in [Some(0), Some(1), Some(7), None] {
        let total = on(4, move || {
            go! {
                let (tx, rx) = channel::<usize>(capacity);
                let (_quiet, silent) = chan!(u8);
                for sender in 0..4 {
                    let (tx, silent) = (tx.clone(), silent.clone());
                    go! {
                        for i in 0..n / 4 {
                            if sender % 2 == 0 {
                                tx <- i;
                            } else {
                                select! {
                                    tx <- i => {},
                                    <-silent => unreachable!(),
                                }
                            }
                        }
                    };
                }
                drop(tx);
                let mut receivers = Vec::new();
                for receiver in 0..4 {
                    let (rx, silent) = (rx.clone(), silent.clone());
                    receivers.push(go! {
                        let (mut count, mut sum) = (0, 0);
                        loop {
                            let got = if receiver % 2 == 0 {
                                rx.recv()
                            } else {
                                select! {
                                    r = rx.recv() => r,
                                    <-silent => unreachable!(),
                                }
                            };
                            match got {
                                Ok(i) => (count, sum) = (count + 1, sum + i),
                                Err(RecvError) => break (count, sum),
                            }
                        }
                    });
                }
                let mut total = (0, 0);
                for receiver in receivers {
                    let (count, sum) = receiver.await.unwrap();
                    total = (total.0 + count, total.1 + sum);
                }
                total
            }
        });
        let each = n / 4;
        assert_eq!(total, (4 * each, 4 * (each * (each - 1) / 2)), "capacity {capacity:?}");
    }
}

explored! {
    a_rendezvous_select_with_both_ends_never_meets_itself,
    two_that_offer_both_ends_meet_each_other,
    a_buffered_channel_may_hold_ones_own_value,
    two_selects_face_each_other_in_opposite_order,
    a_ring_of_selects_does_not_stop,
    selects_and_plain_operations_share_a_channel,
}
