//! csp's own kernels, to be compared with themselves before a change: `cargo bench -p csp-bench [-- NAME]`. The peers are
//! in `csp-compare`, counts of instructions in `ci/gates.sh`.

use std::future::poll_fn;
use std::pin::{Pin, pin};
use std::task::Poll;
use std::time::Instant;

use criterion::{Criterion, criterion_group, criterion_main};
use csp::prelude::*;

/// Makes so many operations.
type Kernel = fn(u64) -> Process<Pin<Box<dyn Future<Output = ()> + Send>>>;

const KERNELS: [(&str, Kernel); 10] = [
    ("rendezvous", |n| stream(0, n)),
    ("buffered", |n| stream(128, n)),
    ("pingpong", |n| pingpong(n)),
    ("spawn", |n| spawn(n)),
    ("join", |n| join(n)),
    ("yield", |n| yields(n)),
    ("select2", |n| select2(n)),
    ("select8", |n| select8(n)),
    ("select64", |n| select64(n)),
    ("timer", |n| timer(n)),
];

fn kernels(criterion: &mut Criterion) {
    for workers in [1, 2] {
        let mut group = criterion.benchmark_group(format!("{workers}"));
        group.sample_size(20).warm_up_time(Duration::from_millis(300));
        group.measurement_time(Duration::from_secs(1));
        for (name, kernel) in KERNELS {
            let runtime = Runtime::builder().workers(workers).build().expect("threads for the runtime");
            group.bench_function(name, |bencher| {
                bencher.iter_custom(|operations| {
                    let start = Instant::now();
                    runtime.go(kernel(operations)).join().expect("the kernel checks its result");
                    start.elapsed()
                });
            });
        }
        group.finish();
    }
}

criterion_group!(benches, kernels);
criterion_main!(benches);

#[process]
fn produce(out: Sender<u64>, count: u64) {
    for n in 0..count {
        out.send(n)?;
    }
}

/// A message through a channel with room for `capacity`.
#[process(boxed)]
fn stream(capacity: usize, messages: u64) {
    let (tx, rx) = chan!(u64; capacity);
    go!(produce(tx, messages));
    let mut count = 0;
    for n in rx {
        assert_eq!(n, count);
        count += 1;
    }
    assert_eq!(count, messages);
}

/// A message there and one back.
#[process(boxed)]
fn pingpong(rounds: u64) {
    let (ping, pings) = chan!(u64);
    let (pong, pongs) = chan!(u64);
    go! {
        for n in pings {
            pong <- n;
        }
    };
    for n in 0..rounds {
        let _ = ping.send(n);
        assert_eq!(pongs.recv(), Ok(n));
    }
}

#[process]
fn one() -> u64 {
    1
}

/// A process started, up to a thousand at a time, and awaited.
#[process(boxed)]
fn spawn(count: u64) {
    let mut sum = 0;
    let mut left = count;
    while left > 0 {
        let some = left.min(1000);
        let handles: Vec<_> = (0..some).map(|_| go!(one())).collect();
        for handle in handles {
            sum += handle.await.unwrap_or(0);
        }
        left -= some;
    }
    assert_eq!(sum, count);
}

/// A process started and awaited, one at a time.
#[process(boxed)]
fn join(count: u64) {
    let mut sum = 0;
    for _ in 0..count {
        sum += go!(one()).await.unwrap_or(0);
    }
    assert_eq!(sum, count);
}

/// A turn given away, to nobody.
#[process(boxed)]
fn yields(count: u64) {
    for _ in 0..count {
        yield_now().await;
    }
}

/// A timer armed and dropped.
#[process(boxed)]
fn timer(count: u64) {
    for _ in 0..count {
        let mut timer = pin!(sleep(Duration::from_secs(60)));
        let waits = poll_fn(|cx| Poll::Ready(timer.as_mut().poll(cx).is_pending())).await;
        assert!(waits);
    }
}

/// As many channels as there are arms, each with a process that sends its part of the messages.
#[process]
fn producers<const ARMS: usize>(messages: u64) -> [Receiver<u64>; ARMS] {
    let (each, more) = (messages / ARMS as u64, (messages % ARMS as u64) as usize);
    std::array::from_fn(|i| {
        let (tx, rx) = chan!(u64);
        go!(produce(tx, each + u64::from(i < more)));
        rx
    })
}

#[process(boxed)]
fn select2(messages: u64) {
    let [a0, a1] = producers(messages).await;
    let mut count = 0;
    loop {
        select! {
            _n = <-a0 => count += 1,
            _n = <-a1 => count += 1,
            closed => break,
        }
    }
    assert_eq!(count, messages);
}

#[process(boxed)]
fn select8(messages: u64) {
    let [a0, a1, a2, a3, a4, a5, a6, a7] = producers(messages).await;
    let mut count = 0;
    loop {
        select! {
            _n = <-a0 => count += 1,
            _n = <-a1 => count += 1,
            _n = <-a2 => count += 1,
            _n = <-a3 => count += 1,
            _n = <-a4 => count += 1,
            _n = <-a5 => count += 1,
            _n = <-a6 => count += 1,
            _n = <-a7 => count += 1,
            closed => break,
        }
    }
    assert_eq!(count, messages);
}

#[process(boxed)]
fn select64(messages: u64) {
    let [
        a0,
        a1,
        a2,
        a3,
        a4,
        a5,
        a6,
        a7,
        a8,
        a9,
        a10,
        a11,
        a12,
        a13,
        a14,
        a15,
        a16,
        a17,
        a18,
        a19,
        a20,
        a21,
        a22,
        a23,
        a24,
        a25,
        a26,
        a27,
        a28,
        a29,
        a30,
        a31,
        a32,
        a33,
        a34,
        a35,
        a36,
        a37,
        a38,
        a39,
        a40,
        a41,
        a42,
        a43,
        a44,
        a45,
        a46,
        a47,
        a48,
        a49,
        a50,
        a51,
        a52,
        a53,
        a54,
        a55,
        a56,
        a57,
        a58,
        a59,
        a60,
        a61,
        a62,
        a63,
    ] = producers(messages).await;
    let mut count = 0;
    loop {
        select! {
            _n = <-a0 => count += 1,
            _n = <-a1 => count += 1,
            _n = <-a2 => count += 1,
            _n = <-a3 => count += 1,
            _n = <-a4 => count += 1,
            _n = <-a5 => count += 1,
            _n = <-a6 => count += 1,
            _n = <-a7 => count += 1,
            _n = <-a8 => count += 1,
            _n = <-a9 => count += 1,
            _n = <-a10 => count += 1,
            _n = <-a11 => count += 1,
            _n = <-a12 => count += 1,
            _n = <-a13 => count += 1,
            _n = <-a14 => count += 1,
            _n = <-a15 => count += 1,
            _n = <-a16 => count += 1,
            _n = <-a17 => count += 1,
            _n = <-a18 => count += 1,
            _n = <-a19 => count += 1,
            _n = <-a20 => count += 1,
            _n = <-a21 => count += 1,
            _n = <-a22 => count += 1,
            _n = <-a23 => count += 1,
            _n = <-a24 => count += 1,
            _n = <-a25 => count += 1,
            _n = <-a26 => count += 1,
            _n = <-a27 => count += 1,
            _n = <-a28 => count += 1,
            _n = <-a29 => count += 1,
            _n = <-a30 => count += 1,
            _n = <-a31 => count += 1,
            _n = <-a32 => count += 1,
            _n = <-a33 => count += 1,
            _n = <-a34 => count += 1,
            _n = <-a35 => count += 1,
            _n = <-a36 => count += 1,
            _n = <-a37 => count += 1,
            _n = <-a38 => count += 1,
            _n = <-a39 => count += 1,
            _n = <-a40 => count += 1,
            _n = <-a41 => count += 1,
            _n = <-a42 => count += 1,
            _n = <-a43 => count += 1,
            _n = <-a44 => count += 1,
            _n = <-a45 => count += 1,
            _n = <-a46 => count += 1,
            _n = <-a47 => count += 1,
            _n = <-a48 => count += 1,
            _n = <-a49 => count += 1,
            _n = <-a50 => count += 1,
            _n = <-a51 => count += 1,
            _n = <-a52 => count += 1,
            _n = <-a53 => count += 1,
            _n = <-a54 => count += 1,
            _n = <-a55 => count += 1,
            _n = <-a56 => count += 1,
            _n = <-a57 => count += 1,
            _n = <-a58 => count += 1,
            _n = <-a59 => count += 1,
            _n = <-a60 => count += 1,
            _n = <-a61 => count += 1,
            _n = <-a62 => count += 1,
            _n = <-a63 => count += 1,
            closed => break,
        }
    }
    assert_eq!(count, messages);
}
