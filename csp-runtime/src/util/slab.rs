//! Memory that keeps its type: slots of a few sizes, in chunks that live as long as the program and never change their size
//! class. So what a slot begins with can always be read, whoever lives in it, and all slots can be found. What was needed at the
//! peak is kept, but for all classes together: a class that grows has the pages of another's empty chunk given back to the system, which
//! are zero from then on, as those of a slot that was never used. (The addresses stay that class's own.)
//!
//! Each thread keeps some free slots per class and trades them with all others under a lock: what lives in a slot is often freed by
//! another thread than the one that made it. Free slots that no thread keeps are listed by chunk, so that it is known which are empty.
//!
//! There is nothing here for the model checker: what is shared is behind one lock, and what is not belongs to one thread.

use std::cell::Cell;
use std::ptr::{self, NonNull};

mod store;

pub(crate) use store::Shared;

/// What a thread may keep of free slots, twice.
const BATCH: u32 = 32;
const LINE: usize = 64;
/// The bytes of a chunk, and to what it is aligned. The system gives a page of it when it is used.
const CHUNK: usize = if cfg!(miri) { 16 << 10 } else { 256 << 10 };

/// What the slots are, and where the free ones are kept.
pub(crate) trait Slots: Sized + 'static {
    /// A slot, by its address.
    type Slot: Copy + 'static;

    /// The bytes from one slot of this class to the next. The first starts at a cache line.
    fn size(class: usize) -> usize;

    /// # Safety
    /// A slot starts here, and is the caller's, or it was given out at some time. At first it is all zero.
    unsafe fn slot(start: NonNull<u8>) -> Self::Slot;

    /// Where it starts, with the provenance of `slot`'s argument.
    fn start(slot: Self::Slot) -> NonNull<u8>;

    /// What `set_next` stored.
    ///
    /// # Safety
    /// The slot is free, and the caller's alone.
    unsafe fn next(slot: Self::Slot) -> Option<Self::Slot>;

    /// # Safety
    /// As for `next`.
    unsafe fn set_next(slot: Self::Slot, next: Option<Self::Slot>);

    /// Something that only grows as the slot is used again and again.
    ///
    /// # Safety
    /// As for `next`.
    unsafe fn age(_slot: Self::Slot) -> u64 {
        0
    }

    /// The slot may be zero: from now on it is older than that.
    ///
    /// # Safety
    /// As for `next`.
    unsafe fn set_age(_slot: Self::Slot, _age: u64) {}

    fn shared(class: usize) -> &'static Shared<Self>;

    /// The class grew by a chunk: another one may give one back.
    fn grew(_class: usize) {}

    /// Sees to it that this thread's cache is flushed when the thread ends. False: it is ending.
    fn watch() -> bool;
}

/// A row of slots that nobody used yet, or not since their pages were given back.
#[derive(Clone, Copy)]
struct Run {
    first: *mut u8,
    left: u32,
    age: u64,
}

impl Run {
    const NONE: Self = Self { first: ptr::null_mut(), left: 0, age: 0 };

    /// Takes the first slot off.
    fn next<S: Slots>(&mut self, class: usize) -> Option<S::Slot> {
        let start = NonNull::new(self.cut::<S>(1, class).first)?;
        // SAFETY: a run lies within one chunk and begins with a slot; it belongs to whoever has it.
        unsafe {
            let slot = S::slot(start);
            S::set_age(slot, self.age);
            Some(slot)
        }
    }

    /// Takes up to so many slots off, as a run of their own.
    fn cut<S: Slots>(&mut self, most: u32, class: usize) -> Self {
        let left = self.left.min(most);
        if left == 0 {
            return Self::NONE;
        }
        let first = self.first;
        self.first = first.wrapping_add(left as usize * S::size(class));
        self.left -= left;
        Self { first, left, age: self.age }
    }
}

/// What one thread keeps of one class.
struct Local<S: Slots> {
    head: Cell<Option<S::Slot>>,
    /// How many from `head` on; `BATCH` also where nothing may be kept, or not yet.
    len: Cell<u32>,
    /// Others, with their count.
    full: Cell<Option<(S::Slot, u32)>>,
    run: Cell<Run>,
}

/// What one thread keeps. It has no destructor, so that it can be reached by a plain access: something else calls `flush`.
pub(crate) struct Cache<S: Slots, const CLASSES: usize> {
    classes: [Local<S>; CLASSES],
    state: Cell<CacheState>,
}

#[derive(Clone, Copy, PartialEq)]
enum CacheState {
    /// Nothing will flush the cache when the thread ends.
    New,
    Watched,
    /// The thread is ending: everything goes straight to the shared part.
    Closed,
}

impl<S: Slots, const CLASSES: usize> Cache<S, CLASSES> {
    pub(crate) const fn new() -> Self {
        let classes = [const {
            Local {
                head: Cell::new(None),
                len: Cell::new(BATCH),
                full: Cell::new(None),
                run: Cell::new(Run::NONE),
            }
        }; CLASSES];
        Self { classes, state: Cell::new(CacheState::New) }
    }

    /// A free slot, the caller's alone.
    #[inline(always)]
    pub(crate) fn alloc(&self, class: usize) -> S::Slot {
        match self.classes[class].head.get() {
            Some(slot) => {
                // SAFETY: it is what was just read.
                unsafe { self.take_first(slot, class) };
                slot
            }
            None => self.fetch(class),
        }
    }

    /// A free slot, the caller's alone, if one is at hand.
    #[inline(always)]
    pub(crate) fn at_hand(&self, class: usize) -> Option<S::Slot> {
        let slot = self.classes[class].head.get()?;
        // SAFETY: as above.
        unsafe { self.take_first(slot, class) };
        Some(slot)
    }

    /// # Safety
    /// The slot is the first of those at hand, and the caller's from now on.
    #[inline(always)]
    unsafe fn take_first(&self, slot: S::Slot, class: usize) {
        let local = &self.classes[class];
        // SAFETY: it is in this thread's batch.
        local.head.set(unsafe { S::next(slot) });
        local.len.set(local.len.get() - 1);
    }

    /// A free slot, the caller's alone, where none is at hand.
    #[cold]
    pub(crate) fn fetch(&self, class: usize) -> S::Slot {
        self.watch();
        let local = &self.classes[class];
        if let Some((full, len)) = local.full.take() {
            return self.begin(class, full, len);
        }
        let mut run = local.run.get();
        if run.left == 0 {
            let mut shared = S::shared(class).lock();
            if let Some((head, len)) = shared.take(class) {
                drop(shared);
                return self.begin(class, head, len);
            }
            let grew;
            (run, grew) = shared.cut(class);
            drop(shared);
            if grew {
                S::grew(class);
            }
        }
        let slot = run.next::<S>(class).expect("a run has a slot");
        if self.is_closed() {
            Self::put_run(run, class);
            run = Run::NONE;
        }
        local.run.set(run);
        slot
    }

    /// Gives a run back, slot by slot.
    fn put_run(mut run: Run, class: usize) {
        let mut shared = S::shared(class).lock();
        while let Some(slot) = run.next::<S>(class) {
            // SAFETY: the run was the caller's.
            unsafe {
                S::set_next(slot, None);
                shared.put(slot, class);
            }
        }
    }

    /// Takes the first slot off a batch, which is at hand from now on.
    fn begin(&self, class: usize, batch: S::Slot, len: u32) -> S::Slot {
        // SAFETY: the batch is this thread's.
        let rest = unsafe { S::next(batch) };
        if !self.is_closed() {
            self.classes[class].head.set(rest);
            self.classes[class].len.set(len - 1);
        } else if let Some(rest) = rest {
            // SAFETY: as above.
            unsafe { S::shared(class).lock().put(rest, class) };
        }
        batch
    }

    /// Takes a slot back.
    ///
    /// # Safety
    /// The slot is of this class, and the caller's alone, who does not use it any more.
    #[inline(always)]
    pub(crate) unsafe fn put_back(&self, slot: S::Slot, class: usize) {
        let local = &self.classes[class];
        if local.len.get() >= BATCH {
            // SAFETY: forwarded.
            return unsafe { self.spill(slot, class) };
        }
        // SAFETY: by the contract.
        unsafe { S::set_next(slot, local.head.get()) };
        local.head.set(Some(slot));
        local.len.set(local.len.get() + 1);
    }

    /// Takes `slot` back when the batch at hand is full, or there can be none.
    ///
    /// # Safety
    /// As for `put_back`.
    #[cold]
    unsafe fn spill(&self, slot: S::Slot, class: usize) {
        self.watch();
        // SAFETY: by the contract.
        unsafe { S::set_next(slot, None) };
        if self.is_closed() {
            // SAFETY: by the contract.
            unsafe { S::shared(class).lock().put(slot, class) };
            return;
        }
        let local = &self.classes[class];
        let len = local.len.replace(1);
        if let Some(batch) = local.head.replace(Some(slot))
            && let Some((full, _)) = local.full.replace(Some((batch, len)))
        {
            // SAFETY: they were this thread's.
            unsafe { S::shared(class).lock().put(full, class) };
        }
    }

    /// Called off the fast path: makes sure that the cache is given back.
    fn watch(&self) {
        if self.state.get() == CacheState::New {
            self.state.set(if S::watch() { CacheState::Watched } else { CacheState::Closed });
        }
    }

    fn is_closed(&self) -> bool {
        self.state.get() == CacheState::Closed
    }

    /// The thread ends: gives all away that it keeps.
    pub(crate) fn flush(&self) {
        self.state.set(CacheState::Closed);
        for (class, local) in self.classes.iter().enumerate() {
            // A closed cache looks full to `put_back` and empty to `alloc`.
            local.len.set(BATCH);
            let full = local.full.take().map(|(full, _)| full);
            for list in [local.head.take(), full].into_iter().flatten() {
                // SAFETY: they were this thread's.
                unsafe { S::shared(class).lock().put(list, class) };
            }
            Self::put_run(local.run.replace(Run::NONE), class);
        }
    }
}

#[cfg(test)]
pub(crate) mod tests;
