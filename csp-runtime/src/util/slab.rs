//! Memory that keeps its type: slots of a few sizes, from chunks that live as long as the program and never change their size
//! class. So what a slot begins with can always be read, whoever lives in it, and all slots can be found. What was needed at the
//! peak is kept.
//!
//! Each thread keeps up to two batches of free slots per class and trades full batches with all others under a lock: what
//! lives in a slot is often freed by another thread than the one that made it.

use std::alloc::{Layout, alloc_zeroed, handle_alloc_error};
use std::cell::Cell;
use std::ptr::{self, NonNull};

use crate::shim::plain::{Mutex, MutexGuard, lock};

const BATCH: u32 = 32;

/// What the slots are, and where the free ones are kept.
pub(crate) trait Slots: Sized + 'static {
    /// A slot, by its address.
    type Slot: Copy + 'static;

    /// The bytes of the first chunks of a class; later ones are up to 32 times as large.
    const CHUNK: usize;

    /// The bytes from one slot of this class to the next. The first starts at a cache line.
    fn size(class: usize) -> usize;

    /// # Safety
    /// A slot starts here, and is the caller's, or it was given out at some time. At first it is all zero.
    unsafe fn slot(start: NonNull<u8>) -> Self::Slot;

    /// What `set_next` stored.
    ///
    /// # Safety
    /// The slot is free, and the caller's alone.
    unsafe fn next(slot: Self::Slot) -> Option<Self::Slot>;

    /// # Safety
    /// As for `next`.
    unsafe fn set_next(slot: Self::Slot, next: Option<Self::Slot>);

    fn shared(class: usize) -> &'static Shared<Self>;

    /// Sees to it that this thread's cache is flushed when the thread ends. False: it is ending.
    fn watch() -> bool;
}

/// A row of slots that nobody used yet.
#[derive(Clone, Copy)]
struct Run {
    first: *mut u8,
    left: u32,
}

impl Run {
    const NONE: Self = Self { first: ptr::null_mut(), left: 0 };

    /// Takes the first slot off.
    fn next<S: Slots>(&mut self, class: usize) -> Option<S::Slot> {
        let slot = NonNull::new(self.cut::<S>(1, class).first)?;
        // SAFETY: a run lies within one chunk and begins with a slot; it belongs to whoever has it, or is being walked.
        Some(unsafe { S::slot(slot) })
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
        Self { first, left }
    }
}

/// What all threads share of one class.
pub(crate) struct Shared<S: Slots>(Mutex<Store<S>>);

struct Store<S: Slots> {
    /// Free slots, linked, with their count.
    batches: Vec<(S::Slot, u32)>,
    /// Left over by threads that ended.
    runs: Vec<Run>,
    /// The unused rest of the newest chunk.
    fresh: Run,
    /// All chunks, as they were made.
    chunks: Vec<Run>,
}

// SAFETY: the pointers name memory that lives for ever, and a free slot, or a run, belongs to whoever holds it.
unsafe impl<S: Slots> Send for Store<S> {}

impl<S: Slots> Shared<S> {
    pub(crate) const fn new() -> Self {
        Self(Mutex::new(Store {
            batches: Vec::new(),
            runs: Vec::new(),
            fresh: Run::NONE,
            chunks: Vec::new(),
        }))
    }

    fn lock(&self) -> MutexGuard<'_, Store<S>> {
        lock(&self.0)
    }

    /// Calls `f` for every slot of the class, which this is of, that was ever given out, whatever is in it now.
    pub(crate) fn each(&self, class: usize, f: &mut impl FnMut(S::Slot)) {
        let (chunks, fresh) = {
            let store = self.lock();
            (store.chunks.clone(), store.fresh.left)
        };
        let newest = chunks.len().saturating_sub(1);
        for (n, mut slots) in chunks.into_iter().enumerate() {
            if n == newest {
                slots.left -= fresh;
            }
            while let Some(slot) = slots.next::<S>(class) {
                f(slot);
            }
        }
    }

    #[cfg(test)]
    pub(crate) fn chunks(&self) -> usize {
        self.lock().chunks.len()
    }
}

impl<S: Slots> Store<S> {
    /// A row of fresh slots for one thread.
    fn cut(&mut self, class: usize) -> Run {
        if self.fresh.left == 0 {
            self.fresh = self.grow(class);
        }
        self.fresh.cut::<S>(BATCH, class)
    }

    /// A new chunk, the larger the more the class needed so far.
    fn grow(&mut self, class: usize) -> Run {
        const LINE: usize = 64;
        let bytes = S::CHUNK << (self.chunks.len() / 4).min(5);
        let slots = (bytes / S::size(class)).max(8);
        // Alignment 16: the allocator then gives zero pages without touching them.
        let layout = Layout::from_size_align(slots * S::size(class) + LINE, 16).expect("a few MiB");
        // SAFETY: the layout is not empty.
        let memory = unsafe { alloc_zeroed(layout) };
        if memory.is_null() {
            handle_alloc_error(layout);
        }
        // A slot may be named by its address, and found by it.
        memory.expose_provenance();
        let chunk = Run { first: memory.wrapping_add(memory.align_offset(LINE)), left: slots as u32 };
        self.chunks.push(chunk);
        chunk
    }
}

/// What one thread keeps of one class.
struct Local<S: Slots> {
    head: Cell<Option<S::Slot>>,
    /// How many from `head` on; `BATCH` also where nothing may be kept, or not yet.
    len: Cell<u32>,
    /// Another `BATCH` slots, or none.
    full: Cell<Option<S::Slot>>,
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
        if let Some(full) = local.full.take() {
            return self.begin(class, full, BATCH);
        }
        let mut run = local.run.get();
        if run.left == 0 {
            let mut shared = S::shared(class).lock();
            if let Some((head, len)) = shared.batches.pop() {
                drop(shared);
                return self.begin(class, head, len);
            }
            run = shared.runs.pop().unwrap_or_else(|| shared.cut(class));
        }
        let slot = run.next::<S>(class).expect("a run has a slot");
        if self.is_closed() && run.left > 0 {
            S::shared(class).lock().runs.push(run);
            run = Run::NONE;
        }
        local.run.set(run);
        slot
    }

    /// Takes the first slot off a batch, which is at hand from now on.
    fn begin(&self, class: usize, batch: S::Slot, len: u32) -> S::Slot {
        // SAFETY: the batch is this thread's.
        let rest = unsafe { S::next(batch) };
        if !self.is_closed() {
            self.classes[class].head.set(rest);
            self.classes[class].len.set(len - 1);
        } else if let Some(rest) = rest {
            S::shared(class).lock().batches.push((rest, len - 1));
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
        if local.len.get() == BATCH {
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
            S::shared(class).lock().batches.push((slot, 1));
            return;
        }
        let local = &self.classes[class];
        local.len.set(1);
        if let Some(batch) = local.head.replace(Some(slot))
            && let Some(full) = local.full.replace(Some(batch))
        {
            S::shared(class).lock().batches.push((full, BATCH));
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
            let mut shared = S::shared(class).lock();
            // A closed cache looks full to `put_back` and empty to `alloc`.
            let len = local.len.replace(BATCH);
            if let Some(head) = local.head.take() {
                shared.batches.push((head, len));
            }
            if let Some(full) = local.full.take() {
                shared.batches.push((full, BATCH));
            }
            let run = local.run.replace(Run::NONE);
            if run.left > 0 {
                shared.runs.push(run);
            }
        }
    }
}

#[cfg(test)]
pub(crate) mod tests;
