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

/// Slots of a few sizes that begin with their link; then comes their age.
enum Plain {}

type Link = Option<NonNull<usize>>;

static SHARED: [Shared<Plain>; 4] = [const { Shared::new() }; 4];

thread_local! {
    static CACHE: Cache<Plain, 4> = const { Cache::new() };
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

    fn size(class: usize) -> usize {
        [24, 64, 64, 64][class]
    }

    unsafe fn slot(start: NonNull<u8>) -> NonNull<usize> {
        start.cast()
    }

    fn start(slot: NonNull<usize>) -> NonNull<u8> {
        slot.cast()
    }

    unsafe fn next(slot: NonNull<usize>) -> Option<NonNull<usize>> {
        // SAFETY: the caller has the slot.
        unsafe { slot.cast::<Link>().read() }
    }

    unsafe fn set_next(slot: NonNull<usize>, next: Option<NonNull<usize>>) {
        // SAFETY: as above.
        unsafe { slot.cast::<Link>().write(next) };
    }

    unsafe fn age(slot: NonNull<usize>) -> u64 {
        // SAFETY: the caller has the slot, which is larger.
        unsafe { slot.add(1).cast::<u64>().read() }
    }

    unsafe fn set_age(slot: NonNull<usize>, age: u64) {
        // SAFETY: as above.
        unsafe {
            if Self::age(slot) < age {
                slot.add(1).cast::<u64>().write(age);
            }
        }
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

/// All slots of a chunk and more, so that chunks come and go as a whole.
fn many() -> usize {
    3 * (CHUNK / 64)
}

#[test]
fn pages_of_empty_chunks_are_given_back_and_come_again() {
    // A class of its own, on a thread of its own: what a thread keeps is in no chunk's list.
    let round = || {
        std::thread::spawn(|| {
            let slots: Vec<usize> = (0..many()).map(|_| alloc(2)).collect();
            let mut sorted = slots.clone();
            sorted.sort_unstable();
            sorted.dedup();
            assert_eq!(sorted.len(), slots.len(), "a slot was given out twice");
            slots.into_iter().for_each(|slot| free(slot, 2));
        })
        .join()
        .unwrap();
    };
    round();
    let shared = &SHARED[2];
    let chunks = shared.chunks();
    assert!(chunks >= 3 && shared.warm() == chunks);
    for _ in 0..3 {
        let mut seen = 0;
        shared.each(2, &mut |_| seen += 1);
        // All but what is left of the newest are empty, and not walked.
        assert!(seen <= CHUNK / 64, "{seen} slots are walked where none is in use");
        let given_back = (0..chunks).filter(|_| shared.give_back(2)).count();
        assert!(given_back >= chunks - 1 && shared.warm() == chunks - given_back);
        round();
        assert_eq!((shared.chunks(), shared.warm()), (chunks, chunks), "addresses are used again");
    }
}

/// A slot goes on in its age, whatever becomes of its pages.
#[test]
fn a_slot_is_older_after_its_pages_were_given_back() {
    let oldest = std::thread::spawn(|| {
        let slots: Vec<usize> = (0..many()).map(|_| alloc(3)).collect();
        for (n, slot) in slots.iter().enumerate() {
            // SAFETY: the slot is this thread's: as if it had been used so often.
            unsafe {
                Plain::set_age(NonNull::new(ptr::with_exposed_provenance_mut(*slot)).unwrap(), n as u64)
            };
        }
        slots.iter().for_each(|slot| free(*slot, 3));
        slots.len() as u64 - 1
    })
    .join()
    .unwrap();
    let mut given_back = 0;
    while SHARED[3].give_back(3) {
        given_back += 1;
    }
    assert!(given_back >= 2);
    let ages: Vec<u64> = std::thread::spawn(move || {
        let slots: Vec<usize> = (0..many()).map(|_| alloc(3)).collect();
        let slot = |slot: usize| NonNull::new(ptr::with_exposed_provenance_mut(slot)).unwrap();
        // SAFETY: the slots are this thread's.
        let ages = slots.iter().map(|at| unsafe { Plain::age(slot(*at)) }).collect();
        slots.iter().for_each(|slot| free(*slot, 3));
        ages
    })
    .join()
    .unwrap();
    let slots = (CHUNK - LINE) / 64;
    assert!(ages.iter().filter(|age| **age == oldest).count() <= slots);
    // Of each chunk that was given back and taken again (the last one may be left), all slots are as old as its oldest was.
    let renewed = ages.windows(2).filter(|two| two[0] == two[1] && two[0] > 0).count();
    assert!(renewed >= (given_back - 1) * (slots - 1), "{renewed} slots of {given_back} chunks");
}
