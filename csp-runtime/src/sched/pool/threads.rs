//! The threads of a pool.

use std::io;

use super::worker::Worker;
use super::{MOST_SPARES, Pool, local};
use crate::shim::atomic::Ordering;
use crate::shim::choice;
use crate::shim::plain::{MutexGuard, lock, thread};
use crate::task::How;

/// What a worker's thread may use of stack: a process that awaits itself in place, boxed, nests polls as deep as its recursion.
const STACK: usize = 8 << 20;

pub(super) struct Thread {
    slot: usize,
    handle: Option<thread::JoinHandle<()>>,
}

impl Pool {
    pub(super) fn start_threads(&'static self) -> io::Result<()> {
        for index in 0..self.workers {
            self.start_worker(index)?;
        }
        self.start_monitor()
    }

    /// A thread for the slot, which no thread has.
    fn start_worker(&'static self, index: usize) -> io::Result<()> {
        let spare = if index < self.workers { "" } else { "spare-" };
        let name = format!("{}-{spare}{index}", self.config.name);
        self.alive.fetch_add(1, Ordering::Relaxed);
        let handle = match thread::Builder::new().name(name).stack_size(STACK).spawn(move || self.work(index))
        {
            Ok(handle) => handle,
            Err(error) => {
                self.alive.fetch_sub(1, Ordering::Relaxed);
                return Err(error);
            }
        };
        self.lock_threads().push(Thread { slot: index, handle: Some(handle) });
        Ok(())
    }

    fn start_monitor(&'static self) -> io::Result<()> {
        let name = format!("{}-monitor", self.config.name);
        let handle = thread::Builder::new().name(name).spawn(move || self.watch())?;
        self.lock_threads().push(Thread { slot: usize::MAX, handle: Some(handle) });
        Ok(())
    }

    /// One more thread, which steals. False: there are as many as there may be.
    pub(crate) fn start_spare(&'static self) -> bool {
        let mut threads = self.lock_threads();
        // Those that ended leave their slot to the next.
        threads.retain_mut(|t| {
            let over = t.slot != usize::MAX && t.handle.as_ref().is_some_and(|h| h.is_finished());
            if over && let Some(handle) = t.handle.take() {
                let _ = handle.join();
            }
            !over
        });
        let free = (self.workers..self.workers + MOST_SPARES).find(|i| threads.iter().all(|t| t.slot != *i));
        drop(threads);
        let Some(index) = free else { return false };
        self.add_slot(index);
        self.slot(index).retire.store(false, Ordering::Relaxed);
        self.start_worker(index).is_ok()
    }

    /// Asks one spare thread to end.
    pub(crate) fn retire_spare(&self) {
        let threads = self.lock_threads();
        let spare = threads.iter().find(|t| {
            let runs = (self.workers..usize::MAX).contains(&t.slot)
                && t.handle.as_ref().is_some_and(|h| !h.is_finished());
            runs && !self.slot(t.slot).retire.load(Ordering::Relaxed)
        });
        let Some(slot) = spare.map(|t| t.slot) else { return };
        drop(threads);
        // ORDERING: the lock in `pick_this` orders it before the spare's last look.
        self.slot(slot).retire.store(true, Ordering::Relaxed);
        if self.idle.pick_this(slot) {
            self.rouse(slot);
        }
    }

    pub(crate) fn threads_alive(&self) -> usize {
        self.alive.load(Ordering::Relaxed)
    }

    /// Waits for the end of all worker threads.
    pub(super) fn join_workers(&self) {
        loop {
            let next = {
                let mut threads = self.lock_threads();
                threads.iter().position(|t| t.slot != usize::MAX).map(|at| threads.swap_remove(at))
            };
            let Some(mut thread) = next else { return };
            if let Some(handle) = thread.handle.take() {
                let _ = handle.join();
            }
        }
    }

    pub(super) fn take_monitor_thread(&self) -> Option<thread::JoinHandle<()>> {
        let mut threads = self.lock_threads();
        let at = threads.iter().position(|t| t.slot == usize::MAX)?;
        threads.swap_remove(at).handle
    }

    /// The body of a worker's thread.
    fn work(&'static self, index: usize) {
        let slot = self.slot(index);
        choice::seed(index as u64 + 1);
        slot.parker.move_in();
        let queues = lock(&slot.home).take();
        let worker = Worker::new(self, index, queues.expect("the slot has no other thread"));
        local::enter(&worker, Worker::run);
        self.alive.fetch_sub(1, Ordering::Relaxed);
        slot.set_idle(0);
        // What is left goes to the others; then the slot is free for the next thread.
        let Worker { queues, .. } = worker;
        while let Some(token) =
            slot.lifo.swap(None).or_else(|| queues.fifo.pop()).or_else(|| queues.stack.pop())
        {
            self.inject(token, How::Woken);
        }
        *lock(&slot.home) = Some(queues);
    }

    fn lock_threads(&self) -> MutexGuard<'_, Vec<Thread>> {
        lock(&self.threads)
    }
}
