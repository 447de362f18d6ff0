//! The timers of one worker: an ordered map under a lock.

use std::collections::BTreeMap;
use std::task::Waker;

use crate::shim::Mutex;
use crate::shim::atomic::{AtomicU64, Ordering};

#[derive(Debug)]
pub(crate) struct Shard {
    timers: Mutex<(BTreeMap<(u64, u64), Waker>, u64)>,
    next: AtomicU64,
}

impl Shard {
    pub(crate) fn new() -> Self {
        Self { timers: Mutex::new((BTreeMap::new(), 0)), next: AtomicU64::new(u64::MAX) }
    }

    /// The earliest deadline, `u64::MAX` if there is none.
    #[inline]
    pub(crate) fn next_deadline(&self) -> u64 {
        self.next.load(Ordering::Relaxed)
    }

    /// Wakes what is due; how many.
    pub(crate) fn expire(&self, now: u64) -> usize {
        let mut due = Vec::new();
        {
            let mut timers = self.timers.lock().unwrap();
            while let Some((key, _)) = timers.0.first_key_value()
                && key.0 <= now
            {
                due.push(timers.0.pop_first().expect("just seen").1);
            }
            let next = timers.0.first_key_value().map_or(u64::MAX, |(k, _)| k.0);
            self.next.store(next, Ordering::Relaxed);
        }
        let woken = due.len();
        due.into_iter().for_each(Waker::wake);
        woken
    }

    /// For the scheduler's tests: wakes `waker` at `deadline`.
    #[cfg(test)]
    pub(crate) fn wake_at(&self, deadline: u64, waker: Waker) {
        let mut timers = self.timers.lock().unwrap();
        timers.1 += 1;
        let id = timers.1;
        timers.0.insert((deadline, id), waker);
        let next = timers.0.first_key_value().map_or(u64::MAX, |(k, _)| k.0);
        self.next.store(next, Ordering::Relaxed);
    }
}
