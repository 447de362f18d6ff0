//! What became of each value.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicU8, AtomicUsize, Ordering};

const ACCEPTED: u8 = 1;
const RETURNED: u8 = 2;
const RECEIVED: u8 = 4;
const DROPPED: u8 = 8;
/// Something happened to it that had happened before.
const AGAIN: u8 = 16;

/// One entry for each value that may be made.
pub(crate) struct Ledger {
    entries: Vec<AtomicU8>,
    made: AtomicUsize,
}

impl Ledger {
    pub(crate) fn new(most: usize) -> Arc<Self> {
        Arc::new(Self { entries: (0..most).map(|_| AtomicU8::new(0)).collect(), made: AtomicUsize::new(0) })
    }

    pub(crate) fn make(self: &Arc<Self>) -> Token {
        let id = self.made.fetch_add(1, Ordering::Relaxed);
        Token { payload: [id; 5], ledger: self.clone(), id }
    }

    pub(crate) fn made(&self) -> usize {
        self.made.load(Ordering::Relaxed)
    }

    fn note(&self, id: usize, what: u8) {
        if self.entries[id].fetch_or(what, Ordering::Relaxed) & what != 0 {
            self.entries[id].fetch_or(AGAIN, Ordering::Relaxed);
        }
    }

    /// The send of this value said `Ok`.
    pub(crate) fn accepted(&self, id: usize) {
        self.note(id, ACCEPTED);
    }

    /// Once every party and every end is gone. `drained`: receivers took all there was until the channel was closed and empty.
    /// `story` says in a failure what had been done.
    pub(crate) fn settle(&self, drained: bool, story: impl fmt::Debug) {
        for id in 0..self.made() {
            let entry = self.entries[id].load(Ordering::Relaxed);
            let has = |what| entry & what != 0;
            let fault = match () {
                () if has(AGAIN) => "something happened to it twice",
                () if !has(DROPPED) => "its destructor did not run",
                () if has(RETURNED) && has(RECEIVED) => "it was handed back and received",
                () if has(RETURNED) && has(ACCEPTED) => "it was handed back and accepted",
                () if drained && has(ACCEPTED) && !has(RECEIVED) => "it was accepted and lost",
                () => continue,
            };
            panic!("value {id}: {fault} ({entry:#b}); {story:?}");
        }
    }

    /// How many were received.
    pub(crate) fn received(&self) -> usize {
        self.entries[..self.made()].iter().filter(|e| e.load(Ordering::Relaxed) & RECEIVED != 0).count()
    }
}

/// A value, larger than a word, that knows itself.
pub(crate) struct Token {
    payload: [usize; 5],
    ledger: Arc<Ledger>,
    id: usize,
}

impl Token {
    pub(crate) fn id(&self) -> usize {
        self.id
    }

    fn is_whole(&self) {
        assert_eq!(self.payload, [self.id; 5], "a value was torn");
    }

    /// A receiver has it.
    pub(crate) fn receive(self) {
        self.is_whole();
        self.ledger.note(self.id, RECEIVED);
    }

    /// Its sender has it again.
    pub(crate) fn take_back(self) {
        self.is_whole();
        self.ledger.note(self.id, RETURNED);
    }
}

impl Drop for Token {
    fn drop(&mut self) {
        self.ledger.note(self.id, DROPPED);
    }
}
