//! Two arms of one select never both run: a value offered on several channels arrives on one.

use csp::prelude::*;

use crate::support::{explored, on, rounds};

const WORKERS: usize = 8;

#[process]
fn offers(a: Sender<u32>, b: Sender<u32>, c: Sender<u32>, d: Sender<u32>, rounds: u32) {
    for n in 0..rounds {
        select! {
            a <- n => {},
            b <- n => {},
            c <- n => {},
            d <- n => {},
        }
    }
}

#[process]
fn forwards(from: Receiver<u32>, to: Sender<u32>) {
    for n in from {
        to.send(n)?;
    }
}

/// The same, waiting in a select itself, so that a select is decided by a select.
#[process]
fn forwards_by_select(from: Receiver<u32>, quiet: Receiver<u32>, to: Sender<u32>) {
    loop {
        select! {
            n = <-from => to.send(n)?,
            n = <-quiet => panic!("{n} came from nowhere"),
        }
    }
}

/// Each number once. The order of numbers that travel by different ways is free; none may be there twice, or not at all.
#[process]
fn checks(arrived: Receiver<u32>, rounds: u32) -> u32 {
    let mut seen = vec![0u64; rounds as usize / 64 + 1];
    let mut count = 0;
    for n in arrived {
        let (word, bit) = (n as usize / 64, 1 << (n % 64));
        assert_eq!(seen[word] & bit, 0, "{n} arrived twice: two arms ran");
        seen[word] |= bit;
        count += 1;
    }
    count
}

#[test]
fn two_arms_never_both_run() {
    for capacity in [0, 1] {
        let n = rounds(1_000_000) as u32;
        let count = on(WORKERS, || {
            go! {
                let (to, arrived) = chan!(u32);
                let (quiet, silent) = chan!(u32);
                let mut ways = Vec::new();
                for way in 0..4 {
                    let (tx, rx) = chan!(u32; capacity);
                    if way % 2 == 0 {
                        go!(forwards(rx, to.clone()));
                    } else {
                        go!(forwards_by_select(rx, silent.clone(), to.clone()));
                    }
                    ways.push(tx);
                }
                drop(to);
                let [a, b, c, d] = <[_; 4]>::try_from(ways).unwrap();
                let (count, ()) = par!(checks(arrived, n), { offers(a, b, c, d, n).await; drop(quiet); });
                count
            }
        });
        assert_eq!(count, n);
    }
}

/// From the other side: one value at a time, for which many selects compete on two channels each.
#[process]
fn competes(a: Receiver<u32>, b: Receiver<u32>, to: Sender<u32>) {
    loop {
        select! {
            n = <-a => to.send(n)?,
            n = <-b => to.send(n)?,
            closed => break,
        }
    }
}

#[process]
fn counts_up(a: Sender<u32>, from: u32, to: u32) {
    for n in from..to {
        a.send(n)?;
    }
}

#[test]
fn a_value_goes_to_one_of_many_selects() {
    let n = rounds(400_000) as u32;
    let count = on(WORKERS, || {
        go! {
            let (a, from_a) = chan!(u32);
            let (b, from_b) = chan!(u32);
            let (to, arrived) = chan!(u32);
            for turn in 0..6 {
                let (from_a, from_b) = (from_a.clone(), from_b.clone());
                // Half of them in the other order.
                if turn % 2 == 0 {
                    go!(competes(from_a, from_b, to.clone()));
                } else {
                    go!(competes(from_b, from_a, to.clone()));
                }
            }
            drop((from_a, from_b, to));
            let (count, (), ()) = par!(checks(arrived, n), counts_up(a, 0, n / 2), counts_up(b, n / 2, n));
            count
        }
    });
    assert_eq!(count, n);
}

explored! {
    two_arms_never_both_run,
    a_value_goes_to_one_of_many_selects,
}
