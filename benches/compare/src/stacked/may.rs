//! may: coroutines, with channels that are never full.

use std::time::Duration;

use may::coroutine::{self, JoinHandle};
use may::sync::{Mutex, mpsc};

use super::Stacks;

pub struct May;

impl Stacks for May {
    type Tx = mpsc::Sender<u64>;
    type Rx = mpsc::Receiver<u64>;
    type Handle = JoinHandle<u64>;
    type Lock = Mutex<u64>;

    fn bounded(_unbounded: usize) -> (Self::Tx, Self::Rx) {
        mpsc::channel()
    }

    fn send(tx: &Self::Tx, value: u64) -> bool {
        tx.send(value).is_ok()
    }

    fn recv(rx: &Self::Rx) -> Option<u64> {
        rx.recv().ok()
    }

    fn run(workers: usize, work: impl FnOnce() -> f64 + Send + 'static) -> f64 {
        may::config().set_workers(workers);
        may::go!(work).join().expect("the kernel checks its result")
    }

    fn spawn(work: impl FnOnce() -> u64 + Send + 'static) -> Self::Handle {
        may::go!(work)
    }

    fn join(handle: Self::Handle) -> u64 {
        handle.join().expect("a result")
    }

    fn start(work: impl FnOnce() + Send + 'static) {
        may::go!(work);
    }

    fn sleep(duration: Duration) {
        coroutine::sleep(duration);
    }

    fn yield_now() {
        coroutine::yield_now();
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
