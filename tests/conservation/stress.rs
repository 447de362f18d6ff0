//! Many parties, cut off at random.

use std::future::{Future, poll_fn};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::Poll;
use std::thread;

use csp::prelude::*;

use crate::ledger::{Ledger, Token};

/// xorshift64*, so that a party's choices depend on its seed alone.
pub(crate) struct Dice(u64);

impl Dice {
    pub(crate) fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1)
    }

    pub(crate) fn below(&mut self, n: u64) -> u64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        (self.0.wrapping_mul(0x2545_F491_4F6C_DD1D) >> 33) % n
    }
}

/// Polls an operation up to so many times, giving way in between, then drops it.
async fn cut<F: Future>(operation: F, polls: u64) -> Option<F::Output> {
    let mut operation = std::pin::pin!(operation);
    for _ in 0..polls {
        if let Poll::Ready(value) = poll_fn(|cx| Poll::Ready(operation.as_mut().poll(cx))).await {
            return Some(value);
        }
        csp::yield_now().await;
    }
    None
}

async fn turns(n: u64) {
    for _ in 0..n {
        csp::yield_now().await;
    }
}

fn sent(ledger: &Ledger, id: usize, result: Result<(), SendError<Token>>) {
    match result {
        Ok(()) => ledger.accepted(id),
        Err(SendError(token)) => token.take_back(),
    }
}

/// One channel of an episode and the books of it.
#[derive(Clone)]
pub(crate) struct Books {
    pub(crate) ledger: Arc<Ledger>,
    operations: Arc<AtomicUsize>,
}

impl Books {
    pub(crate) fn new(most: usize) -> Self {
        Self { ledger: Ledger::new(most), operations: Arc::default() }
    }
}

#[process]
pub(crate) fn sender(tx: Sender<Token>, other: Sender<Token>, books: Books, seed: u64, rounds: usize) {
    let mut dice = Dice::new(seed);
    let ledger = &books.ledger;
    for _ in 0..rounds {
        let action = dice.below(8);
        // The last one is no operation.
        books.operations.fetch_add(usize::from(action < 7), Ordering::Relaxed);
        match action {
            0 => {
                let token = ledger.make();
                let id = token.id();
                let result = tx.send(token);
                sent(ledger, id, result);
            }
            1 => {
                let token = ledger.make();
                let id = token.id();
                if let Some(result) = cut(Sender::send(&tx, token), dice.below(3)).await {
                    sent(ledger, id, result);
                }
            }
            2 => {
                let token = ledger.make();
                let id = token.id();
                match tx.try_send(token) {
                    Ok(()) => ledger.accepted(id),
                    Err(TrySendError::Full(token) | TrySendError::Closed(token)) => token.take_back(),
                }
            }
            3 => {
                let token = ledger.make();
                let id = token.id();
                let mut send = std::pin::pin!(Sender::send(&tx, token));
                match cut(send.as_mut(), dice.below(3)).await {
                    Some(result) => sent(ledger, id, result),
                    None => match send.as_mut().withdraw() {
                        Some(token) => token.take_back(),
                        None => ledger.accepted(id),
                    },
                }
            }
            4 => {
                let mut id = 0;
                let mut make = || {
                    let token = ledger.make();
                    id = token.id();
                    token
                };
                let done = select! {
                    r = tx.send(make()) => Some(r),
                    turns(dice.below(3)).await => None,
                };
                if let Some(result) = done {
                    sent(ledger, id, result);
                }
            }
            5 => {
                // Either channel, with a value that takes its time.
                let mut id = 0;
                let wait = dice.below(2);
                let slow = async {
                    turns(wait).await;
                    ledger.make()
                };
                let done = select! {
                    r = tx.send({ let token = slow.await; id = token.id(); token }) => Some(r),
                    r = other.send({ let token = ledger.make(); id = token.id(); token }) => Some(r),
                    turns(1 + dice.below(3)).await => None,
                };
                if let Some(result) = done {
                    sent(ledger, id, result);
                }
            }
            6 => {
                // A select that is itself cut off.
                let polls = dice.below(3);
                let select = async {
                    let id;
                    let result = select! {
                        r = tx.send({ let token = ledger.make(); id = token.id(); token }) => r,
                        r = other.send({ let token = ledger.make(); id = token.id(); token }) => r,
                    };
                    sent(ledger, id, result);
                };
                cut(select, polls).await;
            }
            _ => csp::yield_now().await,
        }
    }
}

#[process]
pub(crate) fn receiver(
    rx: Receiver<Token>,
    other: Receiver<Token>,
    books: Books,
    seed: u64,
    rounds: usize,
    patient: bool,
) {
    let mut dice = Dice::new(seed);
    let both = [rx.clone(), other.clone()];
    for _ in 0..rounds {
        let action = dice.below(8);
        // The last one is no operation.
        books.operations.fetch_add(usize::from(action < 7), Ordering::Relaxed);
        match action {
            // Where nobody drains the other channel, those who feed this one may wait there for ever.
            0 if patient => rx.recv()?.receive(),
            0..=2 => {
                if let Some(Ok(token)) = cut(Receiver::recv(&rx), dice.below(3)).await {
                    token.receive();
                }
            }
            3 => {
                if let Ok(token) = rx.try_recv() {
                    token.receive();
                }
            }
            4 => select! {
                token = <-rx => token.receive(),
                token = <-other => token.receive(),
                turns(dice.below(3)).await => {},
            },
            5 => {
                let select = async {
                    select! {
                        r = rx.recv() => if let Ok(token) = r { token.receive() },
                        r = other.recv() => if let Ok(token) = r { token.receive() },
                    }
                };
                cut(select, dice.below(3)).await;
            }
            6 => select! {
                got = <-any(&both) => got.1.receive(),
                <-after(Duration::from_micros(dice.below(200))) => {},
                default => csp::yield_now().await,
            },
            _ => csp::yield_now().await,
        }
    }
}

/// Takes what the others left, until nothing can come any more.
#[process]
pub(crate) fn drains(rx: Receiver<Token>, books: Books) {
    for token in rx {
        books.operations.fetch_add(1, Ordering::Relaxed);
        token.receive();
    }
}

/// How an episode ends.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Ending {
    /// Senders leave; receivers take what is left.
    Drained,
    /// Somebody closes in the middle; receivers take what was accepted.
    Closed,
    /// Receivers leave for good: what is in the channels is dropped with them.
    Abandoned,
}

/// Two channels, parties on workers and on threads; some are cancelled as a whole.
fn episode(runtime: &Runtime, capacity: Option<usize>, ending: Ending, seed: u64, rounds: usize) -> usize {
    let mut dice = Dice::new(seed);
    // Each party makes at most one value a round, each thread at most `rounds`.
    let books = Books::new(8 * rounds);
    let channel = || match capacity {
        Some(n) => chan!(Token; n),
        None => chan!(Token; ..),
    };
    let ((tx, rx), (tx2, rx2)) = (channel(), channel());
    let _here = runtime.enter();
    let mut processes = Vec::new();
    let mut victims = Vec::new();
    for n in 0..5 {
        let (a, b) = if n % 2 == 0 { (&tx, &tx2) } else { (&tx2, &tx) };
        let handle = go!(sender(a.clone(), b.clone(), books.clone(), dice.below(1 << 40), rounds));
        if n == 4 { victims.push(handle) } else { processes.push(handle) }
    }
    for n in 0..5 {
        let (a, b) = if n % 2 == 0 { (&rx, &rx2) } else { (&rx2, &rx) };
        let patient = ending != Ending::Abandoned;
        let handle = go!(receiver(a.clone(), b.clone(), books.clone(), dice.below(1 << 40), rounds, patient));
        if n == 4 { victims.push(handle) } else { processes.push(handle) }
    }
    if ending != Ending::Abandoned {
        processes.push(go!(drains(rx.clone(), books.clone())));
        processes.push(go!(drains(rx2.clone(), books.clone())));
    }
    let threads = {
        let (tx, rx, books, seed) = (tx.clone(), rx2.clone(), books.clone(), dice.below(1 << 40));
        let abandons = ending == Ending::Abandoned;
        let sends = thread::spawn({
            let books = books.clone();
            move || {
                for _ in 0..rounds / 10 {
                    books.operations.fetch_add(1, Ordering::Relaxed);
                    let token = books.ledger.make();
                    let id = token.id();
                    sent(&books.ledger, id, tx.send_blocking(token));
                }
            }
        });
        let receives = thread::spawn(move || {
            let mut dice = Dice::new(seed);
            for token in rx.iter() {
                books.operations.fetch_add(1, Ordering::Relaxed);
                token.receive();
                if abandons && dice.below(50) == 0 {
                    break;
                }
            }
        });
        [sends, receives]
    };
    let (close, wait) = ((tx.clone(), rx2.clone()), dice.below(200));
    // What a receive that is cut off had been handed may come back when everybody else has gone.
    let rest = (ending != Ending::Abandoned).then(|| [rx.clone(), rx2.clone()]);
    drop((tx, rx, tx2, rx2));
    if ending == Ending::Closed {
        thread::sleep(Duration::from_micros(wait));
        close.0.close();
        close.1.close();
    }
    drop(close);
    thread::sleep(Duration::from_micros(dice.below(100)));
    for victim in &victims {
        victim.cancel();
    }
    for process in processes {
        process.join().unwrap();
    }
    for victim in victims {
        assert!(victim.join().map_or_else(|error| error.is_cancelled(), |()| true));
    }
    for thread in threads {
        thread.join().unwrap();
    }
    for token in rest.iter().flatten().flat_map(Receiver::try_iter) {
        token.receive();
    }
    drop(rest);
    books.ledger.settle(ending != Ending::Abandoned, (capacity, ending, seed));
    books.operations.load(Ordering::Relaxed)
}

fn operations() -> usize {
    let default = if cfg!(debug_assertions) { 1_000_000 } else { 10_000_000 };
    std::env::var("CSP_OPERATIONS").map_or(default, |v| v.parse().expect("`CSP_OPERATIONS` is a number"))
}

fn seed() -> u64 {
    std::env::var("CSP_SEED").map_or(1, |v| v.parse().expect("`CSP_SEED` is a number"))
}

#[test]
fn values_are_conserved_under_cancellation() {
    let runtime = Runtime::builder().workers(4).build().unwrap();
    let capacities = [Some(0), Some(1), Some(7), None];
    let endings = [Ending::Drained, Ending::Closed, Ending::Abandoned];
    let (mut done, mut turn) = (0, 0);
    // Every capacity with every ending, and so on until the number is reached.
    while done < operations() || turn < 12 {
        let (capacity, ending) = (capacities[turn % 4], endings[turn / 4 % 3]);
        let seed = seed().wrapping_mul(1_000_003).wrapping_add(turn as u64);
        done += episode(&runtime, capacity, ending, seed, 1_000);
        turn += 1;
    }
    while runtime.live() > 0 {
        thread::yield_now();
    }
}
