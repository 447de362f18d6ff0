//! Processes and the channels between them.

use std::future::Future;
use std::pin::Pin;

use super::{Chan, Exec, Outcome};
use crate::kernels::{CROWD, SAMPLE, prime, staged, triangle, work};

pub async fn produce<C: Chan>(out: C::Tx, count: u64) {
    for n in 0..count {
        if !C::send(&out, n).await.good() {
            return;
        }
    }
}

pub async fn total<C: Chan>(mut numbers: C::Rx) -> u64 {
    let mut sum = 0;
    while let Some(n) = C::recv(&mut numbers).await.number() {
        sum += n;
    }
    sum
}

pub async fn pingpong<E: Exec, C: Chan>(rounds: u64) -> u64 {
    let (ping, mut pings) = C::bounded(0);
    let (pong, mut pongs) = C::bounded(0);
    E::start(async move {
        while let Some(n) = C::recv(&mut pings).await.number() {
            if !C::send(&pong, n + 1).await.good() {
                return;
            }
        }
    });
    let mut n = 0;
    for _ in 0..rounds {
        assert!(C::send(&ping, n).await.good());
        n = C::recv(&mut pongs).await.number().expect("an answer");
    }
    assert_eq!(n, rounds);
    rounds
}

pub async fn one_to_one<E: Exec, C: Chan>(capacity: usize, messages: u64) -> u64 {
    let (tx, rx) = C::bounded(capacity);
    E::start(produce::<C>(tx, messages));
    let sum = E::spawn(total::<C>(rx));
    assert_eq!(sum.await.number(), Some(triangle(messages)));
    messages
}

fn producers<E: Exec, C: Chan<Tx: Clone>>(tx: C::Tx, messages: u64) {
    for _ in 0..CROWD {
        E::start(produce::<C>(tx.clone(), messages / CROWD));
    }
}

pub async fn many_to_one<E: Exec, C: Chan<Tx: Clone>>(capacity: usize, messages: u64) -> u64 {
    let (tx, rx) = C::bounded(capacity);
    producers::<E, C>(tx, messages);
    let sum = E::spawn(total::<C>(rx));
    assert_eq!(sum.await.number(), Some(CROWD * triangle(messages / CROWD)));
    messages
}

pub async fn many_to_many<E: Exec, C: Chan<Tx: Clone, Rx: Clone>>(capacity: usize, messages: u64) -> u64 {
    let (tx, rx) = C::bounded(capacity);
    producers::<E, C>(tx, messages);
    let sums: Vec<_> = (0..CROWD).map(|_| E::spawn(total::<C>(rx.clone()))).collect();
    drop(rx);
    let mut sum = 0;
    for part in sums {
        sum += part.await.number().expect("a sum");
    }
    assert_eq!(sum, CROWD * triangle(messages / CROWD));
    messages
}

pub async fn commstime<E: Exec, C: Chan>(iterations: u64) -> u64 {
    let (a, mut ra) = C::bounded(0);
    let (b, mut rb) = C::bounded(0);
    let (c, mut rc) = C::bounded(0);
    let (d, mut rd) = C::bounded(0);
    E::start(async move {
        assert!(C::send(&a, 0).await.good());
        while let Some(n) = C::recv(&mut rb).await.number() {
            if !C::send(&a, n).await.good() {
                return;
            }
        }
    });
    E::start(async move {
        while let Some(n) = C::recv(&mut ra).await.number() {
            if !C::send(&c, n).await.good() || !C::send(&d, n).await.good() {
                return;
            }
        }
    });
    E::start(async move {
        while let Some(n) = C::recv(&mut rc).await.number() {
            if !C::send(&b, n + 1).await.good() {
                return;
            }
        }
    });
    for n in 0..iterations {
        assert_eq!(C::recv(&mut rd).await.number(), Some(n));
    }
    iterations
}

pub async fn ring<E: Exec, C: Chan>(size: usize, hops: u64) -> u64 {
    let (first, mut input) = C::bounded(0);
    for _ in 1..size {
        let (out, next) = C::bounded(0);
        E::start(async move {
            while let Some(n) = C::recv(&mut input).await.number() {
                if !C::send(&out, n + 1).await.good() {
                    return;
                }
            }
        });
        input = next;
    }
    let rounds = hops / size as u64;
    let mut n = 0;
    for _ in 0..rounds {
        assert!(C::send(&first, n + 1).await.good());
        n = C::recv(&mut input).await.number().expect("the token");
    }
    assert_eq!(n, rounds * size as u64);
    n
}

pub async fn sieve<E: Exec, C: Chan>(count: u64) -> u64 {
    let (out, mut input) = C::bounded(0);
    E::start(async move {
        for n in 2.. {
            if !C::send(&out, n).await.good() {
                return;
            }
        }
    });
    let mut last = 0;
    for _ in 0..count {
        let divisor = C::recv(&mut input).await.number().expect("a prime");
        last = divisor;
        let (out, next) = C::bounded(0);
        E::start(async move {
            while let Some(n) = C::recv(&mut input).await.number() {
                if n % divisor != 0 && !C::send(&out, n).await.good() {
                    return;
                }
            }
        });
        input = next;
    }
    assert_eq!(last, prime(count));
    count
}

pub async fn stages<E: Exec, C: Chan>(count: u64) -> u64 {
    let (out, mut input) = C::bounded(16);
    E::start(produce::<C>(out, count));
    for _ in 0..4 {
        let (out, next) = C::bounded(16);
        E::start(async move {
            while let Some(n) = C::recv(&mut input).await.number() {
                if !C::send(&out, work(n)).await.good() {
                    return;
                }
            }
        });
        input = next;
    }
    let (mut items, mut sample) = (0, 0u64);
    while let Some(n) = C::recv(&mut input).await.number() {
        if items < SAMPLE {
            sample = sample.wrapping_add(n);
        }
        items += 1;
    }
    assert_eq!((items, sample), (count, staged()));
    count
}

pub async fn close<C: Chan>(count: u64) -> u64 {
    let mut sum = 0;
    for n in 0..count {
        let (tx, mut rx) = C::bounded(1);
        assert!(C::send(&tx, n).await.good());
        drop(tx);
        while let Some(n) = C::recv(&mut rx).await.number() {
            sum += n;
        }
    }
    assert_eq!(sum, triangle(count));
    count
}

/// Boxed, because it starts itself.
fn node<E: Exec, C: Chan<Tx: Clone>>(
    out: C::Tx,
    number: u64,
    size: u64,
) -> Pin<Box<dyn Future<Output = ()> + Send>> {
    Box::pin(async move {
        if size == 1 {
            assert!(C::send(&out, number).await.good());
            return;
        }
        let (tx, mut rx) = C::bounded(10);
        for child in 0..10 {
            E::start(node::<E, C>(tx.clone(), number + child * (size / 10), size / 10));
        }
        let mut sum = 0;
        for _ in 0..10 {
            sum += C::recv(&mut rx).await.number().expect("ten parts");
        }
        assert!(C::send(&out, sum).await.good());
    })
}

pub async fn skynet<E: Exec, C: Chan<Tx: Clone>>(leaves: u64) -> u64 {
    let (tx, mut rx) = C::bounded(1);
    E::start(node::<E, C>(tx, 0, leaves));
    assert_eq!(C::recv(&mut rx).await.number(), Some(triangle(leaves)));
    (10 * leaves - 1) / 9
}
