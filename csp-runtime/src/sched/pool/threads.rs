//! The threads of a pool.

use std::io;

use super::worker::Worker;
use super::{Pool, local};
use crate::shim::atomic::Ordering;
use crate::shim::choice;
use crate::shim::plain::{MutexGuard, lock, thread};
use crate::task::How;

/// What a worker's thread may use of stack: a process that awaits itself in place, boxed, nests polls as deep as its recursion.
const STACK: usize = 8 << 20;

/// Kinds of spare threads.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Spare {
    /// Takes whatever waits.
    General,
    /// See `reserve.rs`.
    Reserve,
}

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
        let name = format!("{}-{spare}{index}", self.config().name);
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
        let name = format!("{}-monitor", self.config().name);
        let handle = thread::Builder::new().name(name).spawn(move || self.watch())?;
        self.lock_threads().push(Thread { slot: usize::MAX, handle: Some(handle) });
        Ok(())
    }

    /// So many more threads, as far as there may be; the reserve has a place of its own unless there is but one.
    pub(crate) fn start_spares(&'static self, kind: Spare, count: usize) {
        self.reap();
        let mut free = vec![true; self.config().max_spares];
        for thread in self.lock_threads().iter() {
            if let Some(place) = thread.slot.checked_sub(self.workers).and_then(|place| free.get_mut(place)) {
                *place = false;
            }
        }
        let reserved = match kind {
            Spare::Reserve if free.len() < 2 => return,
            Spare::General => usize::from(free.len() > 1 && self.reserves() == 0),
            Spare::Reserve => 0,
        };
        let room = free.iter().filter(|free| **free).count().saturating_sub(reserved);
        for place in (0..free.len()).filter(|place| free[*place]).take(count.min(room)) {
            let index = self.workers + place;
            self.add_slot(index);
            let slot = self.slot(index);
            slot.retire.store(false, Ordering::Relaxed);
            slot.set_reserve(kind == Spare::Reserve);
            // ORDERING: Release: who sees the number sees the slot. The monitor alone writes.
            self.slots_in_use.fetch_max(index + 1, Ordering::Release);
            self.reserves.fetch_add(usize::from(kind == Spare::Reserve), Ordering::Relaxed);
            if self.start_worker(index).is_err() {
                // There will be a next look.
                self.reserves.fetch_sub(usize::from(kind == Spare::Reserve), Ordering::Relaxed);
                return;
            }
            self.stats.spares_started.fetch_add(1, Ordering::Relaxed);
        }
    }

    /// Those that ended leave their slot to the next.
    fn reap(&self) {
        let mut threads = self.lock_threads();
        threads.retain_mut(|t| {
            let over = t.slot != usize::MAX && t.handle.as_ref().is_some_and(|h| h.is_finished());
            if over && let Some(handle) = t.handle.take() {
                let _ = handle.join();
            }
            !over
        });
        let last = threads.iter().map(|t| t.slot).filter(|slot| *slot != usize::MAX).max().unwrap_or(0);
        // ORDERING: Release: as in `start_spares`. The threads that go unseen are joined, and their queues empty.
        self.slots_in_use.store(self.workers.max(last + 1), Ordering::Release);
    }

    /// Asks so many spare threads to end.
    pub(crate) fn retire_spares(&self, kind: Spare, count: usize) {
        self.reap();
        let chosen: Vec<usize> = {
            let threads = self.lock_threads();
            let spares = threads.iter().filter(|t| {
                (self.workers..usize::MAX).contains(&t.slot) && {
                    let slot = self.slot(t.slot);
                    slot.is_reserve() == (kind == Spare::Reserve) && !slot.retire.load(Ordering::Relaxed)
                }
            });
            spares.take(count).map(|t| t.slot).collect()
        };
        for slot in chosen {
            // ORDERING: the lock in `pick_this` orders it before the spare's last look.
            self.slot(slot).retire.store(true, Ordering::Relaxed);
            if self.idle.pick_this(slot) {
                self.rouse(slot);
            }
        }
    }

    pub(crate) fn reserves(&self) -> usize {
        self.reserves.load(Ordering::Relaxed)
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
        slot.move_in();
        let queues = lock(&slot.home).take();
        let worker = Worker::new(self, index, queues.expect("the slot has no other thread"));
        local::enter(&worker, Worker::run);
        self.reserves.fetch_sub(usize::from(worker.is_reserve), Ordering::Relaxed);
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

    pub(super) fn lock_threads(&self) -> MutexGuard<'_, Vec<Thread>> {
        lock(&self.threads)
    }
}
