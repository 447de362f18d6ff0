//! The model checker's primitives under the names of `real.rs`.

pub(crate) use loom::cell::UnsafeCell;
pub(crate) use loom::sync::{Arc, Condvar, Mutex, MutexGuard};
pub(crate) use loom::thread;

/// An `Arc` of the standard library even under a model, for what only it can be made into.
pub(crate) use std::sync::Arc as PlainArc;

pub(crate) mod atomic {
    pub(crate) use loom::sync::atomic::{
        AtomicBool, AtomicPtr, AtomicU8, AtomicU32, AtomicU64, AtomicUsize, Ordering, fence,
    };
}

pub(crate) mod hint {
    /// A model must let the other threads go on where real code spins.
    pub(crate) fn spin_loop() {
        loom::thread::yield_now();
    }
}
