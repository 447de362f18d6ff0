//! Every way to send meets every way to receive: one statement of each, on a rendezvous and on a buffered channel.
//!
//! Two that both only poll never meet on a rendezvous, as in Go: neither is there when the other looks. Those are counted too,
//! as the pairs that do not meet.

use std::fmt::Debug;
use std::future::Future;
use std::sync::atomic::{AtomicUsize, Ordering};

use csp::prelude::*;

/// So often a poller looks, at most, where it is not to meet anybody.
const FEW: usize = 10_000;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Sends {
    Plain,
    Limited,
    Try,
    Literal,
    Variable,
    Field,
    Moved,
    Called,
    Received,
    LiteralOrDefault,
    CalledOrDefault,
    Result,
}

const SENDS: [Sends; 12] = [
    Sends::Plain,
    Sends::Limited,
    Sends::Try,
    Sends::Literal,
    Sends::Variable,
    Sends::Field,
    Sends::Moved,
    Sends::Called,
    Sends::Received,
    Sends::LiteralOrDefault,
    Sends::CalledOrDefault,
    Sends::Result,
];

impl Sends {
    fn polls(self) -> bool {
        matches!(self, Sends::Try | Sends::LiteralOrDefault | Sends::CalledOrDefault)
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Receives {
    Plain,
    Loop,
    Arm,
    TwoArms,
    Set,
    Result,
    Try,
    Default,
    NoTime,
    NoTimeInSelect,
    TimeoutOfSelect,
    Thread,
}

const RECEIVES: [Receives; 12] = [
    Receives::Plain,
    Receives::Loop,
    Receives::Arm,
    Receives::TwoArms,
    Receives::Set,
    Receives::Result,
    Receives::Try,
    Receives::Default,
    Receives::NoTime,
    Receives::NoTimeInSelect,
    Receives::TimeoutOfSelect,
    Receives::Thread,
];

impl Receives {
    fn polls(self) -> bool {
        matches!(
            self,
            Receives::Try
                | Receives::Default
                | Receives::NoTime
                | Receives::NoTimeInSelect
                | Receives::TimeoutOfSelect
        )
    }
}

/// What the moved value needs: no `Copy` type.
#[derive(Debug, PartialEq)]
struct Value(u32);

struct Fields {
    one: u32,
}

fn make(value: u32) -> u32 {
    value
}

async fn looks<F: Future<Output = Option<()>>>(most: usize, mut look: impl FnMut() -> F) -> Option<()> {
    for _ in 0..most {
        if look().await.is_some() {
            return Some(());
        }
        csp::yield_now().await;
    }
    None
}

/// Sends 5, if there is a receiver.
#[process]
fn sends(how: Sends, tx: Sender<u32>, moved: Sender<Value>, most: usize) -> Option<()> {
    match how {
        Sends::Plain => tx.send(5).ok(),
        Sends::Limited => csp::timeout(Duration::from_secs(3600), Sender::send(&tx, 5)).await.ok()?.ok(),
        Sends::Try => looks(most, || async { tx.try_send(5).ok() }).await,
        Sends::Literal => select! { tx <- 5 => Some(()), closed => None },
        Sends::Variable => {
            let value = 5;
            select! { tx <- value => Some(()), closed => None }
        }
        Sends::Field => {
            let fields = Fields { one: 5 };
            select! { tx <- fields.one => Some(()), closed => None }
        }
        Sends::Moved => {
            let value = Value(5);
            select! { moved <- value => Some(()), closed => None }
        }
        Sends::Called => select! { tx <- make(5) => Some(()), closed => None },
        Sends::Received => {
            let (to, from) = chan!(u32; 1);
            to.try_send(5).unwrap();
            select! { tx <- from.recv().unwrap() => Some(()), closed => None }
        }
        Sends::LiteralOrDefault => {
            looks(most, || async {
                select! { tx <- 5 => Some(()), default => None }
            })
            .await
        }
        Sends::CalledOrDefault => {
            looks(most, || async {
                select! { tx <- make(5) => Some(()), default => None }
            })
            .await
        }
        Sends::Result => select! { sent = tx.send(make(5)) => sent.ok() },
    }
}

/// Receives one value, and gives it.
#[process]
fn receives<T: Send + Sync + Debug + 'static>(how: Receives, rx: Receiver<T>, most: usize) -> Option<T> {
    let (_open, never) = chan!(T);
    let mut got = None;
    let polls = async |look: &mut (dyn FnMut() -> Option<T> + Send)| {
        for _ in 0..most {
            if let Some(value) = look() {
                return Some(value);
            }
            csp::yield_now().await;
        }
        None
    };
    match how {
        Receives::Plain => rx.recv().ok(),
        Receives::Loop => {
            for value in rx {
                return Some(value);
            }
            None
        }
        Receives::Arm => select! { value = <-rx => Some(value) },
        Receives::TwoArms => select! { value = <-never => Some(value), value = <-rx => Some(value) },
        Receives::Set => {
            let set = [rx, never];
            select! { (_, value) = <-any(&set) => Some(value) }
        }
        Receives::Result => select! { value = rx.recv() => value.ok() },
        Receives::Try => polls(&mut || rx.try_recv().ok()).await,
        Receives::Default => {
            for _ in 0..most {
                select! { value = <-rx => { got = Some(value); break } default => csp::yield_now().await }
            }
            got
        }
        Receives::NoTime => {
            for _ in 0..most {
                if let Ok(Ok(value)) = csp::timeout(Duration::ZERO, Receiver::recv(&rx)).await {
                    return Some(value);
                }
                csp::yield_now().await;
            }
            None
        }
        Receives::NoTimeInSelect => {
            for _ in 0..most {
                select! {
                    value = <-rx => { got = Some(value); break }
                    <-csp::after(Duration::ZERO) => csp::yield_now().await,
                }
            }
            got
        }
        Receives::TimeoutOfSelect => {
            for _ in 0..most {
                let look = async {
                    select! { value = <-rx => Some(value), value = <-never => Some(value) }
                };
                if let Ok(Some(value)) = csp::timeout(Duration::ZERO, look).await {
                    return Some(value);
                }
                csp::yield_now().await;
            }
            None
        }
        Receives::Thread => csp::blocking(move || rx.recv_blocking().ok()).await,
    }
}

async fn meet(send: Sends, receive: Receives, capacity: usize, most: usize) -> bool {
    let (tx, rx) = chan!(u32; capacity);
    let (moved, moves) = chan!(Value; capacity);
    // The ends that are not used stay, so that nothing is closed.
    let ends = (tx.clone(), rx.clone(), moved.clone(), moves.clone());
    let sender = csp::go!(sends(send, tx, moved, most));
    let got = if send == Sends::Moved {
        let receiver = csp::go!(receives(receive, moves, most));
        receiver.await.unwrap().map(|value| value.0)
    } else {
        let receiver = csp::go!(receives(receive, rx, most));
        receiver.await.unwrap()
    };
    let sent = got.is_none() || sender.await.unwrap().is_some();
    drop(ends);
    assert!(sent, "{send:?} and {receive:?}: the value was received and not sent");
    assert!(got.is_none_or(|value| value == 5));
    got.is_some()
}

fn all_meet(workers: usize) {
    let runtime = csp::Runtime::builder().workers(workers).build().unwrap();
    let met = AtomicUsize::new(0);
    for capacity in [0, 1] {
        for send in SENDS {
            for receive in RECEIVES {
                let polls = send.polls() && receive.polls();
                if capacity == 0 && polls {
                    continue;
                }
                let meet = csp::timeout(Duration::from_secs(60), meet(send, receive, capacity, usize::MAX));
                assert_eq!(
                    runtime.block_on(meet),
                    Ok(true),
                    "{send:?} and {receive:?} did not meet with room for {capacity}, {workers} workers"
                );
                met.fetch_add(1, Ordering::Relaxed);
            }
        }
    }
    assert_eq!(met.into_inner(), 2 * 144 - 3 * 5, "all but those of which both poll a rendezvous");
}

#[test]
fn every_send_meets_every_receive_on_one_worker() {
    all_meet(1);
}

#[test]
fn every_send_meets_every_receive_on_two_workers() {
    all_meet(2);
}

/// Two that only look never see each other on a rendezvous: with one worker that is certain.
#[test]
fn two_that_poll_a_rendezvous_do_not_meet() {
    let runtime = csp::Runtime::builder().workers(1).build().unwrap();
    for send in [Sends::Try, Sends::LiteralOrDefault] {
        for receive in [Receives::Try, Receives::Default] {
            assert!(!runtime.block_on(meet(send, receive, 0, FEW)), "{send:?} and {receive:?}");
        }
    }
}
