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
