//! What all threads share of one class: its chunks, and the free slots in them.

use std::ptr::{self, NonNull};

use super::{BATCH, CHUNK, LINE, Run, Slots};
use crate::shim::plain::{Mutex, MutexGuard, lock};
use crate::util::pages;

/// A chunk, beside which it is known to the store: it begins with its place there.
struct Chunk<S: Slots> {
    start: NonNull<u8>,
    /// Free slots that no thread keeps, linked.
    free: Option<S::Slot>,
    free_len: u32,
    /// So many slots from the first on were given out, since there were pages last.
    given: u32,
    /// No slot of it was used later than that.
    age: u64,
    /// The pages were given back, or are about to be.
    cold: bool,
}

impl<S: Slots> Chunk<S> {
    fn new(index: usize) -> Self {
        let start = memory();
        // SAFETY: the memory is this chunk's, and aligned.
        unsafe { start.cast().write(index) };
        Self { start, free: None, free_len: 0, given: 0, age: 0, cold: false }
    }

    /// The index of the chunk that a slot is in.
    fn of(slot: S::Slot) -> usize {
        let start: *mut usize = S::start(slot).as_ptr().map_addr(|at| at & !(CHUNK - 1)).cast();
        // SAFETY: `new` wrote it there, and nobody does again.
        unsafe { start.read() }
    }

    fn slots(class: usize) -> u32 {
        ((CHUNK - LINE) / S::size(class)) as u32
    }

    /// Its first slots.
    fn run(&self, slots: u32, age: u64) -> Run {
        Run { first: self.start.as_ptr().wrapping_add(LINE), left: slots, age }
    }
}

/// What all threads share of one class.
pub(crate) struct Shared<S: Slots>(Mutex<Store<S>>);

pub(super) struct Store<S: Slots> {
    /// All chunks, as they were made.
    chunks: Vec<Chunk<S>>,
    /// Those with free slots that no thread keeps.
    partial: Vec<usize>,
    /// How many of these have nothing but free slots.
    empty: usize,
    /// Those whose pages were given back.
    cold: Vec<usize>,
    /// The unused rest of a chunk, and which it is.
    fresh: Run,
    newest: usize,
}

// SAFETY: the pointers name memory that lives for ever, and a free slot, or a run, belongs to whoever holds it.
unsafe impl<S: Slots> Send for Store<S> {}

impl<S: Slots> Shared<S> {
    pub(crate) const fn new() -> Self {
        Self(Mutex::new(Store {
            chunks: Vec::new(),
            partial: Vec::new(),
            empty: 0,
            cold: Vec::new(),
            fresh: Run::NONE,
            newest: 0,
        }))
    }

    pub(super) fn lock(&self) -> MutexGuard<'_, Store<S>> {
        lock(&self.0)
    }

    /// Calls `f` for every slot of the class, which this is of, that may be in use: for all that were ever given out, but those in
    /// chunks of which none is in use.
    pub(crate) fn each(&self, class: usize, f: &mut impl FnMut(S::Slot)) {
        let runs: Vec<Run> = {
            let store = self.lock();
            let used = store.chunks.iter().filter(|chunk| !chunk.cold && chunk.free_len < chunk.given);
            used.map(|chunk| chunk.run(chunk.given, 0)).collect()
        };
        for mut run in runs {
            while let Some(start) = NonNull::new(run.cut::<S>(1, class).first) {
                // SAFETY: it was given out.
                f(unsafe { S::slot(start) });
            }
        }
    }

    /// Gives the pages of an empty chunk back to the system, if there is one.
    pub(crate) fn give_back(&self, class: usize) -> bool {
        let slots = Chunk::<S>::slots(class);
        let (index, all) = {
            let mut store = self.lock();
            let store = &mut *store;
            if store.empty == 0 {
                return false;
            }
            let at = store.partial.iter().position(|chunk| store.chunks[*chunk].free_len == slots);
            let index = store.partial.swap_remove(at.expect("one of them is empty"));
            store.empty -= 1;
            let chunk = &mut store.chunks[index];
            (chunk.free, chunk.free_len, chunk.cold) = (None, 0, true);
            (index, chunk.run(slots, 0))
        };
        let (mut age, mut left) = (0, all);
        while let Some(start) = NonNull::new(left.cut::<S>(1, class).first) {
            // SAFETY: all slots of the chunk are free, and in no list.
            age = age.max(unsafe { S::age(S::slot(start)) });
        }
        if let Some(first) = NonNull::new(all.first) {
            // SAFETY: as above. Late looks at what the slots begin with find zero, as in one that was never used.
            unsafe { pages::clean(first, CHUNK - LINE) };
        }
        let mut store = self.lock();
        let chunk = &mut store.chunks[index];
        (chunk.age, chunk.given) = (age.max(chunk.age), 0);
        store.cold.push(index);
        true
    }

    #[cfg(test)]
    pub(crate) fn chunks(&self) -> usize {
        self.lock().chunks.len()
    }

    /// How many chunks have pages, as far as that is known.
    #[cfg(test)]
    pub(crate) fn warm(&self) -> usize {
        let store = self.lock();
        store.chunks.len() - store.cold.len()
    }
}

impl<S: Slots> Store<S> {
    /// All free slots of a chunk, linked, with their count.
    pub(super) fn take(&mut self, class: usize) -> Option<(S::Slot, u32)> {
        let chunk = &mut self.chunks[self.partial.pop()?];
        let len = std::mem::take(&mut chunk.free_len);
        self.empty -= usize::from(len == Chunk::<S>::slots(class));
        Some((chunk.free.take()?, len))
    }

    /// Takes linked slots back.
    ///
    /// # Safety
    /// They are free and the caller's alone.
    pub(super) unsafe fn put(&mut self, list: S::Slot, class: usize) {
        let mut list = Some(list);
        while let Some(slot) = list {
            let index = Chunk::<S>::of(slot);
            let chunk = &mut self.chunks[index];
            // SAFETY: by the contract.
            unsafe {
                list = S::next(slot);
                S::set_next(slot, chunk.free);
            }
            chunk.free = Some(slot);
            chunk.free_len += 1;
            if chunk.free_len == 1 {
                self.partial.push(index);
            }
            self.empty += usize::from(chunk.free_len == Chunk::<S>::slots(class));
        }
    }

    /// A row of fresh slots for one thread. True: the class has grown for it.
    pub(super) fn cut(&mut self, class: usize) -> (Run, bool) {
        let grows = self.fresh.left == 0;
        if grows {
            self.grow(class);
        }
        let run = self.fresh.cut::<S>(BATCH, class);
        self.chunks[self.newest].given += run.left;
        (run, grows)
    }

    /// One more chunk: one whose pages were given back, or a new one.
    fn grow(&mut self, class: usize) {
        let index = self.cold.pop().unwrap_or_else(|| {
            self.chunks.push(Chunk::new(self.chunks.len()));
            self.chunks.len() - 1
        });
        let chunk = &mut self.chunks[index];
        chunk.cold = false;
        self.fresh = chunk.run(Chunk::<S>::slots(class), chunk.age);
        self.newest = index;
    }
}

/// Zeroed memory for one chunk, from blocks that grow with what is needed.
fn memory() -> NonNull<u8> {
    struct Block {
        next: usize,
        left: usize,
        blocks: u32,
    }
    static BLOCK: Mutex<Block> = Mutex::new(Block { next: 0, left: 0, blocks: 0 });
    let mut block = lock(&BLOCK);
    if block.left == 0 {
        let chunks = 1 << block.blocks.min(4);
        let memory = pages::take((chunks + 1) * CHUNK, false);
        // A slot may be named by its address, and found by it.
        block.next = memory.as_ptr().expose_provenance().next_multiple_of(CHUNK);
        block.left = chunks;
        block.blocks += 1;
    }
    let at = block.next;
    block.next += CHUNK;
    block.left -= 1;
    NonNull::new(ptr::with_exposed_provenance_mut(at)).expect("memory is not at zero")
}
