//! Processes and the channels between them.

use csp::prelude::*;

use super::messages::{produce, total};
use crate::kernels::{SAMPLE, prime, staged, triangle, work};

#[process]
fn prefix(first: u64, input: Receiver<u64>, out: Sender<u64>) {
    out.send(first)?;
    for n in input {
        out.send(n)?;
    }
}

#[process]
fn delta(input: Receiver<u64>, left: Sender<u64>, right: Sender<u64>) {
    for n in input {
        left.send(n)?;
        right.send(n)?;
    }
}

#[process]
fn successor(input: Receiver<u64>, out: Sender<u64>) {
    for n in input {
        out.send(n + 1)?;
    }
}

#[process]
pub fn commstime(iterations: u64) -> u64 {
    let (a, ra) = chan!(u64);
    let (b, rb) = chan!(u64);
    let (c, rc) = chan!(u64);
    let (d, rd) = chan!(u64);
    go!(prefix(0, rb, a));
    go!(delta(ra, c, d));
    go!(successor(rc, b));
    for n in 0..iterations {
        assert_eq!(rd.recv(), Ok(n));
    }
    iterations
}

#[process]
pub fn ring(size: usize, hops: u64) -> u64 {
    let (first, mut input) = chan!(u64);
    for _ in 1..size {
        let (out, next) = chan!(u64);
        go! {
            for n in input {
                out <- n + 1;
            }
        };
        input = next;
    }
    let rounds = hops / size as u64;
    let mut n = 0;
    for _ in 0..rounds {
        first.send(n + 1).unwrap();
        n = input.recv().unwrap();
    }
    assert_eq!(n, rounds * size as u64);
    n
}

#[process]
fn generate(out: Sender<u64>) {
    for n in 2.. {
        out.send(n)?;
    }
}

#[process]
fn filter(input: Receiver<u64>, out: Sender<u64>, prime: u64) {
    for n in input {
        if n % prime != 0 {
            out.send(n)?;
        }
    }
}

#[process]
pub fn sieve(count: u64) -> u64 {
    let (out, mut input) = chan!(u64);
    go!(generate(out));
    let mut last = 0;
    for _ in 0..count {
        let prime = input.recv().unwrap();
        last = prime;
        let (out, next) = chan!(u64);
        go!(filter(input, out, prime));
        input = next;
    }
    assert_eq!(last, prime(count));
    count
}

#[process]
fn node(out: Sender<u64>, number: u64, size: u64) {
    if size == 1 {
        return out.send(number)?;
    }
    let (tx, rx) = chan!(u64; 10);
    for child in 0..10 {
        go!(node(tx.clone(), number + child * (size / 10), size / 10));
    }
    let mut sum = 0;
    for _ in 0..10 {
        sum += rx.recv()?;
    }
    out.send(sum)?;
}

#[process]
fn stage(input: Receiver<u64>, out: Sender<u64>) {
    for n in input {
        out.send(work(n))?;
    }
}

#[process]
pub fn stages(count: u64) -> u64 {
    let (out, mut input) = chan!(u64; 16);
    go!(produce(out, count));
    for _ in 0..4 {
        let (out, next) = chan!(u64; 16);
        go!(stage(input, out));
        input = next;
    }
    let (mut items, mut sample) = (0, 0u64);
    for n in input {
        if items < SAMPLE {
            sample = sample.wrapping_add(n);
        }
        items += 1;
    }
    assert_eq!((items, sample), (count, staged()));
    count
}

#[process]
pub fn skynet(leaves: u64) -> u64 {
    let (tx, rx) = chan!(u64; 1);
    go!(node(tx, 0, leaves));
    assert_eq!(rx.recv(), Ok(triangle(leaves)));
    (10 * leaves - 1) / 9
}

#[process]
fn give(out: Sender<u64>, n: u64) {
    out.send(n)?;
}

#[process]
pub fn close(count: u64) -> u64 {
    let mut sum = 0;
    for n in 0..count {
        let (tx, rx) = chan!(u64; 1);
        give(tx, n).await;
        sum += total(rx).await;
    }
    assert_eq!(sum, triangle(count));
    count
}
