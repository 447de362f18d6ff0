//! Where processes are queued by those that are no worker: linked through the processes, under a lock, so that a push needs
//! no memory.
//!
//! Those that have waited before and the newcomers are taken in turns: whoever is in the midst of something does not wait behind a thousand
//! that were just started, nor they behind it.

use crate::shim::atomic::{AtomicUsize, Ordering};
use crate::shim::{Mutex, MutexGuard, lock};
use crate::task::{Token, TokenList};

#[derive(Debug)]
pub(crate) struct Injector {
    lists: Mutex<Lists>,
    /// The lengths, for those that look without the lock.
    len: AtomicUsize,
    waited: AtomicUsize,
}

#[derive(Debug)]
struct Lists {
    waited: TokenList,
    newcomers: TokenList,
    /// Whose turn it is.
    newcomer_next: bool,
}

impl Lists {
    fn len(&self) -> usize {
        self.waited.len() + self.newcomers.len()
    }

    fn pop(&mut self) -> Option<Token> {
        let newcomer = self.newcomer_next;
        self.newcomer_next = !newcomer;
        match newcomer {
            true => self.newcomers.pop().or_else(|| self.waited.pop()),
            false => self.waited.pop().or_else(|| self.newcomers.pop()),
        }
    }
}

impl Injector {
    pub(crate) fn new() -> Self {
        let lists = Lists { waited: TokenList::new(), newcomers: TokenList::new(), newcomer_next: false };
        Self { lists: Mutex::new(lists), len: AtomicUsize::new(0), waited: AtomicUsize::new(0) }
    }

    fn publish(&self, lists: &MutexGuard<'_, Lists>) {
        // ORDERING: Relaxed: written under the lock; the sleeper that must see it is ordered by the fences of `idle.rs`.
        self.len.store(lists.len(), Ordering::Relaxed);
        self.waited.store(lists.waited.len(), Ordering::Relaxed);
    }

    /// The caller must tell the idle workers by the strict protocol (`idle.rs`), for nobody else looks here in time.
    pub(crate) fn push(&self, token: Token) {
        let has_waited = token.task().has_waited();
        let mut lists = lock(&self.lists);
        let list = if has_waited { &mut lists.waited } else { &mut lists.newcomers };
        list.push(token);
        self.publish(&lists);
    }

    #[inline]
    pub(crate) fn is_empty(&self) -> bool {
        self.len() == 0
    }

    #[inline]
    pub(crate) fn len(&self) -> usize {
        // ORDERING: as in `publish`.
        self.len.load(Ordering::Relaxed)
    }

    /// How many of them have waited before.
    pub(crate) fn waited(&self) -> usize {
        // ORDERING: as in `publish`.
        self.waited.load(Ordering::Relaxed)
    }

    /// Takes the oldest of those that have waited before.
    pub(crate) fn pop_waited(&self) -> Option<Token> {
        if self.waited() == 0 {
            return None;
        }
        let mut lists = lock(&self.lists);
        let token = lists.waited.pop();
        self.publish(&lists);
        token
    }

    /// Takes the oldest, and a fair share of the others for one of `workers`, which `more` gets.
    pub(crate) fn pop(&self, workers: usize, most: usize, more: impl FnMut(Token)) -> Option<Token> {
        if self.is_empty() {
            return None;
        }
        let mut batch = self.batch(|len| (len / workers + 1).min(most));
        let first = batch.pop();
        drain(batch, more);
        first
    }

    /// Takes the oldest, so many at most, which `each` gets. How many there were.
    pub(crate) fn take(&self, most: usize, each: impl FnMut(Token)) -> usize {
        let batch = self.batch(|_| most);
        let taken = batch.len();
        drain(batch, each);
        taken
    }

    /// So many as `share` says of the number of all.
    fn batch(&self, share: impl FnOnce(usize) -> usize) -> TokenList {
        let mut batch = TokenList::new();
        let mut lists = lock(&self.lists);
        let share = share(lists.len());
        while batch.len() < share
            && let Some(token) = lists.pop()
        {
            batch.push(token);
        }
        self.publish(&lists);
        batch
    }
}

fn drain(mut batch: TokenList, mut each: impl FnMut(Token)) {
    while let Some(token) = batch.pop() {
        each(token);
    }
}
