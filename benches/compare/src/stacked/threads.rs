//! crossbeam's channels, on threads that are bound to as many processors as a run has workers.

use std::sync::Mutex;
use std::thread::{self, JoinHandle};
use std::time::Duration;

use crossbeam_channel::{Receiver, Select, Sender, bounded, never, select};
use rustix::thread::{CpuSet, sched_getaffinity, sched_setaffinity};

use super::{Stacks, timed};
use crate::kernels::Run;

pub struct Threads;

impl Stacks for Threads {
    type Tx = Sender<u64>;
    type Rx = Receiver<u64>;
    type Handle = JoinHandle<u64>;
    type Lock = Mutex<u64>;

    fn bounded(capacity: usize) -> (Self::Tx, Self::Rx) {
        bounded(capacity)
    }

    fn send(tx: &Self::Tx, value: u64) -> bool {
        tx.send(value).is_ok()
    }

    fn recv(rx: &Self::Rx) -> Option<u64> {
        rx.recv().ok()
    }

    fn run(workers: usize, work: impl FnOnce() -> f64 + Send + 'static) -> f64 {
        let all = sched_getaffinity(None).expect("the processors of this process");
        let mut some = CpuSet::new();
        (0..CpuSet::MAX_CPU).filter(|&cpu| all.is_set(cpu)).take(workers).for_each(|cpu| some.set(cpu));
        // Threads that are started later are bound to the same.
        sched_setaffinity(None, &some).expect("processors of this process");
        work()
    }

    fn spawn(work: impl FnOnce() -> u64 + Send + 'static) -> Self::Handle {
        thread::spawn(work)
    }

    fn join(handle: Self::Handle) -> u64 {
        handle.join().expect("a result")
    }

    fn start(work: impl FnOnce() + Send + 'static) {
        thread::spawn(work);
    }

    fn sleep(duration: Duration) {
        thread::sleep(duration);
    }

    fn yield_now() {
        thread::yield_now();
    }

    fn lock() -> Self::Lock {
        Mutex::new(0)
    }

    fn step(lock: &Self::Lock) -> u64 {
        let mut counter = lock.lock().expect("nobody panics");
        *counter += 1;
        *counter - 1
    }
}

/// As many channels as there are arms, each with a thread that sends.
fn producers<const ARMS: usize>(messages: u64) -> [Receiver<u64>; ARMS] {
    std::array::from_fn(|_| {
        let (tx, rx) = bounded(0);
        thread::spawn(move || super::networks::produce::<Threads>(tx, messages / ARMS as u64));
        rx
    })
}

macro_rules! select_loop {
    ($name:ident, $arms:literal: $($arm:ident)*) => {
        fn $name(messages: u64) -> u64 {
            let [$(mut $arm),*] = producers::<$arms>(messages);
            let (mut count, mut left) = (0, $arms);
            while left > 0 {
                select! {
                    $(recv($arm) -> n => match n {
                        Ok(_) => count += 1,
                        Err(_) => {
                            $arm = never();
                            left -= 1;
                        }
                    },)*
                }
            }
            assert_eq!(count, messages);
            messages
        }
    };
}

select_loop!(select2, 2: a b);
select_loop!(select8, 8: a b c d e f g h);

/// Its `select!` takes no sixty-four arms; this is what it has for many.
fn select64(messages: u64) -> u64 {
    let receivers = producers::<64>(messages);
    let mut arms = Select::new();
    for rx in &receivers {
        arms.recv(rx);
    }
    let (mut count, mut left) = (0, receivers.len());
    while left > 0 {
        let ready = arms.select();
        let arm = ready.index();
        match ready.recv(&receivers[arm]) {
            Ok(_) => count += 1,
            Err(_) => {
                arms.remove(arm);
                left -= 1;
            }
        }
    }
    assert_eq!(count, messages);
    messages
}

pub fn select(name: &str) -> Option<Run> {
    Some(match name {
        "select2" => |w, n| Threads::run(w, move || timed(|| select2(n))),
        "select8" => |w, n| Threads::run(w, move || timed(|| select8(n))),
        "select64" => |w, n| Threads::run(w, move || timed(|| select64(n))),
        _ => return None,
    })
}
