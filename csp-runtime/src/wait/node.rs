//! The place of one waiting operation in a channel's queue, and the queue.
//!
//! Nodes live inside pinned futures; a list holds raw pointers to them. All functions here that take a pointer to a
//! node ask of the caller: the node is alive, and the lock of its channel is held.

use std::cell::Cell;
use std::marker::PhantomPinned;
use std::mem::MaybeUninit;
use std::panic::Location;
use std::ptr;

use super::Who;
use super::who::Waiting;
use crate::shim::UnsafeCell;
use crate::shim::atomic::{AtomicU64, AtomicUsize, Ordering};

/// What became of a waiting operation.
pub(crate) mod state {
    /// Not enlisted; nobody else knows the node.
    pub(crate) const IDLE: usize = 0;
    /// In a channel's queue.
    pub(crate) const WAITING: usize = 1;
    /// Done by the other side: a receiver's slot is filled, a sender's is emptied.
    pub(crate) const DONE: usize = 2;
    /// The channel closed; a sender's slot still holds the value.
    pub(crate) const CLOSED: usize = 3;
    /// A receiver out of the queue, waiting for the select whose send arm chose it.
    pub(crate) const PROMISED: usize = 4;
    /// The select that had chosen this receiver left; the operation starts again, at the head of the queue.
    pub(crate) const RETRY: usize = 5;
    /// A select's send arm that was chosen and holds a receiver, or null if that one left (in `slot`).
    pub(crate) const PROMISE: usize = 6;
    /// A select's send arm that was chosen and holds one place of the channel's capacity.
    pub(crate) const RESERVED: usize = 7;
}

/// Beside the state: the links are set up.
const SET: usize = 1 << 8;
/// Above both: the entry of the select whose arm waits.
const ENTRY: u32 = 32;

/// Whom a node stands for: a plain operation, by whom to wake, or an entry of a select, by its block with this bit. Whoever
/// completes a select's node must win the block's claim first.
pub(crate) struct Waiter(Who);

impl Links {
    /// The send arm that a promised receiver waits for; it stands in `next`, as the receiver is in no list.
    pub(crate) fn partner(&self) -> *const Node {
        self.next.get()
    }

    pub(crate) fn set_partner(&self, arm: &Node) {
        self.next.set(ptr::from_ref(arm));
    }
}

impl Waiter {
    pub(crate) fn plain(who: Who) -> Self {
        Self(who)
    }

    pub(crate) fn select(block: *const Block) -> Self {
        Self(Who::of_block(block.cast()))
    }

    pub(crate) fn is_select(&self) -> bool {
        self.0.block().is_some()
    }

    /// Whom to wake, for a plain operation.
    pub(crate) fn plain_mut(&mut self) -> Option<&mut Who> {
        if self.is_select() { None } else { Some(&mut self.0) }
    }
}

pub(crate) struct Links {
    next: Cell<*const Node>,
    prev: Cell<*const Node>,
    /// The value's place (plain operations, receive arms); the other node of a promise.
    pub(crate) slot: *mut (),
    pub(crate) waiter: Waiter,
}

pub(crate) struct Node {
    /// Unset until the first `links`: most operations never wait, and a future that is moved should have little in it.
    links: UnsafeCell<MaybeUninit<Links>>,
    /// A whole word, so that a move copies no padding.
    state: AtomicUsize,
    _pin: PhantomPinned,
}

// SAFETY: the pointers inside are used under the channel's lock only; what they lead to is `Send` by the bounds of the
// futures that embed a node.
unsafe impl Send for Node {}
// SAFETY: as above; shared access goes through the lock or through the atomic state.
unsafe impl Sync for Node {}

impl Node {
    pub(crate) fn new() -> Self {
        Self {
            links: UnsafeCell::new(MaybeUninit::uninit()),
            state: AtomicUsize::new(state::IDLE),
            _pin: PhantomPinned,
        }
    }

    /// A node that remembers, until it is prepared, where its operation was written.
    #[inline(always)]
    pub(crate) fn written_at(at: &'static Location<'static>) -> Self {
        let mut links = MaybeUninit::<Links>::uninit();
        // SAFETY: a reference is no larger than the links, and no more aligned.
        unsafe { links.as_mut_ptr().cast::<&'static Location<'static>>().write(at) };
        Self { links: UnsafeCell::new(links), ..Self::new() }
    }

    /// Where the operation was written, unless the node was prepared since.
    ///
    /// # Safety
    /// Made by `written_at`; the caller is the owner.
    #[inline]
    pub(crate) unsafe fn place(&self) -> Option<&'static Location<'static>> {
        // ORDERING: Relaxed: only the owner prepares.
        let is_set = self.state.load(Ordering::Relaxed) & SET != 0;
        // SAFETY: `written_at` wrote it, and only `prepare` writes over it.
        (!is_set).then(|| self.links.with(|links| unsafe { *(*links).as_ptr().cast() }))
    }

    /// Takes the right to complete what waits, with whom to wake; `None` if a select is not to be had now. The select
    /// knows from then on that this entry of it is worth a look.
    ///
    /// # Safety
    /// The channel's lock is held, and the node was linked until now.
    #[inline]
    pub(crate) unsafe fn claim(&self) -> Option<Who> {
        // SAFETY: by the contract.
        match unsafe { self.links(|l| l.waiter.plain_mut().map(std::mem::take).ok_or(l.waiter.0.block())) } {
            Ok(who) => Some(who),
            Err(block) => {
                let block = block.unwrap_or(ptr::null()).cast::<Block>();
                // ORDERING: Relaxed: written before the node was enlisted, under the lock.
                let entry = self.state.load(Ordering::Relaxed) >> ENTRY;
                // SAFETY: the select needs the lock to withdraw, so its block lives.
                unsafe { &*block }.mark(entry as u32)
            }
        }
    }

    /// Says which entry of its select a prepared node stands for, before it is enlisted. Only for the owner.
    pub(crate) fn set_entry(&self, entry: u32) {
        // ORDERING: Relaxed: nobody else knows the node.
        self.state.store(state::IDLE | SET | (entry as usize) << ENTRY, Ordering::Relaxed);
    }

    /// Sets the guarded fields up, once, before anybody else gets to know the node. Only for the owner.
    #[inline]
    pub(crate) fn prepare(&self) {
        // ORDERING: Relaxed: nobody else knows the node.
        if self.state.load(Ordering::Relaxed) & SET == 0 {
            let links = Links {
                next: Cell::new(ptr::null()),
                prev: Cell::new(ptr::null()),
                slot: ptr::null_mut(),
                waiter: Waiter(Who::NOBODY),
            };
            // SAFETY: nobody else knows the node, and it has no links yet.
            self.links.with_mut(|place| unsafe { (*place).write(links) });
            self.state.store(state::IDLE | SET, Ordering::Relaxed);
        }
    }

    /// The state as its owner sees it without the lock.
    #[inline]
    pub(crate) fn state(&self) -> usize {
        // ORDERING: Acquire pairs with the Release in `set_state`: after DONE the owner reads what the peer wrote.
        self.state.load(Ordering::Acquire) & (SET - 1)
    }

    /// For the holder of the lock, on a node that was prepared.
    #[inline]
    pub(crate) fn set_state(&self, state: usize) {
        // ORDERING: Release pairs with the Acquire in `state`; between two holders of the lock the lock orders it.
        self.state.store(state | SET, Ordering::Release);
    }

    /// For the owner, on a node that nobody else can reach, prepared or not.
    #[inline]
    pub(crate) fn settle(&self, state: usize) {
        // ORDERING: Relaxed: nobody else reaches the node.
        let set = self.state.load(Ordering::Relaxed) & SET;
        self.state.store(state | set, Ordering::Relaxed);
    }

    /// Whether the state is `state` and the links were never set up: then there is nothing to clean up.
    #[inline(always)]
    pub(crate) fn never_waited(&self, state: usize) -> bool {
        // ORDERING: Relaxed: a node without links has no peer.
        self.state.load(Ordering::Relaxed) == state
    }

    /// Drops what the links hold. The last thing that the owner does, once the node is out of every queue.
    pub(crate) fn finish(&mut self) {
        // ORDERING: Relaxed: nobody else reaches the node.
        if self.state.load(Ordering::Relaxed) & SET != 0 {
            self.state.store(state::IDLE, Ordering::Relaxed);
            // SAFETY: the links were set up, and nobody reaches them any more.
            self.links.with_mut(|links| unsafe { (*links).assume_init_drop() });
        }
    }

    /// The guarded fields.
    ///
    /// # Safety
    /// The node was prepared, and the caller holds the lock of the channel that it waits on, or nobody else knows it.
    #[inline]
    pub(crate) unsafe fn links<R>(&self, f: impl FnOnce(&mut Links) -> R) -> R {
        // SAFETY: set up and exclusive by the contract above; the reference does not leave `f`.
        self.links.with_mut(|links| f(unsafe { (*links).assume_init_mut() }))
    }
}

/// A doubly linked list of nodes: first come, first served; O(1) to leave.
pub(crate) struct List {
    head: *const Node,
    tail: *const Node,
    /// How often a node came or went: the tests judge cost by counting.
    #[cfg(debug_assertions)]
    pub(crate) operations: u64,
}

impl List {
    pub(crate) const fn new() -> Self {
        Self {
            head: ptr::null(),
            tail: ptr::null(),
            #[cfg(debug_assertions)]
            operations: 0,
        }
    }

    #[inline(always)]
    fn count(&mut self) {
        #[cfg(debug_assertions)]
        {
            self.operations += 1;
        }
    }

    #[inline]
    pub(crate) fn is_empty(&self) -> bool {
        self.head.is_null()
    }

    /// Enlists at the tail, or at the head.
    ///
    /// # Safety
    /// The node is pinned, stays alive until it left the list, is in no list, and the list's lock is held.
    pub(crate) unsafe fn push(&mut self, node: &Node, front: bool) {
        let this = ptr::from_ref(node);
        // SAFETY: by the contract, for the node and for those in the list.
        unsafe {
            if front {
                let next = self.head;
                node.links(|l| (l.next.set(next), l.prev.set(ptr::null())));
                if next.is_null() {
                    self.tail = this
                } else {
                    (*next).links(|l| l.prev.set(this))
                }
                self.head = this;
            } else {
                let prev = self.tail;
                node.links(|l| (l.prev.set(prev), l.next.set(ptr::null())));
                if prev.is_null() {
                    self.head = this
                } else {
                    (*prev).links(|l| l.next.set(this))
                }
                self.tail = this;
            }
        }
        self.count();
        // ORDERING: as in `set_state`; nobody but the owner knew the node.
        let entry = node.state.load(Ordering::Relaxed) >> ENTRY << ENTRY;
        node.state.store(state::WAITING | SET | entry, Ordering::Release);
    }

    /// Takes the first node out. Its state still says `WAITING`; the caller gives it another as the last thing that it
    /// does to the node, because the owner of a plain operation looks at the state without the lock.
    ///
    /// # Safety
    /// The list's lock is held.
    #[inline]
    pub(crate) unsafe fn pop<'n>(&mut self) -> Option<&'n Node> {
        if self.head.is_null() {
            return None;
        }
        // SAFETY: a linked node is alive while the lock is held; the lifetime is the caller's section.
        let node = unsafe { &*self.head };
        // SAFETY: it is in this list.
        unsafe { self.remove(node) };
        Some(node)
    }

    /// The first node for which `wanted` says yes, left where it is.
    ///
    /// # Safety
    /// The list's lock is held.
    pub(crate) unsafe fn find<'n>(&self, wanted: impl Fn(&Waiter) -> bool) -> Option<&'n Node> {
        let mut at = self.head;
        while !at.is_null() {
            // SAFETY: linked nodes are alive while the lock is held.
            let (hit, next) = unsafe { (*at).links(|l| (wanted(&l.waiter), l.next.get())) };
            if hit {
                // SAFETY: as above.
                return Some(unsafe { &*at });
            }
            at = next;
        }
        None
    }

    /// Writes down who waits, from the first on; gives whether there are more.
    /// There is no more than the room in `into`, so that nothing is allocated under the lock.
    pub(crate) fn look(&self, into: &mut Vec<Waiting>) -> bool {
        let mut at = self.head;
        while !at.is_null() && into.len() < into.capacity() {
            // SAFETY: whoever has a reference to a list holds its lock; linked nodes are alive then.
            let (who, next) = unsafe { (*at).links(|l| (l.waiter.0.look(), l.next.get())) };
            into.push(who);
            at = next;
        }
        !at.is_null()
    }

    /// Takes a node out of the list it is in; the state is the caller's to set, as for `pop`.
    ///
    /// # Safety
    /// The node is in this list and the list's lock is held.
    pub(crate) unsafe fn remove(&mut self, node: &Node) {
        debug_assert_eq!(node.state(), state::WAITING);
        // SAFETY: by the contract; neighbours are linked too.
        unsafe {
            let (prev, next) = node.links(|l| (l.prev.get(), l.next.get()));
            if prev.is_null() {
                self.head = next
            } else {
                (*prev).links(|l| l.next.set(next))
            }
            if next.is_null() { self.tail = prev } else { (*next).links(|l| l.prev.set(prev)) }
        }
        self.count();
    }
}

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
    fn mark(&self, entry: u32) -> Option<Who> {
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
