//! Selects with send arms of every kind of value, against receivers that are cancelled, time out and poll at random.
//!
//! `CSP_ARM_ROUNDS` sets how many selects there are (20,000), `CSP_WORKERS` on how many workers. With `CSP_LONG` the run says how
//! late the selects were that took their time limit, beside plain timers of the same length.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering::Relaxed};
use std::time::Instant;

use csp::explore::{Explore, Policy};
use csp::prelude::*;

use crate::stress::Dice;

/// What was given and got, on the channel of numbers and on that of boxes.
#[derive(Default)]
struct Books {
    sent: AtomicU64,
    sent_sum: AtomicU64,
    received: AtomicU64,
    received_sum: AtomicU64,
    late: AtomicU64,
    latest_select: AtomicU64,
    latest_timer: AtomicU64,
    done: AtomicBool,
}

impl Books {
    fn sent(&self, value: u64) {
        self.sent.fetch_add(1, Relaxed);
        self.sent_sum.fetch_add(value, Relaxed);
    }

    fn got(&self, value: u64) {
        self.received.fetch_add(1, Relaxed);
        self.received_sum.fetch_add(value, Relaxed);
    }
}

const LIMIT: Duration = Duration::from_micros(300);

fn made(value: u64) -> u64 {
    value
}

struct Fields {
    value: u64,
}

#[process]
fn selects(tx: Sender<u64>, boxes: Sender<Box<u64>>, books: Arc<Books>, seed: u64, rounds: u64) {
    let mut dice = Dice::new(seed);
    let (feed, food) = chan!(u64; 1);
    let (_open, never) = chan!(u64);
    for _ in 0..rounds {
        let value = dice.below(1000);
        let begin = Instant::now();
        let mut late = false;
        match dice.below(8) {
            0 => select! { tx <- 7 => books.sent(7), <-after(LIMIT) => late = true },
            1 => select! { tx <- value => books.sent(value), <-after(LIMIT) => late = true },
            2 => {
                let fields = Fields { value };
                select! {
                    tx <- fields.value => books.sent(value),
                    _v = <-never => {}
                    <-after(LIMIT) => late = true,
                }
            }
            3 => select! { tx <- made(value) => books.sent(value), <-after(LIMIT) => late = true },
            4 => {
                let moved = Box::new(value);
                select! { boxes <- moved => books.sent(value), <-after(LIMIT) => late = true }
            }
            5 => {
                // The value is received only if the arm is chosen.
                let _ = feed.try_send(value);
                select! { tx <- food.recv()? => books.sent(value), <-after(LIMIT) => late = true }
                let _ = food.try_recv();
            }
            6 => select! {
                tx <- 3 => books.sent(3),
                tx <- made(value) => books.sent(value),
                boxes <- Box::new(value) => books.sent(value),
                <-after(LIMIT) => late = true,
            },
            _ => select! {
                r = tx.send(made(value)) => if r.is_ok() { books.sent(value) },
                default => {}
            },
        }
        if late {
            books.late.fetch_add(1, Relaxed);
            let over = begin.elapsed().saturating_sub(LIMIT).as_micros() as u64;
            books.latest_select.fetch_max(over, Relaxed);
        }
    }
}

/// Plain timers of the same length, for comparison.
#[process]
fn timers(books: Arc<Books>) {
    while !books.done.load(Relaxed) {
        let begin = Instant::now();
        sleep(LIMIT).await;
        let over = begin.elapsed().saturating_sub(LIMIT).as_micros() as u64;
        books.latest_timer.fetch_max(over, Relaxed);
    }
}

#[process]
fn one(rx: Receiver<u64>, boxes: Receiver<Box<u64>>, books: Arc<Books>) {
    select! {
        value = <-rx => books.got(value),
        value = <-boxes => books.got(*value),
    }
}

#[process]
fn receives(rx: Receiver<u64>, boxes: Receiver<Box<u64>>, books: Arc<Books>, seed: u64) {
    let mut dice = Dice::new(seed);
    while !books.done.load(Relaxed) {
        let limit = Duration::from_micros(dice.below(3) * 200);
        match dice.below(7) {
            0 => {
                if let Ok(Ok(value)) = timeout(limit, Receiver::recv(&rx)).await {
                    books.got(value);
                }
            }
            1 => {
                if let Ok(value) = rx.try_recv() {
                    books.got(value);
                }
                csp::yield_now().await;
            }
            2 => select! { value = <-rx => books.got(value), default => csp::yield_now().await },
            3 => select! {
                value = <-rx => books.got(value),
                value = <-boxes => books.got(*value),
                <-after(limit) => {}
            },
            4 => {
                let receiver = go!(one(rx.clone(), boxes.clone(), books.clone()));
                if dice.below(2) == 0 {
                    csp::yield_now().await;
                }
                receiver.cancel();
                let _ = receiver.await;
            }
            5 => {
                if let Ok(Ok(value)) = timeout(limit, Receiver::recv(&boxes)).await {
                    books.got(*value);
                }
            }
            _ => {
                let set = [rx.clone()];
                select! { (_, value) = <-any(&set) => books.got(value), <-after(limit) => {} }
            }
        }
    }
}

async fn episode(capacity: usize, books: &Arc<Books>, parties: u64, rounds: u64, seed: u64) {
    let (tx, rx) = chan!(u64; capacity);
    let (boxes, opened) = chan!(Box<u64>; capacity);
    let senders: Vec<_> = (0..parties)
        .map(|n| csp::go!(selects(tx.clone(), boxes.clone(), books.clone(), seed + n, rounds)))
        .collect();
    let receivers: Vec<_> = (0..parties)
        .map(|n| csp::go!(receives(rx.clone(), opened.clone(), books.clone(), seed + 100 + n)))
        .collect();
    let timer = csp::go!(timers(books.clone()));
    for sender in senders {
        sender.await.unwrap();
    }
    books.done.store(true, Relaxed);
    for receiver in receivers {
        receiver.await.unwrap();
    }
    timer.await.unwrap();
    for value in rx.try_iter() {
        books.got(value);
    }
    for value in opened.try_iter() {
        books.got(*value);
    }
}

fn settle(books: &Books, what: &str) {
    let [sent, received] = [&books.sent, &books.received].map(|n| n.load(Relaxed));
    let [given, got] = [&books.sent_sum, &books.received_sum].map(|n| n.load(Relaxed));
    assert_eq!((sent, given), (received, got), "{what}: sent and received, their number and their sum");
}

fn rounds() -> u64 {
    std::env::var("CSP_ARM_ROUNDS").map_or(20_000, |n| n.parse().expect("CSP_ARM_ROUNDS is a number"))
}

#[test]
fn send_arms_lose_nothing_and_keep_their_time() {
    for (workers, capacity) in [(2, 0), (8, 0), (1, 0), (2, 1), (8, 2)] {
        let books = Arc::new(Books::default());
        let runtime = csp::Runtime::builder().workers(workers).build().unwrap();
        runtime.block_on(episode(capacity, &books, 4, rounds() / 20, 11));
        settle(&books, &format!("{workers} workers, room for {capacity}"));
        assert!(books.received.load(Relaxed) > 0);
        if std::env::var_os("CSP_LONG").is_some() {
            println!(
                "{workers} workers, room for {capacity}: {} sent, {} took the limit, at most {} us late; a timer {} us",
                books.sent.load(Relaxed),
                books.late.load(Relaxed),
                books.latest_select.load(Relaxed),
                books.latest_timer.load(Relaxed),
            );
        }
    }
}

/// Two processes, every order of their steps: what one select sends, the other side has got or finds, and nobody waits for ever.
#[test]
fn every_schedule_of_a_send_arm_and_a_receiver_that_leaves() {
    let mut schedules = 0;
    for capacity in [0, 1] {
        for kind in 0..5 {
            for receiver in 0..5 {
                let explored = Explore::new()
                    .policy(Policy::Dfs)
                    .schedules(100_000)
                    .run(move || two(capacity, kind, receiver));
                match explored {
                    Ok(report) => {
                        assert!(report.is_complete());
                        schedules += report.schedules();
                    }
                    Err(failure) => panic!(
                        "room for {capacity}, value {kind}, receiver {receiver}: {failure}\n{}",
                        failure.trace()
                    ),
                }
            }
        }
    }
    assert!(schedules > 500, "{schedules} schedules");
}

async fn two(capacity: usize, kind: u64, receiver: u64) {
    let (tx, rx) = chan!(u64; capacity);
    let rest = rx.clone();
    let sender = csp::go!(sends_one(tx, kind));
    let receiver = csp::go!(receives_one(rx, receiver));
    // The receiver keeps its end until it has ended; `rest` finds what came after it, or is told that nothing will.
    let got = receiver.await.unwrap().unwrap_or(0);
    let rest = async { Receiver::recv(&rest).await.unwrap_or(0) };
    let rest = rest.await;
    let sent = sender.await.unwrap().unwrap_or(0);
    assert_eq!(sent, got + rest, "sent, and received");
}

/// What was sent, if anything was.
#[process]
fn sends_one(tx: Sender<u64>, kind: u64) -> Option<u64> {
    let five = 5;
    let (feed, food) = chan!(u64; 1);
    feed.try_send(5).ok()?;
    match kind {
        0 => select! { tx <- 5 => Some(5), <-after(LIMIT) => None },
        1 => select! { tx <- five => Some(5), <-after(LIMIT) => None },
        2 => select! { tx <- made(5) => Some(5), <-after(LIMIT) => None },
        3 => select! { tx <- food.recv()? => Some(5), <-after(LIMIT) => None },
        _ => select! { tx <- { csp::yield_now().await; 5 } => Some(5), <-after(LIMIT) => None },
    }
}

/// What was received, if anything was before the receiver left.
#[process]
fn receives_one(rx: Receiver<u64>, kind: u64) -> Option<u64> {
    let (_open, never) = chan!(u64);
    match kind {
        0 => timeout(Duration::ZERO, Receiver::recv(&rx)).await.ok()?.ok(),
        1 => rx.try_recv().ok(),
        2 => select! { value = <-rx => Some(value), default => None },
        3 => {
            select! { value = <-rx => Some(value), value = <-never => Some(value), <-after(LIMIT / 2) => None }
        }
        _ => timeout(LIMIT, Receiver::recv(&rx)).await.ok()?.ok(),
    }
}
