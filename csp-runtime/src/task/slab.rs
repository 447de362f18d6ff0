//! Memory for processes: slots of a few sizes, from chunks that live as long as the program and never change their size
//! class. So a slot can always be read as a `Header`, whoever lives in it. What was needed at the peak is kept.
//!
//! Each thread keeps up to two batches of free slots per class and trades full batches with all others under a lock:
//! a process is often freed by another thread than the one that started it.

use std::alloc::{Layout, alloc_zeroed, handle_alloc_error};
use std::cell::Cell;
use std::ptr::{self, NonNull};

use super::header::{Header, TaskRef};
use crate::shim::plain::{Mutex, MutexGuard, lock};

/// Bytes behind the header, by class.
const SIZES: [usize; 24] = [
    16, 32, 48, 64, 80, 96, 112, 128, 144, 160, 176, 192, 208, 224, 256, 320, 384, 448, 512, 704, 960, 1472,
    1984, 4032,
];

const BATCH: u32 = 32;

/// The smallest class with room for `bytes` behind the header.
pub(super) const fn class_of(bytes: usize) -> Option<u8> {
    let mut class = 0;
    while class < SIZES.len() {
        if bytes <= SIZES[class] {
            return Some(class as u8);
        }
        class += 1;
    }
    None
}

const fn slot_size(class: usize) -> usize {
    size_of::<Header>() + SIZES[class]
}

/// A row of slots that nobody used yet; all zero, which is a free slot.
#[derive(Clone, Copy)]
struct Run {
    first: *mut u8,
    left: u32,
}

const NO_RUN: Run = Run { first: ptr::null_mut(), left: 0 };

impl Run {
    /// Takes the first slot off.
    fn next(&mut self, class: usize) -> Option<TaskRef> {
        self.left = self.left.checked_sub(1)?;
        let slot = NonNull::new(self.first.cast::<Header>())?;
        self.first = self.first.wrapping_add(slot_size(class));
        // SAFETY: a run lies within one chunk, whose zeroed bytes are valid headers; slots are multiples of 8 bytes long.
        Some(unsafe { TaskRef::from_slot(slot) })
    }
}

/// What all threads share of one class.
struct Shared {
    /// Free slots, linked, with their count.
    batches: Vec<(TaskRef, u32)>,
    /// Left over by threads that ended.
    runs: Vec<Run>,
    /// The unused rest of the newest chunk.
    fresh: Run,
    /// All chunks: the first slot and the number of slots.
    chunks: Vec<(*mut u8, u32)>,
}

// SAFETY: the pointers name memory that lives for ever, and a run belongs to whoever holds it.
unsafe impl Send for Shared {}

static SHARED: [Mutex<Shared>; SIZES.len()] = [const {
    Mutex::new(Shared { batches: Vec::new(), runs: Vec::new(), fresh: NO_RUN, chunks: Vec::new() })
}; SIZES.len()];

fn shared(class: usize) -> MutexGuard<'static, Shared> {
    lock(&SHARED[class])
}

/// What one thread keeps of one class.
struct Local {
    head: Cell<Option<TaskRef>>,
    len: Cell<u32>,
    /// Another `BATCH` slots, or none.
    full: Cell<Option<TaskRef>>,
    run: Cell<Run>,
}

struct Cache {
    classes: [Local; SIZES.len()],
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

thread_local! {
    // No destructor, so that an access is a plain one; `FLUSH` stands in for it.
    static CACHE: Cache = const {
        Cache {
            classes: [const {
                Local { head: Cell::new(None), len: Cell::new(0), full: Cell::new(None), run: Cell::new(NO_RUN) }
            }; SIZES.len()],
            state: Cell::new(CacheState::New),
        }
    };
    static FLUSH: Flush = const { Flush };
}

struct Flush;

impl Drop for Flush {
    fn drop(&mut self) {
        CACHE.with(|cache| {
            cache.state.set(CacheState::Closed);
            for (class, local) in cache.classes.iter().enumerate() {
                let mut shared = shared(class);
                // A closed cache looks full to `free` and empty to `alloc`.
                let len = local.len.replace(BATCH);
                if let Some(head) = local.head.take() {
                    shared.batches.push((head, len));
                }
                if let Some(full) = local.full.take() {
                    shared.batches.push((full, BATCH));
                }
                let run = local.run.replace(NO_RUN);
                if run.left > 0 {
                    shared.runs.push(run);
                }
            }
        });
    }
}

impl Cache {
    /// Called off the fast path: makes sure that the cache is given back.
    fn watch(&self) {
        if self.state.get() == CacheState::New {
            self.state.set(CacheState::Watched);
            if FLUSH.try_with(|_| ()).is_err() {
                self.state.set(CacheState::Closed);
            }
        }
    }

    #[cold]
    fn refill(&self, class: usize) -> TaskRef {
        self.watch();
        let local = &self.classes[class];
        if let Some(full) = local.full.take() {
            local.head.set(full.next());
            local.len.set(BATCH - 1);
            return full;
        }
        let mut run = local.run.get();
        if run.left == 0 {
            let mut shared = shared(class);
            if let Some((head, len)) = shared.batches.pop() {
                if self.state.get() == CacheState::Closed {
                    if let Some(next) = head.next() {
                        shared.batches.push((next, len - 1));
                    }
                } else {
                    local.head.set(head.next());
                    local.len.set(len - 1);
                }
                return head;
            }
            run = match shared.runs.pop() {
                Some(run) => run,
                None => shared.cut(class),
            };
        }
        let slot = run.next(class).expect("a run has a slot");
        if self.state.get() == CacheState::Closed && run.left > 0 {
            shared(class).runs.push(run);
            run = NO_RUN;
        }
        local.run.set(run);
        slot
    }

    /// Takes `slot` back when the batch at hand is full, or the cache closed.
    #[cold]
    fn spill(&self, slot: TaskRef, class: usize) {
        self.watch();
        slot.set_next(None);
        if self.state.get() == CacheState::Closed {
            shared(class).batches.push((slot, 1));
            return;
        }
        let local = &self.classes[class];
        let batch = local.head.replace(Some(slot)).expect("the batch is full");
        local.len.set(1);
        if let Some(full) = local.full.replace(Some(batch)) {
            shared(class).batches.push((full, BATCH));
        }
    }
}

impl Shared {
    /// A row of fresh slots for one thread.
    fn cut(&mut self, class: usize) -> Run {
        if self.fresh.left == 0 {
            self.fresh = self.grow(class);
        }
        let run = Run { first: self.fresh.first, left: self.fresh.left.min(BATCH) };
        self.fresh.first = self.fresh.first.wrapping_add(run.left as usize * slot_size(class));
        self.fresh.left -= run.left;
        run
    }

    fn grow(&mut self, class: usize) -> Run {
        const LINE: usize = 64;
        // 64 KiB to 2 MiB, by what the class needed so far.
        let bytes = (64 << 10) << (self.chunks.len() / 4).min(5);
        let slots = (bytes / slot_size(class)).max(8);
        // Alignment 16: the allocator then gives zero pages without touching them. The first slot starts at a line.
        let layout = Layout::from_size_align(slots * slot_size(class) + LINE, 16).expect("a few MiB");
        // SAFETY: the layout is not empty.
        let memory = unsafe { alloc_zeroed(layout) };
        if memory.is_null() {
            handle_alloc_error(layout);
        }
        let first = memory.wrapping_add(memory.align_offset(LINE));
        self.chunks.push((first, slots as u32));
        Run { first, left: slots as u32 }
    }
}

/// A free slot, the caller's alone.
#[inline]
pub(super) fn alloc(class: u8) -> TaskRef {
    let class = usize::from(class);
    CACHE.with(|cache| {
        let local = &cache.classes[class];
        match local.head.get() {
            Some(slot) => {
                local.head.set(slot.next());
                local.len.set(local.len.get() - 1);
                slot
            }
            None => cache.refill(class),
        }
    })
}

/// Takes a slot back; its state word says that it is free.
#[inline]
pub(super) fn free(slot: TaskRef, class: u8) {
    let class = usize::from(class);
    CACHE.with(|cache| {
        let local = &cache.classes[class];
        if local.len.get() == BATCH {
            return cache.spill(slot, class);
        }
        slot.set_next(local.head.get());
        local.head.set(Some(slot));
        local.len.set(local.len.get() + 1);
    });
}

/// Calls `f` for every slot that was ever given out, whatever is in it now.
pub(crate) fn each(mut f: impl FnMut(TaskRef)) {
    for class in 0..SIZES.len() {
        let (chunks, fresh) = {
            let shared = shared(class);
            (shared.chunks.clone(), shared.fresh.left)
        };
        let last = chunks.len().saturating_sub(1);
        for (i, (first, slots)) in chunks.into_iter().enumerate() {
            let used = if i == last { slots - fresh } else { slots };
            let mut run = Run { first, left: used };
            while let Some(slot) = run.next(class) {
                f(slot);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn classes_are_sorted_and_whole() {
        assert_eq!(size_of::<Header>(), if cfg!(feature = "record") { 80 } else { 72 });
        assert!(SIZES.windows(2).all(|w| w[0] < w[1]));
        assert!(SIZES.iter().all(|s| s % 16 == 0));
        assert_eq!(class_of(0), Some(0));
        assert_eq!(class_of(17), Some(1));
        assert_eq!(class_of(4033), None);
    }

    #[test]
    fn no_slot_is_given_out_twice() {
        let class = class_of(1472).unwrap();
        let threads: Vec<_> = (0..4)
            .map(|_| {
                std::thread::spawn(move || {
                    let mut held: Vec<TaskRef> = Vec::new();
                    for round in 0..2_000 {
                        if round % 3 == 2 {
                            for slot in held.drain(held.len() / 2..) {
                                free(slot, class);
                            }
                        }
                        held.extend((0..round % 40).map(|_| alloc(class)));
                        if held.len() > 500 {
                            for slot in held.drain(..400) {
                                free(slot, class);
                            }
                        }
                    }
                    held
                })
            })
            .collect();
        let held: Vec<TaskRef> = threads.into_iter().flat_map(|t| t.join().unwrap()).collect();
        let mut addresses: Vec<usize> = held.iter().map(|t| t.as_ptr().addr()).collect();
        let count = addresses.len();
        addresses.sort_unstable();
        addresses.dedup();
        assert_eq!(addresses.len(), count);
        assert!(addresses.windows(2).all(|w| w[1] - w[0] >= slot_size(usize::from(class))));
        let mut seen = 0;
        each(|slot| seen += usize::from(addresses.binary_search(&slot.as_ptr().addr()).is_ok()));
        assert_eq!(seen, count, "a walk misses slots");
        for slot in held {
            free(slot, class);
        }
    }

    #[test]
    fn a_thread_that_ends_gives_its_slots_back() {
        let class = class_of(1984).unwrap();
        let used = || {
            let mut n = 0;
            each(|_| n += 1);
            n
        };
        let round = || {
            std::thread::spawn(move || {
                let slots: Vec<TaskRef> = (0..100).map(|_| alloc(class)).collect();
                slots.into_iter().for_each(|s| free(s, class));
            })
            .join()
            .unwrap();
        };
        round();
        let before = shared(usize::from(class)).chunks.len();
        for _ in 0..200 {
            round();
        }
        // Another test may use this class too, but not two hundred times a hundred slots.
        assert!(shared(usize::from(class)).chunks.len() <= before + 2, "{} slots", used());
    }
}
