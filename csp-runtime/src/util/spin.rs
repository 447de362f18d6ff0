//! A one-byte lock for sections of a few dozen instructions: one locked instruction to take it, a plain store to free it.
//!
//! Nobody may run user code, allocate or wait while holding one.

#[cfg(loom)]
pub(crate) use model::Spin;
#[cfg(not(loom))]
pub(crate) use real::Spin;

#[cfg_attr(loom, allow(dead_code))]
mod real {
    use crate::shim::atomic::{AtomicBool, Ordering};
    use crate::shim::hint;

    #[derive(Debug)]
    pub(crate) struct Spin {
        held: AtomicBool,
    }

    impl Spin {
        #[cfg(not(loom))]
        pub(crate) const fn new() -> Self {
            Self { held: AtomicBool::new(false) }
        }

        #[cfg(loom)]
        pub(crate) fn new() -> Self {
            Self { held: AtomicBool::new(false) }
        }

        /// Takes the lock, waiting for it.
        #[inline]
        pub(crate) fn acquire(&self) {
            if !self.take() {
                self.contended();
            }
        }

        /// Takes the lock if that need not wait.
        #[inline(always)]
        pub(crate) fn try_acquire(&self) -> bool {
            self.take()
        }

        /// Frees the lock. The caller must hold it, or two sections run at once.
        #[inline]
        pub(crate) fn release(&self) {
            // ORDERING: Release pairs with the Acquire in `take`.
            self.held.store(false, Ordering::Release);
        }

        #[inline]
        fn take(&self) -> bool {
            // ORDERING: Acquire pairs with the Release in `release`: the section sees all that the last one wrote.
            self.held.compare_exchange(false, true, Ordering::Acquire, Ordering::Relaxed).is_ok()
        }

        /// Spins, then yields, then sleeps: the holder may have been preempted by another program.
        #[cold]
        fn contended(&self) {
            let mut round = 0u32;
            while !self.take() {
                // ORDERING: Relaxed while looking; `take` acquires.
                while self.held.load(Ordering::Relaxed) {
                    round += 1;
                    back_off(round);
                }
            }
        }
    }

    #[cfg(not(loom))]
    fn back_off(round: u32) {
        match round {
            0..=100 => hint::spin_loop(),
            101..=120 => std::thread::yield_now(),
            _ => std::thread::sleep(std::time::Duration::from_micros(50)),
        }
    }

    #[cfg(loom)]
    fn back_off(_round: u32) {
        hint::spin_loop();
    }
}

/// A model explores waiting threads better when they block: a flag under the checker's mutex, with the same contract.
#[cfg(loom)]
mod model {
    use crate::shim::{Condvar, Mutex};

    #[derive(Debug)]
    pub(crate) struct Spin {
        held: Mutex<bool>,
        freed: Condvar,
    }

    impl Spin {
        pub(crate) fn new() -> Self {
            Self { held: Mutex::new(false), freed: Condvar::new() }
        }

        pub(crate) fn acquire(&self) {
            let mut held = self.held.lock().unwrap();
            while *held {
                held = self.freed.wait(held).unwrap();
            }
            *held = true;
        }

        pub(crate) fn try_acquire(&self) -> bool {
            let mut held = self.held.lock().unwrap();
            !std::mem::replace(&mut *held, true)
        }

        pub(crate) fn release(&self) {
            *self.held.lock().unwrap() = false;
            self.freed.notify_one();
        }
    }
}

/// The real lock: sections never overlap, and each sees what those before it wrote.
#[cfg(all(test, loom))]
mod tests {
    use super::real;
    use crate::shim::atomic::{AtomicU32, Ordering};
    use crate::shim::{Arc, thread};

    struct Counter {
        lock: real::Spin,
        count: AtomicU32,
    }

    /// The main thread and some more take the lock by `take`, and each that has it adds one; so many were added.
    fn counted<const MORE: usize>(take: fn(&real::Spin) -> bool) -> u32 {
        let counter = Arc::new(Counter { lock: real::Spin::new(), count: AtomicU32::new(0) });
        let add_one = move |counter: &Counter| {
            let taken = take(&counter.lock);
            if taken {
                // ORDERING: Relaxed: the lock alone must make the last section's value the one that is seen.
                let before = counter.count.load(Ordering::Relaxed);
                counter.count.store(before + 1, Ordering::Relaxed);
                counter.lock.release();
            }
            u32::from(taken)
        };
        let others = [(); MORE].map(|()| {
            let counter = Arc::clone(&counter);
            thread::spawn(move || add_one(&counter))
        });
        let mut added = add_one(&counter);
        for other in others {
            added += other.join().unwrap();
        }
        assert_eq!(counter.count.load(Ordering::Relaxed), added);
        added
    }

    #[test]
    fn model_spin_excludes() {
        loom::model(|| {
            let added = counted::<1>(|lock| {
                lock.acquire();
                true
            });
            assert_eq!(added, 2);
        });
    }

    /// Three that spin are too much for the checker, which lets two of them wait for each other without end: so they give up.
    #[test]
    fn model_spin_excludes_three_that_try() {
        loom::model(|| {
            let added = counted::<2>(|lock| lock.try_acquire() || lock.try_acquire());
            assert!(added >= 1, "whoever tries first finds it free");
        });
    }
}
