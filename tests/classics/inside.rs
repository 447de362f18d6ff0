//! The rules hold inside of nested blocks; `par!`, `defer!`, and a handle as a source.

use std::sync::{Arc, Mutex};

use csp::prelude::*;

use crate::support::{explored, on};

#[expect(clippy::useless_vec)]
#[process]
fn nested(rx: Receiver<u32>, tx: Sender<String>) -> Option<u32> {
    let first = {
        let inner = match rx.recv()? {
            0 => rx.recv()?,
            n => n,
        };
        inner + 1
    };
    let text = format!("{} and {}", rx.recv()?, rx.recv()?);
    tx.send(text)?;
    let list = vec![rx.recv()?, rx.recv()?];
    assert_eq!(rx.recv()?, 7, "the seventh is {}", 7);
    assert!(matches!(rx.recv(), Ok(8)));
    let later = async { rx.recv() };
    let nine = later.await.unwrap_or(0);
    let mut extra = 0;
    while let Ok(n) = rx.recv() {
        if n > 11 {
            break;
        }
        extra += n;
    }
    let try_it = |rx: &Receiver<u32>| rx.try_recv().ok();
    fn apart(rx: &Receiver<u32>) -> usize {
        rx.len()
    }
    extra += try_it(&rx).unwrap_or(0) + apart(&rx) as u32;
    Some(first + list.iter().sum::<u32>() + nine + extra)
}

#[test]
fn the_rules_hold_inside() {
    on(1, || {
        go! {
            let (tx, rx) = chan!(u32; ..);
            let (texts, said) = chan!(String; ..);
            for n in [0, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13] {
                tx <- n;
            }
            let sum = nested(rx, texts).await;
            assert_eq!(said.try_recv().as_deref(), Ok("3 and 4"));
            assert_eq!(sum, Some(3 + 11 + 9 + 21 + 13));
        }
    });
}

#[process]
fn half(n: u32) -> u32 {
    n / 2
}

#[test]
fn par_gives_the_tuple_of_the_values() {
    on(2, || {
        go! {
            let (tx, rx) = chan!(u32);
            let text = String::from("moved");
            let (a, (), b, c) = par!(half(10), { tx <- 3; }, { rx.recv() }, { text.len() });
            assert_eq!((a, b, c), (5, Ok(3), 5));
            let (only,) = par!(half(4));
            assert_eq!(only, 2);
        }
    });
}

#[process]
fn leaves(rx: Receiver<u32>, log: Arc<Mutex<Vec<u32>>>) -> Option<u32> {
    let first = log.clone();
    defer! { first.lock().unwrap().push(0); }
    for n in &rx {
        let inner = log.clone();
        defer! { inner.lock().unwrap().push(n); }
        if n == 2 {
            continue;
        }
        if n == 4 {
            return Some(rx.recv()? + n);
        }
    }
    None
}

#[test]
fn defer_runs_whichever_way_the_scope_is_left() {
    on(1, || {
        go! {
            for (last, expected) in [(5, Some(9)), (4, None), (3, None)] {
                let log = Arc::new(Mutex::new(Vec::new()));
                let (tx, rx) = chan!(u32; ..);
                for n in 1..=last {
                    tx <- n;
                }
                drop(tx);
                assert_eq!(leaves(rx, log.clone()).await, expected);
                let mut ran: Vec<u32> = (1..=last.min(4)).collect();
                ran.push(0);
                assert_eq!(*log.lock().unwrap(), ran);
            }
        }
    });
}

/// Handles are sources too: received from, in a loop, in a select.
#[test]
fn a_handle_is_a_source() {
    on(2, || {
        go! {
            let one = go!(half(2));
            assert_eq!(one.recv().unwrap().unwrap(), 1);
            let two = go!(half(4));
            let three = go!(half(6));
            let mut sum = 0;
            for _ in 0..2 {
                select! {
                    r = <-two => sum += r.unwrap(),
                    r = <-three => sum += r.unwrap(),
                }
            }
            assert_eq!(sum, 5);
            // What it gave it gives once.
            select! {
                _r = <-two => unreachable!(),
                closed => {},
            }
            assert_eq!(two.recv().map(|_| ()), Err(RecvError));
        }
    });
}

explored! {
    the_rules_hold_inside,
    par_gives_the_tuple_of_the_values,
    defer_runs_whichever_way_the_scope_is_left,
    a_handle_is_a_source,
}
