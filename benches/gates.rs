//! Kernels whose cost is counted, not timed: `ci/gates.sh` runs each under callgrind, with two numbers of operations, so
//! that the difference is the operations' alone.

#[path = "kernels/join.rs"]
mod join;
#[path = "kernels/messages.rs"]
mod messages;
#[path = "kernels/selects.rs"]
mod selects;

use csp::prelude::*;

/// Makes so many operations.
type Kernel = fn(&Runtime, u64);

const KERNELS: [(&str, Kernel); 9] = [
    ("rendezvous", |r, n| run(r, messages::stream(0, 1, 1, n))),
    ("pingpong", |r, n| run(r, messages::pingpong(n))),
    ("buffered", |r, n| run(r, messages::stream(128, 1, 1, n))),
    ("spawn", |r, n| run(r, spawn(n))),
    ("join", |r, n| run(r, join::join(n))),
    ("dispatch", |r, n| run(r, dispatch(n))),
    ("select2", |r, n| run(r, selects::select2(n))),
    ("select8", |r, n| run(r, selects::select8(n))),
    ("timer", |r, n| run(r, timer(n))),
];

fn run(runtime: &Runtime, kernel: Process<impl Future<Output = u64> + Send + 'static>) {
    runtime.go(kernel).join().expect("the kernel checks its result");
}

#[process]
fn nothing() {}

/// A process that is started, runs and ends; nobody waits for it.
#[process(boxed)]
fn spawn(operations: u64) -> u64 {
    for _ in 0..operations / 64 {
        for _ in 0..64 {
            go!(nothing());
        }
        yield_now().await;
    }
    operations
}

/// A turn of a process that gives way: to the end of the queue and back.
#[process(boxed)]
fn dispatch(operations: u64) -> u64 {
    for _ in 0..operations {
        yield_now().await;
    }
    operations
}

/// A timer that is set and dropped.
#[process(boxed)]
fn timer(operations: u64) -> u64 {
    for _ in 0..operations {
        select! {
            <-after(Duration::from_secs(60)) => {}
            default => {}
        }
    }
    operations
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
    kernel(&runtime, operations);
}
