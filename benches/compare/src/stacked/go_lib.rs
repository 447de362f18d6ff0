//! go-lib: Go's scheduler in Rust.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use go_lib::chan::{Receiver, Sender, chan};

use super::{Stacks, timed};
use crate::kernels::Run;

pub struct GoLib;

/// On a goroutine, as all of go-lib's calls have to be. How many threads it starts, it reads in `GOMAXPROCS`.
#[go_lib::main]
fn goroutine(work: impl FnOnce() -> f64 + Send + 'static) -> f64 {
    work()
}

/// A sender that closes when the last of its clones is gone, which go-lib's own are described to do, but do not.
#[derive(Clone)]
pub struct Closing(Arc<Closes>);

struct Closes(Sender<u64>);

impl Drop for Closes {
    fn drop(&mut self) {
        self.0.close();
    }
}

fn closing(capacity: usize) -> (Closing, Receiver<u64>) {
    let (tx, rx) = chan(capacity);
    (Closing(Arc::new(Closes(tx))), rx)
}

impl Stacks for GoLib {
    type Tx = Closing;
    type Rx = Receiver<u64>;
    type Handle = Receiver<u64>;
    type Lock = Mutex<u64>;

    fn bounded(capacity: usize) -> (Self::Tx, Self::Rx) {
        closing(capacity)
    }

    /// There is always somebody: a sender never learns that its receivers are gone.
    fn send(tx: &Self::Tx, value: u64) -> bool {
        tx.0.0.send(value);
        true
    }

    fn recv(rx: &Self::Rx) -> Option<u64> {
        rx.recv()
    }

    fn run(workers: usize, work: impl FnOnce() -> f64 + Send + 'static) -> f64 {
        goroutine(move || {
            assert_eq!(go_lib::gomaxprocs(), workers);
            work()
        })
    }

    /// A goroutine has no result: it sends one.
    fn spawn(work: impl FnOnce() -> u64 + Send + 'static) -> Self::Handle {
        let (tx, rx) = chan(1);
        go_lib::go!(move || tx.send(work()));
        rx
    }

    fn join(handle: Self::Handle) -> u64 {
        handle.recv().expect("a result")
    }

    fn start(work: impl FnOnce() + Send + 'static) {
        go_lib::go!(work);
    }

    fn sleep(duration: Duration) {
        go_lib::sleep(duration);
    }

    fn yield_now() {
        go_lib::gosched();
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

/// Its `select!` takes four arms at most, and a closed channel is ready for ever: the loop ends by the count.
fn select2(messages: u64) -> u64 {
    let ((ta, a), (tb, b)) = (closing(0), closing(0));
    for tx in [ta.clone(), tb.clone()] {
        go_lib::go!(move || super::networks::produce::<GoLib>(tx, messages / 2));
    }
    let mut count = 0;
    while count < messages {
        go_lib::select! {
            recv(a) -> n => { count += u64::from(n.is_some()) }
            recv(b) -> n => { count += u64::from(n.is_some()) }
        }
    }
    drop((ta, tb));
    assert_eq!(count, messages);
    messages
}

pub fn select(name: &str) -> Option<Run> {
    (name == "select2").then_some(|w, n| GoLib::run(w, move || timed(|| select2(n))))
}
