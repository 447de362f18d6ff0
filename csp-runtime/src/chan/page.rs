//! Memory for channels: slots of one size, from pages that live as long as the program. So all channels can be found, by who
//! looks at the program from outside, and none of them has to say that it is there. What was needed at the peak is kept.
//!
//! A slot begins with a [`Head`], whoever lives in it. Who looks takes the head's lock and then asks whether there is a channel:
//! its last end takes it off under that lock, and only afterwards touches the rest. A slot without a channel belongs to whoever
//! has it from `at_hand` or `fetch`, but for the lock, which a late looker may hold for an instant even then.

use std::alloc::{Layout, alloc_zeroed, handle_alloc_error};
use std::cell::Cell;
use std::ptr::{self, NonNull};

use super::channel::{Channel, Head};
use crate::shim::plain::{Mutex, MutexGuard, lock};

/// A channel's size does not depend on what it carries.
const SLOT: usize = size_of::<Channel<u64>>().next_multiple_of(16);
const BATCH: u32 = 32;

#[cfg(all(not(debug_assertions), not(feature = "record")))]
const _: () = assert!(SLOT == 128, "two lines");

/// A free slot.
#[repr(C)]
struct Free {
    head: Head,
    next: *mut Free,
}

/// What all threads share.
struct Shared {
    /// Free slots, linked, with their count.
    batches: Vec<(*mut Free, u32)>,
    /// The unused rest of the newest page.
    fresh: *mut Free,
    fresh_left: u32,
    /// All pages: the first slot and the number of slots.
    pages: Vec<(*mut Free, u32)>,
}

// SAFETY: the pointers name memory that lives for ever, and a free slot belongs to whoever holds it.
unsafe impl Send for Shared {}

static SHARED: Mutex<Shared> =
    Mutex::new(Shared { batches: Vec::new(), fresh: ptr::null_mut(), fresh_left: 0, pages: Vec::new() });

fn shared() -> MutexGuard<'static, Shared> {
    lock(&SHARED)
}

/// What one thread keeps: up to two batches.
struct Cache {
    head: Cell<*mut Free>,
    len: Cell<u32>,
    /// Another `BATCH` slots, or none.
    full: Cell<*mut Free>,
    /// Something gives the slots back when the thread ends.
    watched: Cell<bool>,
    /// The thread is ending: everything goes straight to the shared part.
    closed: Cell<bool>,
}

thread_local! {
    // No destructor, so that an access is a plain one; `FLUSH` stands in for it.
    static CACHE: Cache = const {
        Cache {
            head: Cell::new(ptr::null_mut()),
            len: Cell::new(0),
            full: Cell::new(ptr::null_mut()),
            watched: Cell::new(false),
            closed: Cell::new(false),
        }
    };
    static FLUSH: Flush = const { Flush };
}

struct Flush;

impl Drop for Flush {
    fn drop(&mut self) {
        CACHE.with(|cache| {
            cache.closed.set(true);
            let mut shared = shared();
            // A closed cache looks full to `free` and empty to `alloc`.
            let (head, len) = (cache.head.replace(ptr::null_mut()), cache.len.replace(BATCH));
            if !head.is_null() {
                shared.batches.push((head, len));
            }
            let full = cache.full.replace(ptr::null_mut());
            if !full.is_null() {
                shared.batches.push((full, BATCH));
            }
        });
    }
}

/// # Safety
/// The slot is free and the caller's.
#[inline(always)]
unsafe fn next(slot: *mut Free) -> *mut Free {
    // SAFETY: by the contract; nobody else touches what is behind the head of a free slot.
    unsafe { (*slot).next }
}

/// # Safety
/// As for `next`.
#[inline(always)]
unsafe fn set_next(slot: *mut Free, next: *mut Free) {
    // SAFETY: as in `next`; through a pointer, for others may look at the head.
    unsafe { (&raw mut (*slot).next).write(next) };
}

impl Cache {
    /// Called off the fast path: makes sure that the slots are given back.
    fn watch(&self) {
        if !self.watched.replace(true) && FLUSH.try_with(|_| ()).is_err() {
            self.closed.set(true);
            self.len.set(BATCH);
        }
    }

    #[cold]
    fn refill(&self) -> *mut Free {
        self.watch();
        let full = self.full.replace(ptr::null_mut());
        let (slot, len) = if full.is_null() { shared().take() } else { (full, BATCH) };
        // SAFETY: the batch is this thread's now, and has a slot.
        let rest = unsafe { next(slot) };
        if !self.closed.get() {
            self.head.set(rest);
            self.len.set(len - 1);
        } else if !rest.is_null() {
            shared().batches.push((rest, len - 1));
        }
        slot
    }

    /// Takes `slot` back when the batch at hand is full, or the cache closed.
    #[cold]
    fn spill(&self, slot: *mut Free) {
        self.watch();
        // SAFETY: the slot is free and the caller's.
        unsafe { set_next(slot, ptr::null_mut()) };
        if self.closed.get() {
            shared().batches.push((slot, 1));
            return;
        }
        let batch = self.head.replace(slot);
        self.len.set(1);
        let full = self.full.replace(batch);
        if !full.is_null() {
            shared().batches.push((full, BATCH));
        }
    }
}

impl Shared {
    /// A batch of free slots, at least one.
    fn take(&mut self) -> (*mut Free, u32) {
        if let Some(batch) = self.batches.pop() {
            return batch;
        }
        if self.fresh_left == 0 {
            self.grow();
        }
        let (first, len) = (self.fresh, self.fresh_left.min(BATCH));
        let mut slot = first;
        for left in (0..len).rev() {
            let following = slot.wrapping_byte_add(SLOT);
            // SAFETY: within the page, and nobody's yet.
            unsafe { set_next(slot, if left == 0 { ptr::null_mut() } else { following }) };
            slot = following;
        }
        self.fresh = slot;
        self.fresh_left -= len;
        (first, len)
    }

    fn grow(&mut self) {
        const LINE: usize = 64;
        // 32 KiB to 1 MiB, by what was needed so far.
        let bytes = (32 << 10) << (self.pages.len() / 4).min(5);
        let slots = bytes / SLOT;
        // Alignment 16: the allocator then gives zero pages without touching them. The first slot starts at a line.
        let layout = Layout::from_size_align(slots * SLOT + LINE, 16).expect("a few MiB");
        // SAFETY: the layout is not empty.
        let memory = unsafe { alloc_zeroed(layout) };
        if memory.is_null() {
            handle_alloc_error(layout);
        }
        // Zero is a head without a channel.
        let first = memory.wrapping_add(memory.align_offset(LINE)).cast::<Free>();
        self.pages.push((first, slots as u32));
        (self.fresh, self.fresh_left) = (first, slots as u32);
    }
}

/// A free slot that this thread has at hand, the caller's alone but for the lock in its head.
#[inline(always)]
pub(super) fn at_hand<T>() -> Option<NonNull<Channel<T>>> {
    const { assert!(size_of::<Channel<T>>() <= SLOT && align_of::<Channel<T>>() <= 16) };
    CACHE.with(|cache| {
        let slot = NonNull::new(cache.head.get())?;
        // SAFETY: it is in this thread's batch.
        cache.head.set(unsafe { next(slot.as_ptr()) });
        cache.len.set(cache.len.get() - 1);
        Some(slot.cast())
    })
}

/// As `at_hand`, where there is none.
#[cold]
#[inline(never)]
pub(super) fn fetch<T>() -> NonNull<Channel<T>> {
    NonNull::new(CACHE.with(Cache::refill)).expect("a batch has a slot").cast()
}

/// Takes a slot back.
///
/// # Safety
/// It is from `at_hand` or `fetch`, its head says that there is no channel, and nobody else knows it.
#[inline]
pub(super) unsafe fn free<T>(slot: NonNull<Channel<T>>) {
    let slot = slot.as_ptr().cast::<Free>();
    CACHE.with(|cache| {
        if cache.len.get() == BATCH {
            return cache.spill(slot);
        }
        // SAFETY: the slot is free and the caller's.
        unsafe { set_next(slot, cache.head.get()) };
        cache.head.set(slot);
        cache.len.set(cache.len.get() + 1);
    });
}

/// Calls `f` with the head of every slot that was ever given out, whether or not there is a channel.
pub(crate) fn each(mut f: impl FnMut(NonNull<Head>)) {
    let (pages, fresh) = {
        let shared = shared();
        (shared.pages.clone(), shared.fresh_left)
    };
    let last = pages.len().saturating_sub(1);
    for (index, (first, slots)) in pages.into_iter().enumerate() {
        let used = if index == last { slots - fresh } else { slots };
        let heads = (0..used as usize).map(|n| first.wrapping_byte_add(n * SLOT).cast::<Head>());
        heads.filter_map(NonNull::new).for_each(&mut f);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_slot_is_given_out_twice_and_a_walk_finds_all() {
        let threads: Vec<_> = (0..4)
            .map(|_| {
                std::thread::spawn(|| {
                    let mut held: Vec<usize> = Vec::new();
                    let put_back = |slot: usize| {
                        let slot = ptr::with_exposed_provenance_mut::<Channel<u8>>(slot);
                        // SAFETY: from `at_hand` or `fetch` below, and held by nobody else.
                        unsafe { free(NonNull::new(slot).unwrap()) };
                    };
                    for round in 0..1_000 {
                        if round % 3 == 2 {
                            held.drain(held.len() / 2..).for_each(put_back);
                        }
                        held.extend(
                            (0..round % 40)
                                .map(|_| at_hand::<u8>().unwrap_or_else(fetch).as_ptr().expose_provenance()),
                        );
                    }
                    held
                })
            })
            .collect();
        let mut held: Vec<usize> = threads.into_iter().flat_map(|t| t.join().unwrap()).collect();
        let count = held.len();
        held.sort_unstable();
        held.dedup();
        assert_eq!(held.len(), count);
        assert!(held.windows(2).all(|two| two[1] - two[0] >= SLOT));
        let mut seen = 0;
        each(|head| seen += usize::from(held.binary_search(&head.as_ptr().addr()).is_ok()));
        assert_eq!(seen, count, "a walk misses slots");
        for slot in held {
            let slot = ptr::with_exposed_provenance_mut::<Channel<u8>>(slot);
            // SAFETY: from `at_hand` or `fetch` above, and held by nobody else.
            unsafe { free(NonNull::new(slot).unwrap()) };
        }
    }
}
