//! The place of one waiting operation in a channel's queue, and the queue.
//!
//! Nodes live inside pinned futures; a list holds raw pointers to them. All functions here that take a pointer to a
//! node ask of the caller: the node is alive, and the lock of its channel is held.

use std::cell::Cell;
use std::marker::PhantomPinned;
use std::mem::MaybeUninit;
use std::ptr;

use super::Who;
use super::block::Block;
use super::who::Waiting;
use crate::shim::UnsafeCell;
use crate::shim::atomic::{AtomicUsize, Ordering};
use crate::task::reason::Spot;

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
    /// The operation has ended, and its owner knows how. Set by the owner.
    pub(crate) const OVER: usize = 4;
}

/// Beside the state: the links are set up.
const SET: usize = 1 << 8;
/// Beside both, for a lazy send arm in its queue: how many values were taken past it, at most `MOST_CALLS`.
const CALLS: u32 = 9;
const CALLS_MASK: usize = 3 << CALLS;
/// With so many calls a lazy send arm is ready, whether or not a receiver waits.
const MOST_CALLS: usize = 2 << CALLS;
/// Above all: the entry of the select whose arm waits.
const ENTRY: u32 = 32;

/// Whom a node stands for: a plain operation, by whom to wake, or an entry of a select, by its block with this bit. Whoever
/// completes a select's node must win the block's claim first.
pub(crate) struct Waiter(Who);

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

    /// The block of the select that it stands for, null for a plain operation.
    pub(crate) fn block(&self) -> *const Block {
        self.0.block().map_or(ptr::null(), <*const ()>::cast)
    }

    /// Who waits; nobody, where a select rests that is kept for another turn.
    fn look(&self) -> Waiting {
        // SAFETY: as in `claim`: a node is linked while this is called.
        let rests = self.0.block().is_some_and(|block| !unsafe { &*block.cast::<Block>() }.is_open());
        if rests { Waiting::Nobody } else { self.0.look() }
    }

    /// Whom to wake, for a plain operation.
    pub(crate) fn plain_mut(&mut self) -> Option<&mut Who> {
        if self.is_select() { None } else { Some(&mut self.0) }
    }
}

pub(crate) struct Links {
    next: Cell<*const Node>,
    prev: Cell<*const Node>,
    /// Where the value is or is to be written; null for a lazy send arm.
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

crate::util::assert_not_unpin!(Node);

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
    pub(crate) fn written_at(at: Spot) -> Self {
        let mut links = MaybeUninit::<Links>::uninit();
        // SAFETY: a pointer is no larger than the links, and no more aligned.
        unsafe { links.as_mut_ptr().cast::<Spot>().write(at) };
        Self { links: UnsafeCell::new(links), ..Self::new() }
    }

    /// Remembers that the operation is on an end that the process has.
    ///
    /// # Safety
    /// Made by `written_at`, and not prepared since.
    #[inline(always)]
    pub(crate) unsafe fn set_own(&mut self) {
        // SAFETY: `written_at` wrote it; a spot lives in the first word.
        self.links.with_mut(|links| unsafe {
            let spot = (*links).as_mut_ptr().cast::<Spot>();
            spot.write(spot.read().own());
        });
    }

    /// Where the operation was written, unless the node was prepared since.
    ///
    /// # Safety
    /// Made by `written_at`; the caller is the owner.
    #[inline]
    pub(crate) unsafe fn spot(&self) -> Option<Spot> {
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

    /// Whether what waits could be claimed now. If not, its select finds a mark for this entry when it looks next, and the
    /// caller takes the node out of its queue.
    ///
    /// # Safety
    /// The channel's lock is held, and the node is linked.
    pub(crate) unsafe fn is_claimable_or_mark(&self) -> bool {
        // SAFETY: by the contract.
        let block = unsafe { self.links(|l| l.waiter.block()) };
        // ORDERING: Relaxed, as in `claim`.
        let entry = self.state.load(Ordering::Relaxed) >> ENTRY;
        // SAFETY: the select needs the lock to withdraw, so its block lives.
        unsafe { block.as_ref() }.is_none_or(|block| block.is_open_or_mark(entry as u32))
    }

    /// Wakes the select of a lazy send arm, which stays in its queue; returns the waker if this is the first call.
    ///
    /// # Safety
    /// The channel's lock is held, and the node is in the queue of lazy send arms.
    pub(crate) unsafe fn call(&self) -> Option<Who> {
        // SAFETY: linked: the select needs the lock to withdraw, so its block lives.
        unsafe { self.links(|l| (*l.waiter.block()).call()) }
    }

    /// A value was taken past a waiting lazy send arm, or a poller asked for `all` its calls at once. Returns whether it is ready
    /// by that, and was not before.
    ///
    /// # Safety
    /// The channel's lock is held, and the node is in the queue of lazy send arms.
    pub(crate) unsafe fn passed_over(&self, all: bool) -> bool {
        // ORDERING: Relaxed: written under the lock; the owner's read without it is a hint.
        let word = self.state.load(Ordering::Relaxed);
        let calls = if all { MOST_CALLS } else { MOST_CALLS.min((word & CALLS_MASK) + (1 << CALLS)) };
        self.state.store(word & !CALLS_MASK | calls, Ordering::Relaxed);
        calls == MOST_CALLS && word & CALLS_MASK != MOST_CALLS
    }

    /// Whether a lazy send arm is ready without a receiver.
    pub(crate) fn is_called(&self) -> bool {
        // ORDERING: Relaxed, as in `passed_over`; exact under the lock.
        self.state.load(Ordering::Relaxed) & CALLS_MASK == MOST_CALLS
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

/// A doubly linked list of nodes: first come, first served; O(1) to leave. The first node's `prev` is the last node, the last
/// node's `next` is null.
pub(crate) struct List {
    head: *const Node,
    /// How often a node came or went: the tests judge cost by counting.
    #[cfg(debug_assertions)]
    pub(crate) operations: u64,
}

impl List {
    pub(crate) const fn new() -> Self {
        Self {
            head: ptr::null(),
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

    /// Enlists at the tail.
    ///
    /// # Safety
    /// The node is pinned, stays alive until it left the list, is in no list, and the list's lock is held.
    #[inline]
    pub(crate) unsafe fn push(&mut self, node: &Node) {
        let this = ptr::from_ref(node);
        // SAFETY: by the contract, for the node and for those in the list.
        unsafe {
            let mut tail = this;
            if self.head.is_null() {
                self.head = this;
            } else {
                tail = (*self.head).links(|l| l.prev.replace(this));
                (*tail).links(|l| l.next.set(this));
            }
            node.links(|l| (l.prev.set(tail), l.next.set(ptr::null())));
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

    /// Whether there are two nodes or more.
    pub(crate) fn has_two(&self) -> bool {
        // SAFETY: a reference to a list proves that its lock is held; linked nodes are alive then.
        !self.head.is_null() && unsafe { (*self.head).links(|l| !l.next.get().is_null()) }
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
            let (who, next) = unsafe { (*at).links(|l| (l.waiter.look(), l.next.get())) };
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
            if ptr::eq(self.head, node) {
                self.head = next;
            } else {
                (*prev).links(|l| l.next.set(next));
            }
            // The node behind it, or the first one, whose `prev` was the last: nothing where it was the only one.
            let behind = if next.is_null() { self.head } else { next };
            if !behind.is_null() {
                (*behind).links(|l| l.prev.set(prev));
            }
        }
        self.count();
    }
}
