//! Where one worker sleeps: at its own place, or in the poller.

use std::time::Duration;

use crate::shim::atomic::{AtomicU8, Ordering};
use crate::shim::{Mutex, lock, thread};

/// Awake, or asleep at its own place.
const HERE: u8 = 0;
/// Asleep in the poller, or about to be.
const POLLS: u8 = 1;
/// A wake that nobody has slept off yet.
const WOKEN: u8 = 2;

#[derive(Debug)]
pub(crate) struct Parker {
    /// A process may call `thread::park` too, so the thread's own token says nothing.
    state: AtomicU8,
    thread: Mutex<Option<thread::Thread>>,
}

impl Parker {
    pub(crate) fn new() -> Self {
        Self { state: AtomicU8::new(HERE), thread: Mutex::new(None) }
    }

    /// The calling thread is the one that sleeps here.
    pub(crate) fn move_in(&self) {
        *lock(&self.thread) = Some(thread::current());
    }

    /// Sleeps until `unpark`, or for `most`. True: it was `unpark`.
    pub(crate) fn park(&self, most: Option<Duration>) -> bool {
        loop {
            if self.take_wake() {
                return true;
            }
            match most {
                None => thread::park(),
                Some(most) => {
                    sleep(most);
                    return self.take_wake();
                }
            }
        }
    }

    /// The thread goes to sleep in the poller. False: it was woken; the wake is still to be slept off.
    pub(crate) fn begin_poll(&self) -> bool {
        // ORDERING: Relaxed: a wake that comes later finds `POLLS` and notifies the poller, which synchronises.
        self.state.compare_exchange(HERE, POLLS, Ordering::Relaxed, Ordering::Relaxed).is_ok()
    }

    /// It came back from there. True: a wake came meanwhile, which counts as slept off.
    pub(crate) fn end_poll(&self) -> bool {
        self.take_wake()
    }

    fn take_wake(&self) -> bool {
        // ORDERING: Acquire pairs with `unpark`.
        self.state.swap(HERE, Ordering::Acquire) == WOKEN
    }

    /// Wakes the thread. False: it is in the poller, which the caller must notify.
    #[must_use]
    pub(crate) fn unpark(&self) -> bool {
        // ORDERING: Release: what the waker did is seen by the woken.
        match self.state.swap(WOKEN, Ordering::Release) {
            POLLS => return false,
            HERE => {
                if let Some(thread) = &*lock(&self.thread) {
                    thread.unpark();
                }
            }
            _ => {}
        }
        true
    }
}

#[cfg(not(loom))]
fn sleep(most: Duration) {
    thread::park_timeout(most);
}

#[cfg(loom)]
fn sleep(_most: Duration) {
    thread::yield_now();
}
