//! Where processes are queued by those that are no worker: linked through the processes, under a lock, so that a push needs
//! no memory.

use crate::shim::atomic::{AtomicUsize, Ordering};
use crate::shim::{Mutex, lock};
use crate::task::{Token, TokenList};

#[derive(Debug)]
pub(crate) struct Injector {
    list: Mutex<TokenList>,
    /// The length, for those that look without the lock.
    len: AtomicUsize,
}

impl Injector {
    pub(crate) fn new() -> Self {
        Self { list: Mutex::new(TokenList::new()), len: AtomicUsize::new(0) }
    }

    /// The caller must tell the idle workers by the strict protocol (`idle.rs`), for nobody else looks here in time.
    pub(crate) fn push(&self, token: Token) {
        let mut list = lock(&self.list);
        list.push(token);
        // ORDERING: Relaxed: written under the lock; the sleeper that must see it is ordered by the fences of `idle.rs`.
        self.len.store(list.len(), Ordering::Relaxed);
    }

    #[inline]
    pub(crate) fn is_empty(&self) -> bool {
        self.len() == 0
    }

    #[inline]
    pub(crate) fn len(&self) -> usize {
        // ORDERING: as in `push`.
        self.len.load(Ordering::Relaxed)
    }

    /// Takes the oldest of those for which `chosen` holds; the others keep their order.
    pub(crate) fn pop_if(&self, chosen: impl Fn(&Token) -> bool) -> Option<Token> {
        if self.is_empty() {
            return None;
        }
        let mut list = lock(&self.list);
        let mut found = None;
        for _ in 0..list.len() {
            let Some(token) = list.pop() else { break };
            if found.is_none() && chosen(&token) {
                found = Some(token);
            } else {
                list.push(token);
            }
        }
        // ORDERING: as in `push`.
        self.len.store(list.len(), Ordering::Relaxed);
        found
    }

    /// Takes the oldest, and a fair share of the others for one of `workers`, which `more` gets.
    pub(crate) fn pop(&self, workers: usize, most: usize, mut more: impl FnMut(Token)) -> Option<Token> {
        if self.is_empty() {
            return None;
        }
        let mut batch = TokenList::new();
        {
            let mut list = lock(&self.list);
            let share = (list.len() / workers + 1).min(most);
            while batch.len() < share
                && let Some(token) = list.pop()
            {
                batch.push(token);
            }
            // ORDERING: as in `push`.
            self.len.store(list.len(), Ordering::Relaxed);
        }
        let first = batch.pop();
        while let Some(token) = batch.pop() {
            more(token);
        }
        first
    }
}
