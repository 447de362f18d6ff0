//! Where one worker sleeps.

use std::time::Duration;

use crate::shim::atomic::{AtomicBool, Ordering};
use crate::shim::{Mutex, lock, thread};

#[derive(Debug)]
pub(crate) struct Parker {
    /// A wake that nobody has slept off yet. A process may call `thread::park` too, so the thread's own token says nothing.
    woken: AtomicBool,
    thread: Mutex<Option<thread::Thread>>,
}

impl Parker {
    pub(crate) fn new() -> Self {
        Self { woken: AtomicBool::new(false), thread: Mutex::new(None) }
    }

    /// The calling thread is the one that sleeps here.
    pub(crate) fn move_in(&self) {
        *lock(&self.thread) = Some(thread::current());
    }

    /// Sleeps until `unpark`, or for `most`. True: it was `unpark`.
    pub(crate) fn park(&self, most: Option<Duration>) -> bool {
        loop {
            // ORDERING: Acquire pairs with `unpark`.
            if self.woken.swap(false, Ordering::Acquire) {
                return true;
            }
            match most {
                None => thread::park(),
                Some(most) => {
                    sleep(most);
                    // ORDERING: as above.
                    return self.woken.swap(false, Ordering::Acquire);
                }
            }
        }
    }

    pub(crate) fn unpark(&self) {
        // ORDERING: Release: what the waker did is seen by the woken.
        if !self.woken.swap(true, Ordering::Release)
            && let Some(thread) = &*lock(&self.thread)
        {
            thread.unpark();
        }
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
