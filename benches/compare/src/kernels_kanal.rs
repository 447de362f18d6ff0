//! The kernels with kanal's channels on tokio.

use std::future::Future;
use std::pin::pin;
use std::time::Duration;

use kanal::{AsyncReceiver, AsyncSender, bounded_async};
use tokio::spawn as go;

use crate::{Kernel, figure, memory, timed};

pub fn kernel(name: &str) -> Option<Kernel> {
    Some(match name {
        "pingpong" => |w| run(w, pingpong(1_000_000)),
        "spsc0" => |w| run(w, stream(0, 1, 1, 2_000_000)),
        "spsc128" => |w| run(w, stream(128, 1, 1, 8_000_000)),
        "mpsc128" => |w| run(w, stream(128, 4, 1, 8_000_000)),
        "mpmc0" => |w| run(w, stream(0, 4, 4, 2_000_000)),
        "mpmc128" => |w| run(w, stream(128, 4, 4, 8_000_000)),
        "select2" => |w| run(w, selecting2(1_000_000)),
        "select8" => |w| run(w, selecting8(1_000_000)),
        "commstime" => |w| run(w, commstime(300_000)),
        "ring" => |w| run(w, ring(503, 3_000_000)),
        "sieve" => |w| run(w, sieve(1000)),
        "skynet" => |w| run(w, skynet()),
        "spawn" => |w| run(w, spawn(1_000_000)),
        "join" => |w| run(w, join(1_000_000)),
        "sleepers" => |w| run(w, sleepers(200_000)),
        "parked" => |w| block_on(w, parked(1_000_000)),
        "parked_own" => |w| block_on(w, parked_own(1_000_000)),
        _ => return None,
    })
}

fn block_on<T: Send + 'static>(workers: usize, work: impl Future<Output = T> + Send + 'static) -> T {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(workers)
        .enable_all()
        .build()
        .expect("threads for the runtime");
    // On a worker, as the kernels of csp are: the thread of `block_on` is not one.
    runtime.block_on(async move { go(work).await.expect("the kernel checks its result") })
}

fn run(workers: usize, work: impl Future<Output = u64> + Send + 'static) -> f64 {
    figure(&timed(|| block_on(workers, work)))
}

async fn pingpong(rounds: u64) -> u64 {
    let (ping, pings) = bounded_async::<u64>(0);
    let (pong, pongs) = bounded_async::<u64>(0);
    go(async move {
        while let Ok(n) = pings.recv().await {
            if pong.send(n + 1).await.is_err() {
                return;
            }
        }
    });
    let mut n = 0;
    for _ in 0..rounds {
        ping.send(n).await.unwrap();
        n = pongs.recv().await.unwrap();
    }
    assert_eq!(n, rounds);
    rounds
}

async fn stream(capacity: usize, senders: u64, receivers: usize, messages: u64) -> u64 {
    let (tx, rx) = bounded_async::<u64>(capacity);
    for _ in 0..senders {
        let tx = tx.clone();
        go(produce(tx, messages / senders));
    }
    drop(tx);
    let sums: Vec<_> = (0..receivers).map(|_| go(total(rx.clone()))).collect();
    drop(rx);
    let mut sum = 0;
    for part in sums {
        sum += part.await.unwrap();
    }
    let each = messages / senders;
    assert_eq!(sum, senders * (each * (each - 1) / 2));
    messages
}

async fn total(numbers: AsyncReceiver<u64>) -> u64 {
    let mut sum = 0;
    while let Ok(n) = numbers.recv().await {
        sum += n;
    }
    sum
}

async fn produce(out: AsyncSender<u64>, count: u64) {
    for n in 0..count {
        if out.send(n).await.is_err() {
            return;
        }
    }
}

// A receive of kanal that loses in a select after its value was handed over drops the value, so each future is kept.

async fn selecting2(messages: u64) -> u64 {
    let ((ta, a), (tb, b)) = (bounded_async(0), bounded_async(0));
    go(produce(ta, messages / 2));
    go(produce(tb, messages / 2));
    let mut fa = pin!(a.recv());
    let mut fb = pin!(b.recv());
    let (mut count, mut open) = (0, [true; 2]);
    while open.contains(&true) {
        tokio::select! {
            n = &mut fa, if open[0] => { if n.is_ok() { count += 1; fa.set(a.recv()) } else { open[0] = false } }
            n = &mut fb, if open[1] => { if n.is_ok() { count += 1; fb.set(b.recv()) } else { open[1] = false } }
        }
    }
    assert_eq!(count, messages);
    messages
}

async fn selecting8(messages: u64) -> u64 {
    let (txs, rxs): (Vec<_>, Vec<_>) = (0..8).map(|_| bounded_async(0)).unzip();
    for tx in txs {
        go(produce(tx, messages / 8));
    }
    let [a, b, c, d, e, f, g, h]: [AsyncReceiver<u64>; 8] = rxs.try_into().expect("eight of them");
    let mut fa = pin!(a.recv());
    let mut fb = pin!(b.recv());
    let mut fc = pin!(c.recv());
    let mut fd = pin!(d.recv());
    let mut fe = pin!(e.recv());
    let mut ff = pin!(f.recv());
    let mut fg = pin!(g.recv());
    let mut fh = pin!(h.recv());
    let (mut count, mut open) = (0, [true; 8]);
    while open.contains(&true) {
        tokio::select! {
            n = &mut fa, if open[0] => { if n.is_ok() { count += 1; fa.set(a.recv()) } else { open[0] = false } }
            n = &mut fb, if open[1] => { if n.is_ok() { count += 1; fb.set(b.recv()) } else { open[1] = false } }
            n = &mut fc, if open[2] => { if n.is_ok() { count += 1; fc.set(c.recv()) } else { open[2] = false } }
            n = &mut fd, if open[3] => { if n.is_ok() { count += 1; fd.set(d.recv()) } else { open[3] = false } }
            n = &mut fe, if open[4] => { if n.is_ok() { count += 1; fe.set(e.recv()) } else { open[4] = false } }
            n = &mut ff, if open[5] => { if n.is_ok() { count += 1; ff.set(f.recv()) } else { open[5] = false } }
            n = &mut fg, if open[6] => { if n.is_ok() { count += 1; fg.set(g.recv()) } else { open[6] = false } }
            n = &mut fh, if open[7] => { if n.is_ok() { count += 1; fh.set(h.recv()) } else { open[7] = false } }
        }
    }
    assert_eq!(count, messages);
    messages
}

async fn commstime(iterations: u64) -> u64 {
    let (a, ra) = bounded_async::<u64>(0);
    let (b, rb) = bounded_async::<u64>(0);
    let (c, rc) = bounded_async::<u64>(0);
    let (d, rd) = bounded_async::<u64>(0);
    go(async move {
        a.send(0).await.ok();
        while let Ok(n) = rb.recv().await {
            if a.send(n).await.is_err() {
                return;
            }
        }
    });
    go(async move {
        while let Ok(n) = ra.recv().await {
            if c.send(n).await.is_err() || d.send(n).await.is_err() {
                return;
            }
        }
    });
    go(async move {
        while let Ok(n) = rc.recv().await {
            if b.send(n + 1).await.is_err() {
                return;
            }
        }
    });
    for n in 0..iterations {
        assert_eq!(rd.recv().await.unwrap(), n);
    }
    iterations
}

async fn ring(size: usize, hops: u64) -> u64 {
    let (first, mut input) = bounded_async::<u64>(0);
    for _ in 1..size {
        let (out, next) = bounded_async::<u64>(0);
        go(async move {
            while let Ok(n) = input.recv().await {
                if out.send(n + 1).await.is_err() {
                    return;
                }
            }
        });
        input = next;
    }
    let rounds = hops / size as u64;
    let mut n = 0;
    for _ in 0..rounds {
        first.send(n + 1).await.unwrap();
        n = input.recv().await.unwrap();
    }
    assert_eq!(n, rounds * size as u64);
    n
}

async fn sieve(count: u64) -> u64 {
    let (out, mut input) = bounded_async::<u64>(0);
    go(async move {
        for n in 2.. {
            if out.send(n).await.is_err() {
                return;
            }
        }
    });
    let mut last = 0;
    for _ in 0..count {
        let prime = input.recv().await.unwrap();
        last = prime;
        let (out, next) = bounded_async::<u64>(0);
        go(async move {
            while let Ok(n) = input.recv().await {
                if n % prime != 0 && out.send(n).await.is_err() {
                    return;
                }
            }
        });
        input = next;
    }
    assert_eq!(last, 7919);
    count
}

fn node(out: AsyncSender<u64>, number: u64, size: u64) -> std::pin::Pin<Box<dyn Future<Output = ()> + Send>> {
    Box::pin(async move {
        if size == 1 {
            out.send(number).await.ok();
            return;
        }
        let (tx, rx) = bounded_async(10);
        for child in 0..10 {
            go(node(tx.clone(), number + child * (size / 10), size / 10));
        }
        let mut sum = 0;
        for _ in 0..10 {
            sum += rx.recv().await.unwrap();
        }
        out.send(sum).await.ok();
    })
}

async fn skynet() -> u64 {
    let (tx, rx) = bounded_async(1);
    go(node(tx, 0, 1_000_000));
    assert_eq!(rx.recv().await, Ok(499_999_500_000));
    1_111_111
}

async fn spawn(count: u64) -> u64 {
    let handles: Vec<_> = (0..count).map(|n| go(async move { n })).collect();
    let mut sum = 0;
    for handle in handles {
        sum += handle.await.unwrap();
    }
    assert_eq!(sum, count * (count - 1) / 2);
    count
}

async fn join(count: u64) -> u64 {
    let mut sum = 0;
    for n in 0..count {
        sum += go(async move { n }).await.unwrap();
    }
    assert_eq!(sum, count * (count - 1) / 2);
    count
}

async fn sleepers(count: u64) -> u64 {
    let (tx, rx) = kanal::unbounded_async();
    for n in 0..count {
        let tx = tx.clone();
        go(async move {
            tokio::time::sleep(Duration::from_millis(n % 100)).await;
            tx.send(1).await.ok();
        });
    }
    drop(tx);
    assert_eq!(total(rx).await, count);
    count
}

async fn wait(gate: AsyncReceiver<u64>, done: AsyncSender<u64>) {
    let _ = gate.recv().await;
    done.send(1).await.ok();
}

async fn settle() {
    for _ in 0..20 {
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

async fn parked(count: u64) -> f64 {
    let (open, gate) = bounded_async(0);
    let (done, ends) = kanal::unbounded_async();
    let before = memory::resident();
    for _ in 0..count {
        go(wait(gate.clone(), done.clone()));
    }
    drop(done);
    settle().await;
    let bytes = memory::resident() - before;
    drop(open);
    assert_eq!(total(ends).await, count);
    bytes as f64 / count as f64
}

async fn parked_own(count: u64) -> f64 {
    let (done, ends) = kanal::unbounded_async();
    let mut gates = Vec::with_capacity(count as usize);
    let before = memory::resident();
    for _ in 0..count {
        let (open, gate) = bounded_async(0);
        gates.push(open);
        go(wait(gate, done.clone()));
    }
    drop(done);
    settle().await;
    let bytes = memory::resident() - before;
    drop(gates);
    assert_eq!(total(ends).await, count);
    bytes as f64 / count as f64
}
