//! Every interleaving of a select and two peers whose entries share a mark of the block: in a model there are two marks, so the
//! first and the third entry do.

use std::pin::{Pin, pin};

use loom::future::block_on;
use loom::thread;

use super::{Arm, Chosen, OnClose, Run, keep, recv_arm, run, value};
use crate::chan::{Receiver, Sender, bounded};
use crate::wait::block::MARKS;

fn model(preemptions: usize, body: impl Fn() + Send + Sync + 'static) {
    let mut builder = loom::model::Builder::new();
    builder.preemption_bound = Some(preemptions);
    builder.check(body);
}

/// Two channels with one place each, whose receivers share a mark as the first and the third arm of a select, and what is between.
fn channels() -> ([Sender<u32>; 2], [Receiver<u32>; 3], Sender<u32>) {
    assert_eq!(MARKS, 2);
    let (ta, ra) = bounded(1);
    let (quiet, rq) = bounded(1);
    let (tc, rc) = bounded(1);
    ([ta, tc], [ra, rq, rc], quiet)
}

fn send(tx: Sender<u32>, value: u32) -> thread::JoinHandle<()> {
    thread::spawn(move || tx.try_send(value).unwrap())
}

/// Both peers come while the select waits, or before, or between its two turns: each value is received once.
#[test]
fn model_two_entries_with_one_mark() {
    model(1, || {
        let ([ta, tc], [ra, rq, rc], _quiet) = channels();
        let senders = [send(ta, 1), send(tc, 2)];
        block_on(async {
            let arm = |rx| recv_arm(rx, true, OnClose::Disable);
            let (a, q, c) = (pin!(arm(&ra)), pin!(arm(&rq)), pin!(arm(&rc)));
            let ((kept_a, a), (_, q), (kept_c, c)) = (keep(a), keep(q), keep(c));
            let mut arms = [a, q, c];
            let mut turns = pin!(run(&mut arms, false, false));
            let mut sum = 0;
            for _ in 0..2 {
                sum += match turns.as_mut().await {
                    Chosen::Arm(0) => value(turns.as_mut(), 0, &kept_a),
                    Chosen::Arm(2) => value(turns.as_mut(), 2, &kept_c),
                    other => panic!("a value is still to come: {other:?}"),
                };
            }
            assert_eq!(sum, 3);
        });
        for sender in senders {
            sender.join().unwrap();
        }
    });
}

/// The select is dropped between two turns, or in its second, while a peer comes to the entry whose mark another one has left:
/// the value that it did not take is still there.
#[test]
fn model_one_mark_of_two_entries_at_the_end() {
    model(3, || {
        let ([ta, tc], [ra, rq, rc], _quiet) = channels();
        let arm = |rx| recv_arm(rx, true, OnClose::Disable);
        let first = {
            let (a, q, c) = (pin!(arm(&ra)), pin!(arm(&rq)), pin!(arm(&rc)));
            let ((kept_a, a), (_, q), (_, c)) = (keep(a), keep(q), keep(c));
            let mut arms: [Pin<&mut (dyn Arm + Send)>; 3] = [a, q, c];
            let mut turns: Pin<&mut Run<'_, '_>> = pin!(run(&mut arms, true, false));
            let sender = send(tc, 2);
            ta.try_send(1).unwrap();
            let chosen = block_on(turns.as_mut());
            sender.join().unwrap();
            match chosen {
                Chosen::Arm(0) => Some(value(turns, 0, &kept_a)),
                // Not taken out of its arm: it goes back.
                Chosen::Arm(2) => None,
                other => panic!("a value is there: {other:?}"),
            }
        };
        match first {
            Some(value) => assert_eq!(value, 1),
            None => assert_eq!(block_on(ra.recv()), Ok(1)),
        }
        assert_eq!(block_on(rc.recv()), Ok(2));
    });
}
