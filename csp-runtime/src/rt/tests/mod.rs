//! Processes on a real pool, by the public interface.

mod budget;
mod ending;
mod fair;
mod nested;
mod panics;
mod process;
mod reuse;
mod stress;
mod stuck;

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use crate::*;

fn runtime(workers: usize) -> Runtime {
    Runtime::builder().workers(workers).name("test").on_panic(PanicPolicy::Silent).build().unwrap()
}

/// Counts how often it is dropped.
#[derive(Clone)]
struct Counted(Arc<AtomicUsize>);

impl Counted {
    fn new() -> (Self, Arc<AtomicUsize>) {
        let count = Arc::new(AtomicUsize::new(0));
        (Self(Arc::clone(&count)), count)
    }
}

impl Drop for Counted {
    fn drop(&mut self) {
        self.0.fetch_add(1, Ordering::SeqCst);
    }
}
