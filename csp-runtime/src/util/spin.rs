//! A one-byte lock for sections of a few dozen instructions: one locked instruction to take it, a plain store to free it.
//!
//! Nobody may run user code, allocate or wait while holding one.

use crate::shim::atomic::{AtomicBool, Ordering};
use crate::shim::hint;

#[derive(Debug)]
pub(crate) struct Spin {
    held: AtomicBool,
}

impl Default for Spin {
    fn default() -> Self {
        Self::new()
    }
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
        // ORDERING: Acquire pairs with the Release store in `release`: the section sees all that the last one wrote.
        if self.held.swap(true, Ordering::Acquire) {
            self.contended();
        }
    }

    /// Takes the lock if it is free.
    #[inline]
    pub(crate) fn try_acquire(&self) -> bool {
        // ORDERING: Relaxed look first, so that a failed try does not take the line; Acquire as in `acquire`.
        !self.held.load(Ordering::Relaxed) && !self.held.swap(true, Ordering::Acquire)
    }

    /// Frees the lock. The caller must hold it, or two sections run at once.
    #[inline]
    pub(crate) fn release(&self) {
        // ORDERING: Release pairs with the Acquire of the next holder.
        self.held.store(false, Ordering::Release);
    }

    /// Spins, then yields, then sleeps: the holder may have been preempted by another program.
    #[cold]
    fn contended(&self) {
        let mut round = 0u32;
        loop {
            // ORDERING: Relaxed while looking; the swap acquires.
            while self.held.load(Ordering::Relaxed) {
                round += 1;
                Self::back_off(round);
            }
            if !self.held.swap(true, Ordering::Acquire) {
                return;
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
