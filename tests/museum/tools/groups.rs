//! Those who wait for a number of others, or for news.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard};

use csp::prelude::*;

use super::Lock;

/// Waits until as many are done as were added: Go's wait group.
#[derive(Clone, Default)]
pub(crate) struct Group(Arc<Mutex<Count>>);

#[derive(Default)]
struct Count {
    open: usize,
    waiting: Vec<Sender<()>>,
}

impl Count {
    fn tell(&mut self) {
        if self.open == 0 {
            self.waiting.drain(..).for_each(|waiting| waiting.try_send(()).expect("it waits"));
        }
    }
}

impl Group {
    fn count(&self) -> MutexGuard<'_, Count> {
        self.0.lock().unwrap()
    }

    pub(crate) fn add(&self, n: usize) {
        self.count().open += n;
    }

    pub(crate) fn done(&self) {
        let mut count = self.count();
        count.open = count.open.checked_sub(1).expect("no more are done than were added");
        count.tell();
    }

    fn ask(&self) -> Receiver<()> {
        let (tell, told) = chan!((); 1);
        let mut count = self.count();
        count.waiting.push(tell);
        count.tell();
        told
    }

    #[process]
    pub(crate) fn wait(&self) {
        self.ask().recv().expect("the group tells all");
    }
}

/// A condition variable: wakes those who wait now, and nobody else.
#[derive(Clone, Default)]
pub(crate) struct Condition(Arc<Mutex<VecDeque<Sender<()>>>>);

impl Condition {
    /// Gives back the lock, waits, and takes it again.
    #[process]
    pub(crate) fn wait(&self, lock: &Lock) {
        let (wake, woken) = chan!((); 1);
        self.0.lock().unwrap().push_back(wake);
        lock.unlock();
        woken.recv().expect("the condition keeps the other end");
        lock.lock().await;
    }

    pub(crate) fn notify_one(&self) {
        if let Some(first) = self.0.lock().unwrap().pop_front() {
            first.try_send(()).expect("it waits");
        }
    }

    pub(crate) fn notify_all(&self) {
        self.0.lock().unwrap().drain(..).for_each(|each| each.try_send(()).expect("it waits"));
    }
}
