//! What makes the nodes of one select one: the first peer wins it, later ones leave marks, and calls wake it undecided.

use std::marker::PhantomPinned;

use super::Who;
use crate::shim::UnsafeCell;
use crate::shim::atomic::{AtomicU64, Ordering};

/// What the arms of one select share, while they wait and between two waits.
///
/// The word holds whether the select waits for the first peer that comes, whether a lazy send arm was called, and the marks of
/// the entries where peers came. A peer takes a node out of its queue first and then marks it, once: so an entry is in its
/// queue or marked, or it has never been enlisted. The peer that marks a block that is open and has no mark yet has won it; no
/// other peer completes anything. A call decides nothing: its node stays in its queue, and the select stays open to its peers.
pub(crate) struct Block {
    word: AtomicU64,
    /// Owned by the select while the block is closed, and by the winner until it has completed its node.
    who: UnsafeCell<Who>,
    /// Owned by the select while the block is closed, and by the first caller while it holds its channel's lock.
    caller: UnsafeCell<Who>,
    /// Peers read and write the block while its select is polled: what embeds it is not `Unpin`, so that it is neither moved
    /// then nor taken to be unaliased.
    _pin: PhantomPinned,
}

crate::util::assert_not_unpin!(Block);

const OPEN: u64 = 1 << 63;
/// A lazy send arm was called.
const CALLED: u64 = 1 << 62;
/// Several entries share a mark if there are more. So few in a model that small selects have to share.
pub(crate) const MARKS: usize = if cfg!(loom) { 2 } else { 62 };
/// No select has this many arms.
pub(crate) const MOST_ARMS: usize = u32::MAX as usize;

// SAFETY: `who` is handed over by the word (see the field).
unsafe impl Send for Block {}
// SAFETY: as above.
unsafe impl Sync for Block {}

/// What came of a wait, or of a time without one.
#[derive(Clone, Copy)]
pub(crate) struct Marks {
    /// The entries, a bit each, modulo `MARKS`.
    pub(crate) bits: u64,
    /// One of them was won: its peer completes it.
    pub(crate) won: bool,
    /// Some lazy send arm was called.
    pub(crate) called: bool,
}

impl Block {
    /// Closed, without marks.
    pub(crate) fn new() -> Self {
        Self {
            word: AtomicU64::new(0),
            who: UnsafeCell::new(Who::NOBODY),
            caller: UnsafeCell::new(Who::NOBODY),
            _pin: PhantomPinned,
        }
    }

    /// Opens a block, unless it has marks or was called; `who` is woken by the winner, `caller` by the first call. Returns
    /// whether it is open, and the wakers that were not used the last time. Only for the owner.
    ///
    /// # Safety
    /// The block is closed, and no peer is on its way to complete a node of it or to call it: since it was closed, the owner has
    /// held the lock of each entry that was marked or that could be called.
    pub(crate) unsafe fn open(&self, who: Who, caller: Who) -> (bool, [Who; 2]) {
        // SAFETY: both are the owner's while the block is closed.
        let old = [
            self.who.with_mut(|w| std::mem::replace(unsafe { &mut *w }, who)),
            self.caller.with_mut(|w| std::mem::replace(unsafe { &mut *w }, caller)),
        ];
        // ORDERING: AcqRel: a peer reads the wakers; a mark that is already there came with what its peer did before.
        let opened = self.word.compare_exchange(0, OPEN, Ordering::AcqRel, Ordering::Acquire).is_ok();
        (opened, old)
    }

    /// Whether neither a peer nor a call came since it was opened.
    pub(crate) fn is_open(&self) -> bool {
        // ORDERING: Acquire pairs with the exchanges of peers.
        self.word.load(Ordering::Acquire) == OPEN
    }

    /// Whether there may be marks, or a wait to end. Only for the owner.
    pub(crate) fn is_touched(&self) -> bool {
        // ORDERING: Relaxed: a mark that is not seen yet is seen when the block is to be opened.
        self.word.load(Ordering::Relaxed) != 0
    }

    /// Closes the block and takes its marks. Only for the owner.
    pub(crate) fn close(&self) -> Marks {
        // ORDERING: AcqRel: the owner sees what a peer did before it marked, and a peer that comes later what the owner did.
        let word = self.word.swap(0, Ordering::AcqRel);
        let bits = word & !(OPEN | CALLED);
        Marks { bits, won: word & OPEN != 0 && bits != 0, called: word & CALLED != 0 }
    }

    /// Marks an entry, whose node the caller has just taken out of its queue; returns the waker if that wins the select.
    #[inline]
    pub(super) fn mark(&self, entry: u32) -> Option<Who> {
        let bit = 1 << (entry as usize % MARKS);
        // ORDERING: Relaxed: the exchange decides. A mark that is still there serves both: the owner takes it away before it
        // looks, under the lock that the caller holds.
        let mut word = self.word.load(Ordering::Relaxed);
        loop {
            let wins = word & !CALLED == OPEN;
            if !wins && word & bit != 0 {
                return None;
            }
            // ORDERING: AcqRel: the winner reads `who` as the owner wrote it, and the owner what the peer did.
            match self.word.compare_exchange_weak(word, word | bit, Ordering::AcqRel, Ordering::Relaxed) {
                // SAFETY: the one winner owns `who` until it has completed the node.
                Ok(_) if wins => return Some(self.who.with_mut(|w| std::mem::take(unsafe { &mut *w }))),
                Ok(_) => return None,
                Err(now) => word = now,
            }
        }
    }

    /// Whether a peer could win it now; if not, marks an entry, whose node the caller takes out of its queue under the lock that
    /// it holds.
    pub(super) fn is_open_or_mark(&self, entry: u32) -> bool {
        let bit = 1 << (entry as usize % MARKS);
        // ORDERING: Relaxed, as in `mark`.
        let mut word = self.word.load(Ordering::Relaxed);
        loop {
            if word & !CALLED == OPEN {
                return true;
            }
            if word & bit != 0 {
                return false;
            }
            // ORDERING: as in `mark`.
            match self.word.compare_exchange_weak(word, word | bit, Ordering::AcqRel, Ordering::Relaxed) {
                Ok(_) => return false,
                Err(now) => word = now,
            }
        }
    }

    /// Notes that a lazy send arm should look for its receiver; returns the waker for the first call of a select that waits.
    ///
    /// # Safety
    /// The lock of the arm's channel is held, and the arm is in its queue.
    pub(super) unsafe fn call(&self) -> Option<Who> {
        // ORDERING: Release: the owner, who closes the block, sees what the caller did. Acquire: the caller reads `caller` as the
        // owner wrote it when it opened the block.
        let old = self.word.fetch_or(CALLED, Ordering::AcqRel);
        // SAFETY: only the first caller since the block was opened sees this, and the owner does not touch `caller` again before
        // it has held the lock that this caller holds. A winner touches `who` only.
        (old & OPEN != 0 && old & CALLED == 0)
            .then(|| self.caller.with_mut(|w| std::mem::take(unsafe { &mut *w })))
    }
}
