//! The kernels in csp-rs, as a user would write them.

use csp::prelude::*;

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
        "parked" => |w| measure(w, parked(1_000_000)),
        "parked_own" => |w| measure(w, parked_own(1_000_000)),
        _ => return None,
    })
}

/// Runs a process that gives its number of operations, as nanoseconds an operation.
fn run(workers: usize, process: Process<impl Future<Output = u64> + Send + 'static>) -> f64 {
    let runtime = Runtime::builder().workers(workers).build().expect("threads for the runtime");
    figure(&timed(|| runtime.go(process).join().expect("the kernel checks its result")))
}

/// Runs a process that gives the figure itself.
fn measure(workers: usize, process: Process<impl Future<Output = f64> + Send + 'static>) -> f64 {
    let runtime = Runtime::builder().workers(workers).build().expect("threads for the runtime");
    runtime.go(process).join().expect("the kernel checks its result")
}

#[process]
fn pingpong(rounds: u64) -> u64 {
    let (ping, pings) = chan!(u64);
    let (pong, pongs) = chan!(u64);
    go! {
        for n in pings {
            pong <- n + 1;
        }
    };
    let mut n = 0;
    for _ in 0..rounds {
        ping.send(n).unwrap();
        n = pongs.recv().unwrap();
    }
    assert_eq!(n, rounds);
    rounds
}

#[process]
fn stream(capacity: usize, senders: u64, receivers: usize, messages: u64) -> u64 {
    let (tx, rx) = chan!(u64; capacity);
    for _ in 0..senders {
        let tx = tx.clone();
        go! {
            for n in 0..messages / senders {
                tx <- n;
            }
        };
    }
    drop(tx);
    let sums: Vec<_> = (0..receivers).map(|_| go!(total(rx.clone()))).collect();
    let mut sum = 0;
    for part in sums {
        sum += part.await.unwrap();
    }
    let each = messages / senders;
    assert_eq!(sum, senders * (each * (each - 1) / 2));
    messages
}

#[process]
fn total(numbers: Receiver<u64>) -> u64 {
    let mut sum = 0;
    for n in numbers {
        sum += n;
    }
    sum
}

#[process]
fn produce(out: Sender<u64>, count: u64) {
    for n in 0..count {
        out.send(n)?;
    }
}

#[process]
fn selecting2(messages: u64) -> u64 {
    let ((ta, a), (tb, b)) = (chan!(u64), chan!(u64));
    go!(produce(ta, messages / 2));
    go!(produce(tb, messages / 2));
    let mut count = 0;
    loop {
        select! {
            _n = <-a => count += 1,
            _n = <-b => count += 1,
            closed => break,
        }
    }
    assert_eq!(count, messages);
    messages
}

#[process]
fn selecting8(messages: u64) -> u64 {
    let (txs, rxs): (Vec<_>, Vec<_>) = (0..8).map(|_| chan!(u64)).unzip();
    for tx in txs {
        go!(produce(tx, messages / 8));
    }
    let [a, b, c, d, e, f, g, h] = rxs.try_into().expect("eight of them");
    let mut count = 0;
    loop {
        select! {
            _n = <-a => count += 1,
            _n = <-b => count += 1,
            _n = <-c => count += 1,
            _n = <-d => count += 1,
            _n = <-e => count += 1,
            _n = <-f => count += 1,
            _n = <-g => count += 1,
            _n = <-h => count += 1,
            closed => break,
        }
    }
    assert_eq!(count, messages);
    messages
}

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
fn commstime(iterations: u64) -> u64 {
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
fn ring(size: usize, hops: u64) -> u64 {
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
fn sieve(count: u64) -> u64 {
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
    assert_eq!(last, 7919);
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
fn skynet() -> u64 {
    let (tx, rx) = chan!(u64; 1);
    go!(node(tx, 0, 1_000_000));
    assert_eq!(rx.recv(), Ok(499_999_500_000));
    1_111_111
}

#[process]
fn one(n: u64) -> u64 {
    n
}

#[process]
fn spawn(count: u64) -> u64 {
    let handles: Vec<_> = (0..count).map(|n| go!(one(n))).collect();
    let mut sum = 0;
    for handle in handles {
        sum += handle.await.unwrap();
    }
    assert_eq!(sum, count * (count - 1) / 2);
    count
}

#[process]
fn join(count: u64) -> u64 {
    let mut sum = 0;
    for n in 0..count {
        sum += go!(one(n)).await.unwrap();
    }
    assert_eq!(sum, count * (count - 1) / 2);
    count
}

#[process]
fn sleepers(count: u64) -> u64 {
    let (tx, rx) = chan!(u64; ..);
    for n in 0..count {
        let tx = tx.clone();
        go! {
            sleep(Duration::from_millis(n % 100)).await;
            tx <- 1;
        };
    }
    drop(tx);
    let mut sum = 0;
    for one in rx {
        sum += one;
    }
    assert_eq!(sum, count);
    count
}

#[process]
fn wait(gate: Receiver<u64>, done: Sender<u64>) {
    let _ = gate.recv();
    done.send(1)?;
}

#[process]
fn parked(count: u64) -> f64 {
    let (open, gate) = chan!(u64);
    let (done, ends) = chan!(u64; ..);
    let before = memory::resident();
    for _ in 0..count {
        go!(wait(gate.clone(), done.clone()));
    }
    drop(done);
    settle().await;
    let bytes = memory::resident() - before;
    drop(open);
    assert_eq!(total(ends).await, count);
    bytes as f64 / count as f64
}

#[process]
fn parked_own(count: u64) -> f64 {
    let (done, ends) = chan!(u64; ..);
    let mut gates = Vec::with_capacity(count as usize);
    let before = memory::resident();
    for _ in 0..count {
        let (open, gate) = chan!(u64);
        gates.push(open);
        go!(wait(gate, done.clone()));
    }
    drop(done);
    settle().await;
    let bytes = memory::resident() - before;
    drop(gates);
    assert_eq!(total(ends).await, count);
    bytes as f64 / count as f64
}

/// Until all that was started has parked: when this process runs again after many turns, the others have run.
#[process]
fn settle() {
    for _ in 0..20 {
        sleep(Duration::from_millis(20)).await;
    }
}
