//! What makes the nodes of one select one: who comes first wins it, and the others leave marks.

use super::Who;
use crate::shim::UnsafeCell;
use crate::shim::atomic::{AtomicU64, Ordering};

/// What the arms of one select share, while they wait and between two waits.
///
/// The word holds whether the select waits for the first peer that comes, and the marks of the entries where peers came.
/// A peer takes a node out of its queue first and then marks it, once: so an entry is in its queue or marked, or it has never
/// been enlisted. Whoever marks a block that is open and has no mark yet has won it; nobody else completes anything.
pub(crate) struct Block {
    word: AtomicU64,
    /// Belongs to the owner while the block is closed, and to the winner until it is through with its node.
    who: UnsafeCell<Who>,
}

const OPEN: u64 = 1 << 63;
/// Several entries share a mark if there are more.
pub(crate) const MARKS: usize = 63;
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
}

impl Block {
    /// Closed, without marks.
    pub(crate) fn new() -> Self {
        Self { word: AtomicU64::new(0), who: UnsafeCell::new(Who::NOBODY) }
    }

    /// Opens a block, unless it has marks; `who` is woken by the winner. Gives whether it is open, and whom nobody woke
    /// the last time. Only for the owner.
    ///
    /// # Safety
    /// The block is closed, and no peer is on its way to complete a node of it.
    pub(crate) unsafe fn open(&self, who: Who) -> (bool, Who) {
        // SAFETY: a closed block's `who` is the owner's.
        let old = self.who.with_mut(|w| std::mem::replace(unsafe { &mut *w }, who));
        // ORDERING: AcqRel: the winner reads `who`; a mark that is already there came with what its peer did before.
        let opened = self.word.compare_exchange(0, OPEN, Ordering::AcqRel, Ordering::Acquire).is_ok();
        (opened, old)
    }

    /// Whether nobody came since it was opened.
    pub(crate) fn is_open(&self) -> bool {
        // ORDERING: Acquire pairs with the winner's exchange.
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
        Marks { bits: word & !OPEN, won: word & OPEN != 0 && word != OPEN }
    }

    /// Marks an entry, whose node the caller has just taken out of its queue; gives whom to wake if that wins the select.
    #[inline]
    pub(super) fn mark(&self, entry: u32) -> Option<Who> {
        let bit = 1 << (entry as usize % MARKS);
        // ORDERING: Relaxed: what is decided is decided by the exchange. A mark that is still there does for two: the owner
        // takes it away before it looks, under the lock that the caller holds.
        let mut word = self.word.load(Ordering::Relaxed);
        while word == OPEN || word & bit == 0 {
            // ORDERING: AcqRel: the winner reads `who` as the owner wrote it, and the owner what the peer did.
            match self.word.compare_exchange_weak(word, word | bit, Ordering::AcqRel, Ordering::Relaxed) {
                // SAFETY: the one winner owns `who` until it is through with the node.
                Ok(OPEN) => return Some(self.who.with_mut(|w| std::mem::take(unsafe { &mut *w }))),
                Ok(_) => return None,
                Err(now) => word = now,
            }
        }
        None
    }
}
