//! Memory that processes share.

use std::sync::{Arc, Mutex};

use csp::prelude::*;

use super::Lock;

/// A value that all read and write: each access is whole, but others may come before any of them.
#[derive(Clone)]
pub(crate) struct Shared<T> {
    value: Arc<Mutex<T>>,
    lock: Lock,
}

impl<T: Clone + Send + 'static> Shared<T> {
    pub(crate) fn new(value: T) -> Self {
        Self { value: Arc::new(Mutex::new(value)), lock: Lock::new() }
    }

    #[process]
    pub(crate) fn get(&self) -> T {
        self.update(|value| value.clone()).await
    }

    #[process]
    pub(crate) fn set(&self, value: T) {
        self.update(|old| *old = value).await;
    }

    /// One access that reads and writes.
    #[process]
    pub(crate) fn update<R: Send>(&self, change: impl FnOnce(&mut T) -> R + Send) -> R {
        self.lock.lock().await;
        let result = change(&mut self.value.lock().unwrap());
        self.lock.unlock();
        result
    }

    /// What it is, for whoever is alone with it.
    pub(crate) fn last(&self) -> T {
        self.value.lock().unwrap().clone()
    }
}
