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

/// Two sections never overlap, and the second sees what the first wrote.
#[cfg(all(test, loom))]
#[test]
fn model_spin_excludes() {
    loom::model(|| {
        let shared = crate::shim::Arc::new((real::Spin::new(), loom::sync::atomic::AtomicU32::new(0)));
        let add = |shared: &(real::Spin, loom::sync::atomic::AtomicU32)| {
            use loom::sync::atomic::Ordering::Relaxed;
            shared.0.acquire();
            shared.1.store(shared.1.load(Relaxed) + 1, Relaxed);
            shared.0.release();
        };
        let other = shared.clone();
        let thread = loom::thread::spawn(move || add(&other));
        add(&shared);
        thread.join().unwrap();
        assert_eq!(shared.1.load(loom::sync::atomic::Ordering::Relaxed), 2);
    });
}
