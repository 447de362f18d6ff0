use std::thread;

use crate::{RecvError, SendError, TryRecvError, TrySendError, block_on, bounded, unbounded};

#[test]
fn a_rendezvous_hands_over() {
    let (tx, rx) = bounded(0);
    assert_eq!(tx.try_send(1), Err(TrySendError::Full(1)));
    let sender = thread::spawn(move || (0..1000).map(|n| tx.send_blocking(n)).all(|r| r.is_ok()));
    assert!(rx.iter().eq(0..1000));
    assert!(sender.join().unwrap());
}

#[test]
fn capacity_is_kept_and_order_too() {
    for capacity in [1, 2, 7, 64] {
        let (tx, rx) = bounded(capacity);
        for n in 0..capacity {
            tx.try_send(n).unwrap();
        }
        assert_eq!(tx.try_send(99), Err(TrySendError::Full(99)));
        assert_eq!(rx.len(), capacity);
        let more = thread::spawn(move || (capacity..5000).for_each(|n| tx.send_blocking(n).unwrap()));
        assert!(rx.iter().eq(0..5000));
        more.join().unwrap();
    }
}

#[test]
fn closing_drains_first_and_hands_back() {
    let (tx, rx) = unbounded();
    tx.try_send(1).unwrap();
    tx.close();
    tx.close();
    assert_eq!(tx.try_send(2), Err(TrySendError::Closed(2)));
    assert_eq!(block_on(tx.send(3)), Err(SendError(3)));
    assert_eq!(rx.try_recv(), Ok(1));
    assert_eq!(rx.try_recv(), Err(TryRecvError::Closed));
    assert_eq!(rx.recv_blocking(), Err(RecvError));
}

#[test]
fn closing_wakes_whoever_waits() {
    for capacity in [0, 1] {
        let (tx, rx) = bounded::<u32>(capacity);
        let receivers: Vec<_> = (0..40)
            .map(|_| {
                let rx = rx.clone();
                thread::spawn(move || rx.recv_blocking())
            })
            .collect();
        thread::sleep(std::time::Duration::from_millis(20));
        rx.close();
        assert!(receivers.into_iter().all(|r| r.join().unwrap() == Err(RecvError)));
        assert_eq!(tx.send_blocking(5), Err(SendError(5)));
    }
}

#[test]
fn a_gone_receiver_gives_values_back_and_drops_the_rest() {
    let (tx, rx) = bounded(1);
    let (reply, answers) = bounded::<u32>(0);
    tx.try_send(reply.clone()).unwrap();
    let blocked = thread::spawn({
        let tx = tx.clone();
        move || tx.send_blocking(reply)
    });
    thread::sleep(std::time::Duration::from_millis(20));
    drop(rx);
    // The buffered end went with the last receiver; the blocked one came back and goes here.
    drop(blocked.join().unwrap().unwrap_err());
    assert_eq!(answers.recv_blocking(), Err(RecvError));
}

#[test]
fn many_to_many_receives_each_once() {
    for capacity in [0, 1, 7, usize::MAX] {
        let (tx, rx) = bounded(capacity);
        let senders: Vec<_> = (0..4)
            .map(|s| {
                let tx = tx.clone();
                thread::spawn(move || (0..2000).for_each(|n| tx.send_blocking(s * 2000 + n).unwrap()))
            })
            .collect();
        drop(tx);
        let receivers: Vec<_> = (0..4)
            .map(|_| {
                let rx = rx.clone();
                thread::spawn(move || rx.iter().collect::<Vec<_>>())
            })
            .collect();
        senders.into_iter().for_each(|s| s.join().unwrap());
        let mut all: Vec<i32> = receivers.into_iter().flat_map(|r| r.join().unwrap()).collect();
        all.sort_unstable();
        assert!(all.into_iter().eq(0..8000));
    }
}

#[test]
fn zero_sized_values_are_counted() {
    let (tx, rx) = bounded(3);
    (0..3).for_each(|_| tx.try_send(()).unwrap());
    assert!(tx.try_send(()).is_err());
    assert_eq!(rx.try_iter().count(), 3);
}
