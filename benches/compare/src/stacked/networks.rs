//! Processes and the channels between them, as in `waiting/networks.rs`.

use super::Stacks;
use crate::kernels::{CROWD, SAMPLE, prime, staged, triangle, work};

pub fn produce<S: Stacks>(out: S::Tx, count: u64) {
    for n in 0..count {
        if !S::send(&out, n) {
            return;
        }
    }
}

pub fn total<S: Stacks>(numbers: S::Rx) -> u64 {
    let mut sum = 0;
    while let Some(n) = S::recv(&numbers) {
        sum += n;
    }
    sum
}

pub fn pingpong<S: Stacks>(rounds: u64) -> u64 {
    let (ping, pings) = S::bounded(0);
    let (pong, pongs) = S::bounded(0);
    S::start(move || {
        while let Some(n) = S::recv(&pings) {
            if !S::send(&pong, n + 1) {
                return;
            }
        }
    });
    let mut n = 0;
    for _ in 0..rounds {
        assert!(S::send(&ping, n));
        n = S::recv(&pongs).expect("an answer");
    }
    assert_eq!(n, rounds);
    rounds
}

fn producers<S: Stacks<Tx: Clone>>(tx: S::Tx, senders: u64, messages: u64) {
    for _ in 0..senders {
        let tx = tx.clone();
        S::start(move || produce::<S>(tx, messages / senders));
    }
}

pub fn to_one<S: Stacks<Tx: Clone>>(capacity: usize, senders: u64, messages: u64) -> u64 {
    let (tx, rx) = S::bounded(capacity);
    producers::<S>(tx, senders, messages);
    let sum = S::spawn(move || total::<S>(rx));
    assert_eq!(S::join(sum), senders * triangle(messages / senders));
    messages
}

pub fn many_to_many<S: Stacks<Tx: Clone, Rx: Clone>>(capacity: usize, messages: u64) -> u64 {
    let (tx, rx) = S::bounded(capacity);
    producers::<S>(tx, CROWD, messages);
    let sums: Vec<_> = (0..CROWD)
        .map(|_| {
            let rx = rx.clone();
            S::spawn(move || total::<S>(rx))
        })
        .collect();
    drop(rx);
    let mut sum = 0;
    for part in sums {
        sum += S::join(part);
    }
    assert_eq!(sum, CROWD * triangle(messages / CROWD));
    messages
}

pub fn commstime<S: Stacks>(iterations: u64) -> u64 {
    let (a, ra) = S::bounded(0);
    let (b, rb) = S::bounded(0);
    let (c, rc) = S::bounded(0);
    let (d, rd) = S::bounded(0);
    S::start(move || {
        assert!(S::send(&a, 0));
        while let Some(n) = S::recv(&rb) {
            if !S::send(&a, n) {
                return;
            }
        }
    });
    S::start(move || {
        while let Some(n) = S::recv(&ra) {
            if !S::send(&c, n) || !S::send(&d, n) {
                return;
            }
        }
    });
    S::start(move || {
        while let Some(n) = S::recv(&rc) {
            if !S::send(&b, n + 1) {
                return;
            }
        }
    });
    for n in 0..iterations {
        assert_eq!(S::recv(&rd), Some(n));
    }
    iterations
}

pub fn ring<S: Stacks>(size: usize, hops: u64) -> u64 {
    let (first, mut input) = S::bounded(0);
    for _ in 1..size {
        let (out, next) = S::bounded(0);
        S::start(move || {
            while let Some(n) = S::recv(&input) {
                if !S::send(&out, n + 1) {
                    return;
                }
            }
        });
        input = next;
    }
    let rounds = hops / size as u64;
    let mut n = 0;
    for _ in 0..rounds {
        assert!(S::send(&first, n + 1));
        n = S::recv(&input).expect("the token");
    }
    assert_eq!(n, rounds * size as u64);
    n
}

pub fn sieve<S: Stacks>(count: u64) -> u64 {
    let (out, mut input) = S::bounded(0);
    S::start(move || {
        for n in 2.. {
            if !S::send(&out, n) {
                return;
            }
        }
    });
    let mut last = 0;
    for _ in 0..count {
        let divisor = S::recv(&input).expect("a prime");
        last = divisor;
        let (out, next) = S::bounded(0);
        S::start(move || {
            while let Some(n) = S::recv(&input) {
                if n % divisor != 0 && !S::send(&out, n) {
                    return;
                }
            }
        });
        input = next;
    }
    assert_eq!(last, prime(count));
    count
}

pub fn stages<S: Stacks>(count: u64) -> u64 {
    let (out, mut input) = S::bounded(16);
    S::start(move || produce::<S>(out, count));
    for _ in 0..4 {
        let (out, next) = S::bounded(16);
        S::start(move || {
            while let Some(n) = S::recv(&input) {
                if !S::send(&out, work(n)) {
                    return;
                }
            }
        });
        input = next;
    }
    let (mut items, mut sample) = (0, 0u64);
    while let Some(n) = S::recv(&input) {
        if items < SAMPLE {
            sample = sample.wrapping_add(n);
        }
        items += 1;
    }
    assert_eq!((items, sample), (count, staged()));
    count
}

pub fn close<S: Stacks>(count: u64) -> u64 {
    let mut sum = 0;
    for n in 0..count {
        let (tx, rx) = S::bounded(1);
        assert!(S::send(&tx, n));
        drop(tx);
        while let Some(n) = S::recv(&rx) {
            sum += n;
        }
    }
    assert_eq!(sum, triangle(count));
    count
}

fn node<S: Stacks<Tx: Clone>>(out: S::Tx, number: u64, size: u64) {
    if size == 1 {
        assert!(S::send(&out, number));
        return;
    }
    let (tx, rx) = S::bounded(10);
    for child in 0..10 {
        let tx = tx.clone();
        S::start(move || node::<S>(tx, number + child * (size / 10), size / 10));
    }
    let mut sum = 0;
    for _ in 0..10 {
        sum += S::recv(&rx).expect("ten parts");
    }
    assert!(S::send(&out, sum));
}

pub fn skynet<S: Stacks<Tx: Clone>>(leaves: u64) -> u64 {
    let (tx, rx) = S::bounded(1);
    S::start(move || node::<S>(tx, 0, leaves));
    assert_eq!(S::recv(&rx), Some(triangle(leaves)));
    (10 * leaves - 1) / 9
}
