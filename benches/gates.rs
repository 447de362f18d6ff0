//! Kernels whose cost is counted, not timed: `ci/gates.sh` runs each under callgrind, with two numbers of operations, so
//! that the difference is the operations' alone.

use csp::prelude::*;

/// A kernel: runs so many operations on a runtime of one worker.
type Kernel = fn(u64) -> Process<std::pin::Pin<Box<dyn Future<Output = ()> + Send>>>;

const KERNELS: [(&str, Kernel); 9] = [
    ("rendezvous", |n| rendezvous(n)),
    ("pingpong", |n| pingpong(n)),
    ("buffered", |n| buffered(n)),
    ("spawn", |n| spawn(n)),
    ("join", |n| join(n)),
    ("dispatch", |n| dispatch(n)),
    ("select2", |n| select2(n)),
    ("select8", |n| select8(n)),
    ("timer", |n| timer(n)),
];

/// One message from a sender to a receiver, each of which waits for the other in turn.
#[process(boxed)]
fn rendezvous(operations: u64) {
    let (tx, rx) = chan!(u64);
    go! {
        for n in 0..operations {
            tx <- n;
        }
    };
    let mut received = 0;
    for _ in rx {
        received += 1;
    }
    assert_eq!(received, operations);
}

/// A message there and one back: each send finds a waiting receiver, or each receive a waiting sender.
#[process(boxed)]
fn pingpong(operations: u64) {
    let (ping, pings) = chan!(u64);
    let (pong, pongs) = chan!(u64);
    go! {
        for n in pings {
            pong <- n;
        }
    };
    for n in 0..operations {
        let _ = ping.send(n);
        assert_eq!(pongs.recv(), Ok(n));
    }
}

/// One message through a channel that holds 128.
#[process(boxed)]
fn buffered(operations: u64) {
    let (tx, rx) = chan!(u64; 128);
    go! {
        for n in 0..operations {
            tx <- n;
        }
    };
    let mut received = 0;
    for _ in rx {
        received += 1;
    }
    assert_eq!(received, operations);
}

#[process]
fn nothing() {}

#[process]
fn same(n: u64) -> u64 {
    n
}

/// A process that is started, runs and ends; nobody waits for it.
#[process(boxed)]
fn spawn(operations: u64) {
    for _ in 0..operations / 64 {
        for _ in 0..64 {
            go!(nothing());
        }
        yield_now().await;
    }
}

/// A process that is started and awaited.
#[process(boxed)]
fn join(operations: u64) {
    for n in 0..operations {
        assert_eq!(go!(same(n)).await.ok(), Some(n));
    }
}

/// A turn of a process that gives way: to the end of the queue and back.
#[process(boxed)]
fn dispatch(operations: u64) {
    for _ in 0..operations {
        yield_now().await;
    }
}

/// One message through a select over two rendezvous.
#[process(boxed)]
fn select2(operations: u64) {
    let ends = senders(2, operations);
    let (a, b) = (&ends[0], &ends[1]);
    for _ in 0..operations {
        select! {
            _n = <-a => {}
            _n = <-b => {}
        }
    }
}

/// One message through a select over eight.
#[process(boxed)]
fn select8(operations: u64) {
    let ends = senders(8, operations);
    let [a, b, c, d, e, f, g, h] = &ends[..] else { return };
    for _ in 0..operations {
        select! {
            _n = <-a => {}
            _n = <-b => {}
            _n = <-c => {}
            _n = <-d => {}
            _n = <-e => {}
            _n = <-f => {}
            _n = <-g => {}
            _n = <-h => {}
        }
    }
}

/// Processes that share `operations` sends, each on a channel of its own.
fn senders(count: u64, operations: u64) -> Vec<Receiver<u64>> {
    let start = |_| {
        let (tx, rx) = chan!(u64);
        go! {
            for n in 0..operations.div_ceil(count) {
                if tx.send(n).is_err() {
                    return;
                }
            }
        };
        rx
    };
    (0..count).map(start).collect()
}

/// A timer that is set and dropped.
#[process(boxed)]
fn timer(operations: u64) {
    for _ in 0..operations {
        select! {
            <-after(Duration::from_secs(60)) => {}
            default => {}
        }
    }
}

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let kernel = KERNELS.iter().find(|(name, _)| arguments.first().is_some_and(|wanted| wanted == name));
    let operations = arguments.get(1).and_then(|number| number.parse().ok());
    let (Some((_, kernel)), Some(operations)) = (kernel, operations) else {
        let names: Vec<&str> = KERNELS.iter().map(|(name, _)| *name).collect();
        println!(
            "usage: gates KERNEL OPERATIONS, under callgrind: see ci/gates.sh; kernels: {}",
            names.join(" ")
        );
        return;
    };
    let runtime = Runtime::builder().workers(1).build().expect("a thread for the runtime");
    runtime.go(kernel(operations)).join().expect("the kernel checks its result");
}
