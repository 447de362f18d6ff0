//! Rules P1 to P6 of a process body, and what follows from them.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};

use csp::prelude::*;

use crate::support::{explored, on};

// P1: communication waits, and needs no `.await`; one that is written is not doubled.

#[process]
fn echo(input: Receiver<u32>, output: Sender<u32>) {
    loop {
        let n = input.recv()?;
        if n % 2 == 0 { output.send(n)? } else { output.send(n).await? }
    }
}

#[process]
fn awaits_or_not(tx: Sender<u32>, rx: Receiver<u32>) -> Vec<u32> {
    let mut got = Vec::new();
    for n in 0..10 {
        let sent: Result<(), SendError<u32>> = if n % 3 == 0 { tx.send(n).await } else { tx.send(n) };
        sent.unwrap();
        let received: Result<u32, RecvError> = if n % 4 == 0 { rx.recv().await } else { rx.recv() };
        got.push(received.unwrap());
    }
    got
}

#[test]
fn communication_waits() {
    let got = on(2, || {
        go! {
            let (tx, input) = chan!(u32);
            let (output, rx) = chan!(u32);
            go!(echo(input, output));
            awaits_or_not(tx, rx).await
        }
    });
    assert!(got.into_iter().eq(0..10));
}

/// Without `?` the result is there to be looked at, with the value handed back.
#[process]
fn keeps_what_was_not_taken(tx: Sender<String>) -> Vec<String> {
    let mut kept = Vec::new();
    for n in 0..3 {
        match tx.send(format!("letter {n}")) {
            Ok(()) => {}
            Err(SendError(letter)) => kept.push(letter),
        }
    }
    if let Err(error) = tx.send("the last".into()) {
        kept.push(error.0);
    }
    kept
}

#[test]
fn a_failed_send_hands_the_value_back() {
    on(1, || {
        go! {
            let (tx, rx) = chan!(String);
            drop(rx);
            let kept = keeps_what_was_not_taken(tx).await;
            assert_eq!(kept, ["letter 0", "letter 1", "letter 2", "the last"]);
        }
    });
}

/// By path it is an ordinary future, even inside a process, and one may hold both ends.
#[test]
fn by_path_it_is_a_future() {
    on(1, || {
        go! {
            let (tx, rx) = chan!(u32; 1);
            Sender::send(&tx, 5).await.unwrap();
            assert_eq!(Receiver::recv(&rx).await, Ok(5));
            let mut later = std::pin::pin!(Receiver::recv(&rx));
            let first = timeout(Duration::from_millis(1), later.as_mut()).await;
            assert!(first.is_err());
            Sender::send(&tx, 6).await.unwrap();
            assert_eq!(later.await, Ok(6));
        }
    });
}

// P2: arrows.

#[test]
fn arrows_send_and_receive() {
    on(2, || {
        go! {
            let (tx, rx) = chan!((u32, &'static str));
            let (back, answers) = chan!(u32);
            let peer = go! {
                let (n, text) = <-rx;
                back <- n + text.len() as u32;
                back <- if <-rx == (0, "") { 1 } else { 2 };
                let pair = (<-rx, <-rx);
                back <- pair.0.0 + pair.1.0;
                Some([1, 2, 3].iter().sum::<u32>())
            };
            tx <- (40, "ab");
            assert_eq!(<-answers, 42);
            tx <- (0, "");
            let one = <-answers;
            tx <- (1 + one, "");
            tx <- ({ let two = 2; two * 5 }, "");
            assert_eq!(<-answers, 12);
            assert_eq!(peer.await.unwrap(), Some(6));
        }
    });
}

/// Comparisons with a negative number stay comparisons.
#[test]
fn a_comparison_is_no_arrow() {
    on(1, || {
        go! {
            let (a, b) = (-3i32, 2i32);
            assert!(a < -1);
            assert!(b >= -a - 1 - b || b < -a);
            assert_eq!(if a < -b { 1 } else { 0 }, 1);
        }
    });
}

// P3: `for`.

#[process]
fn sums(by_value: Receiver<u32>, by_reference: &Receiver<u32>) -> u32 {
    let mut sum = 0;
    for n in by_value {
        sum += n;
    }
    for n in by_reference {
        sum += n;
        if n == 3 {
            break;
        }
    }
    for n in by_reference {
        sum += 100 * n;
    }
    // Anything else that can be iterated works as ever.
    for n in [1, 2] {
        sum += 1_000 * n;
    }
    let list = vec![3, 4];
    for n in &list {
        sum += 10_000 * *n;
    }
    for (key, value) in HashMap::from([(1, 2)]) {
        sum += 100_000 * (key + value);
    }
    for c in "xyz".chars().rev() {
        sum += u32::from(c == 'y');
    }
    'outer: for n in 0.. {
        for m in list.iter().map(|m| m * n) {
            if m == 33 {
                break 'outer;
            }
            if n % 2 == 0 {
                continue 'outer;
            }
            sum += 1_000_000;
        }
    }
    sum
}

#[test]
fn for_receives_until_the_end() {
    on(2, || {
        go! {
            let (tx, rx) = chan!(u32; ..);
            let (tx2, rx2) = chan!(u32; ..);
            for n in 1..=5 {
                tx <- n;
                tx2 <- n;
            }
            drop((tx, tx2));
            // 15, then 1 + 2 + 3, then 400 + 500; 3000; 70000; 300000; 1; five odd numbers below 11, two values each.
            assert_eq!(sums(rx, &rx2).await, 15 + 6 + 900 + 3_000 + 70_000 + 300_000 + 1 + 10_000_000);
        }
    });
}

// P4: closing ends a process that needs what will not come.

#[process]
fn ends_as_unit(rx: Receiver<u32>, log: Arc<Mutex<Vec<u32>>>) {
    loop {
        let n = rx.recv()?;
        log.lock().unwrap().push(n);
    }
}

#[process]
fn ends_as_none(rx: Receiver<u32>) -> Option<u32> {
    Some(rx.recv()? + rx.recv()?)
}

#[derive(Debug, PartialEq)]
enum Trouble {
    Closed,
    Number(std::num::ParseIntError),
}

impl<T> From<SendError<T>> for Trouble {
    fn from(_: SendError<T>) -> Self {
        Trouble::Closed
    }
}

impl From<RecvError> for Trouble {
    fn from(_: RecvError) -> Self {
        Trouble::Closed
    }
}

impl From<std::num::ParseIntError> for Trouble {
    fn from(error: std::num::ParseIntError) -> Self {
        Trouble::Number(error)
    }
}

#[process]
fn ends_as_its_own_error(rx: Receiver<String>, tx: Sender<u32>) -> Result<u32, Trouble> {
    let mut sum = 0;
    loop {
        let text = rx.recv()?;
        // A `?` on anything else is Rust's.
        let n: u32 = text.parse()?;
        sum += n;
        tx.send(sum)?;
        if sum > 100 {
            return Ok(sum);
        }
    }
}

#[process]
fn ends_as_closed(rx: Receiver<u32>) -> Result<u32, Closed> {
    Ok(rx.recv()? + rx.recv()?)
}

#[test]
fn a_failed_communication_ends_the_process_by_its_type() {
    on(2, || {
        go! {
            let log = Arc::new(Mutex::new(Vec::new()));
            let (tx, rx) = chan!(u32; ..);
            tx <- 1;
            tx <- 2;
            drop(tx);
            ends_as_unit(rx, log.clone()).await;
            assert_eq!(*log.lock().unwrap(), [1, 2]);

            for (given, expected) in [(1, None), (2, Some(3))] {
                let (tx, rx) = chan!(u32; 2);
                let (tx2, rx2) = chan!(u32; 2);
                for n in 1..=given {
                    tx <- n;
                    tx2 <- n;
                }
                drop((tx, tx2));
                assert_eq!(ends_as_none(rx).await, expected);
                assert_eq!(ends_as_closed(rx2).await.ok(), expected);
            }

            let inputs: [&[&str]; 4] = [&["1", "2"], &["x"], &["60", "50"], &[]];
            let mut results = Vec::new();
            for texts in inputs {
                let (tx, rx) = chan!(String; 2);
                let (sums, _kept) = chan!(u32; ..);
                for text in texts {
                    tx <- text.to_string();
                }
                drop(tx);
                results.push(ends_as_its_own_error(rx, sums).await);
            }
            assert_eq!(results[0], Err(Trouble::Closed));
            assert!(matches!(results[1], Err(Trouble::Number(_))));
            assert_eq!(results[2], Ok(110));
            assert_eq!(results[3], Err(Trouble::Closed));
        }
    });
}

/// An arrow whose value is used ends the process, one whose value is discarded goes on: the close is the news.
#[test]
fn a_discarded_arrow_goes_on_a_used_one_does_not() {
    let reached = Arc::new(Mutex::new(Vec::new()));
    for (name, form) in [("discarded", 0), ("let _", 1), ("used", 2), ("named", 3), ("sent", 4)] {
        let reached = reached.clone();
        on(1, || {
            go! {
                let (tx, rx) = chan!(u32);
                let (gone, _) = chan!(u32);
                drop(tx);
                match form {
                    0 => { <-rx; }
                    1 => { let _ = <-rx; }
                    2 => drop(1 + <-rx),
                    3 => { let _n = <-rx; }
                    _ => gone <- 1,
                };
                reached.lock().unwrap().push(name);
            }
        });
    }
    assert_eq!(*reached.lock().unwrap(), ["discarded", "let _"]);
}

// P5: everything else is Rust.

struct Account {
    balance: u64,
    history: Vec<u64>,
}

impl Account {
    #[process]
    fn follow(&mut self, deposits: &Receiver<u64>, done: Sender<u64>) -> usize {
        for amount in deposits {
            self.balance += amount;
            self.history.push(amount);
            done.send(self.balance).ok();
        }
        self.history.len()
    }
}

trait Shape {
    #[process]
    fn area(&self, scale: Receiver<u64>) -> Option<u64>;
}

struct Square(u64);

impl Shape for Square {
    #[process]
    fn area(&self, scale: Receiver<u64>) -> Option<u64> {
        let scale = scale.recv()?;
        Some(self.0 * self.0 * scale)
    }
}

#[process]
fn largest<T: Ord + Send + Clone>(values: &Receiver<T>) -> Option<T> {
    let mut best: Option<T> = None;
    for value in values {
        if best.as_ref().is_none_or(|b| *b < value) {
            best = Some(value);
        }
    }
    best
}

#[process]
fn fib(n: u64) -> u64 {
    if n < 2 { n } else { fib(n - 1).await + fib(n - 2).await }
}

#[process]
fn tree(depth: u32, leaves: Sender<u32>) {
    if depth == 0 {
        return leaves.send(1)?;
    }
    go!(tree(depth - 1, leaves.clone()));
    go!(tree(depth - 1, leaves));
}

#[test]
fn methods_generics_borrows_and_recursion() {
    on(2, || {
        go! {
            let mut account = Account { balance: 0, history: Vec::new() };
            let (tx, rx) = chan!(u64; ..);
            let (done, _kept) = chan!(u64; ..);
            for n in 1..=4 {
                tx <- n;
            }
            drop(tx);
            assert_eq!(account.follow(&rx, done).await, 4);
            assert_eq!((account.balance, account.history), (10, vec![1, 2, 3, 4]));
            for (given, expected) in [(true, Some(18)), (false, None)] {
                let (tx, rx) = chan!(u64; 1);
                if given {
                    tx <- 2;
                }
                drop(tx);
                assert_eq!(Square(3).area(rx).await, expected);
            }
            let (tx, rx) = chan!(&'static str; ..);
            for word in ["pear", "plum", "apple"] {
                tx <- word;
            }
            drop(tx);
            assert_eq!(largest(&rx).await, Some("plum"));
            assert_eq!(fib(15).await, 610);
            let (leaves, grown) = chan!(u32);
            go!(tree(8, leaves));
            let mut count = 0;
            for n in grown {
                count += n;
            }
            assert_eq!(count, 256);
        }
    });
}

// P6: nested blocks, loops, `match`, `async` blocks, the standard macros; not closures and items.

explored! {
    communication_waits,
    a_failed_send_hands_the_value_back,
    by_path_it_is_a_future,
    arrows_send_and_receive,
    a_comparison_is_no_arrow,
    for_receives_until_the_end,
    a_failed_communication_ends_the_process_by_its_type,
    a_discarded_arrow_goes_on_a_used_one_does_not,
    methods_generics_borrows_and_recursion,
}
