use std::ptr;

use super::*;

const ROUNDS: usize = if cfg!(miri) { 60 } else { 2_000 };

/// Slots of a class that other threads may use at the same time.
pub(crate) struct Tried<A, F> {
    pub(crate) size: usize,
    pub(crate) alloc: A,
    pub(crate) free: F,
}

impl<A: Fn() -> usize + Sync, F: Fn(usize) + Sync> Tried<A, F> {
    /// Four threads take and give back; whatever they hold in the end is nobody else's, and `walk` finds it.
    pub(crate) fn no_slot_is_given_out_twice_and_a_walk_finds_all(
        &self,
        walk: impl FnOnce(&mut dyn FnMut(usize)),
    ) {
        let round = || {
            let mut held: Vec<usize> = Vec::new();
            for round in 0..ROUNDS {
                if round % 3 == 2 {
                    held.drain(held.len() / 2..).for_each(&self.free);
                }
                held.extend((0..round % 40).map(|_| (self.alloc)()));
                if held.len() > 500 {
                    held.drain(..400).for_each(&self.free);
                }
            }
            held
        };
        let mut held: Vec<usize> = std::thread::scope(|scope| {
            let threads = [(); 4].map(|()| scope.spawn(round));
            threads.into_iter().flat_map(|thread| thread.join().unwrap()).collect()
        });
        let count = held.len();
        held.sort_unstable();
        held.dedup();
        assert_eq!(held.len(), count);
        assert!(held.windows(2).all(|two| two[1] - two[0] >= self.size));
        let mut seen = 0;
        walk(&mut |slot| seen += usize::from(held.binary_search(&slot).is_ok()));
        assert_eq!(seen, count, "a walk misses slots");
        held.into_iter().for_each(&self.free);
    }
}

/// Slots of two sizes that begin with their link.
enum Plain {}

type Link = Option<NonNull<usize>>;

static SHARED: [Shared<Plain>; 2] = [const { Shared::new() }; 2];

thread_local! {
    static CACHE: Cache<Plain, 2> = const { Cache::new() };
    static FLUSH: Flush = const { Flush };
}

struct Flush;

impl Drop for Flush {
    fn drop(&mut self) {
        CACHE.with(Cache::flush);
    }
}

impl Slots for Plain {
    type Slot = NonNull<usize>;

    const CHUNK: usize = 4096;

    fn size(class: usize) -> usize {
        [24, 64][class]
    }

    unsafe fn slot(start: NonNull<u8>) -> NonNull<usize> {
        start.cast()
    }

    unsafe fn next(slot: NonNull<usize>) -> Option<NonNull<usize>> {
        // SAFETY: the caller has the slot.
        unsafe { slot.cast::<Link>().read() }
    }

    unsafe fn set_next(slot: NonNull<usize>, next: Option<NonNull<usize>>) {
        // SAFETY: as above.
        unsafe { slot.cast::<Link>().write(next) };
    }

    fn shared(class: usize) -> &'static Shared<Self> {
        &SHARED[class]
    }

    fn watch() -> bool {
        FLUSH.try_with(|_| ()).is_ok()
    }
}

fn alloc(class: usize) -> usize {
    CACHE.with(|cache| cache.alloc(class)).as_ptr().expose_provenance()
}

fn free(slot: usize, class: usize) {
    let slot = NonNull::new(ptr::with_exposed_provenance_mut(slot)).unwrap();
    // SAFETY: the tests give back what is from `alloc`, once.
    CACHE.with(|cache| unsafe { cache.put_back(slot, class) });
}

#[test]
fn small_slots_are_given_out_once() {
    Tried { size: 24, alloc: || alloc(0), free: |slot| free(slot, 0) }
        .no_slot_is_given_out_twice_and_a_walk_finds_all(|f| {
            SHARED[0].each(0, &mut |slot: NonNull<usize>| f(slot.addr().get()));
        });
}

#[test]
fn a_thread_that_ends_gives_its_slots_back() {
    let round = |slots: usize| {
        let slots: Vec<usize> =
            std::thread::spawn(move || (0..slots).map(|_| alloc(1)).collect()).join().unwrap();
        // One at a time, each by a thread that has never taken any.
        for slot in slots {
            std::thread::spawn(move || free(slot, 1)).join().unwrap();
        }
    };
    round(100);
    let before = SHARED[1].chunks();
    for _ in 0..(ROUNDS / 100).max(1) {
        round(100);
    }
    assert_eq!(SHARED[1].chunks(), before);
}
