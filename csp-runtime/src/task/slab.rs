//! Memory for processes: slots of a few sizes, which begin with a `Header` for ever: see `util::slab`.

use std::ptr::NonNull;

use super::header::{Header, TaskRef};
use crate::util::slab::{Cache, Shared, Slots};

/// Bytes behind the header, by class.
const SIZES: [usize; 24] = [
    16, 32, 48, 64, 80, 96, 112, 128, 144, 160, 176, 192, 208, 224, 256, 320, 384, 448, 512, 704, 960, 1472,
    1984, 4032,
];

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

/// The slots of processes.
enum Processes {}

static SHARED: [Shared<Processes>; SIZES.len()] = [const { Shared::new() }; SIZES.len()];

thread_local! {
    static CACHE: Cache<Processes, { SIZES.len() }> = const { Cache::new() };
    static FLUSH: Flush = const { Flush };
}

struct Flush;

impl Drop for Flush {
    fn drop(&mut self) {
        CACHE.with(Cache::flush);
    }
}

impl Slots for Processes {
    type Slot = TaskRef;

    fn size(class: usize) -> usize {
        slot_size(class)
    }

    unsafe fn slot(start: NonNull<u8>) -> TaskRef {
        // SAFETY: a slot starts here, and zeroed bytes are a valid header.
        unsafe { TaskRef::from_slot(start.cast()) }
    }

    fn start(slot: TaskRef) -> NonNull<u8> {
        NonNull::new(slot.as_ptr().cast()).expect("a slot is not at zero")
    }

    #[inline(always)]
    unsafe fn next(slot: TaskRef) -> Option<TaskRef> {
        slot.next()
    }

    #[inline(always)]
    unsafe fn set_next(slot: TaskRef, next: Option<TaskRef>) {
        slot.set_next(next);
    }

    unsafe fn age(slot: TaskRef) -> u64 {
        slot.state().age()
    }

    unsafe fn set_age(slot: TaskRef, age: u64) {
        slot.state().set_age(age);
    }

    fn grew(class: usize) {
        _ = (0..SIZES.len()).filter(|other| *other != class).any(|other| SHARED[other].give_back(other));
    }

    fn shared(class: usize) -> &'static Shared<Self> {
        &SHARED[class]
    }

    fn watch() -> bool {
        FLUSH.try_with(|_| ()).is_ok()
    }
}

/// A free slot, the caller's alone.
#[inline]
pub(super) fn alloc(class: u8) -> TaskRef {
    CACHE.with(|cache| cache.alloc(usize::from(class)))
}

/// Takes a slot back; its state word says that it is free.
#[inline]
pub(super) fn free(slot: TaskRef, class: u8) {
    // SAFETY: all that is ever done with a slot without its token can be done while it is free.
    CACHE.with(|cache| unsafe { cache.put_back(slot, usize::from(class)) });
}

/// Calls `f` for every slot that may have a process, whatever is in it now.
pub(crate) fn each(mut f: impl FnMut(TaskRef)) {
    for (class, shared) in SHARED.iter().enumerate() {
        shared.each(class, &mut f);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::util::slab::tests::Tried;

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
        let tried = Tried {
            size: slot_size(usize::from(class)),
            alloc: || alloc(class).as_ptr().expose_provenance(),
            free: |slot| {
                // SAFETY: from `alloc` above.
                free(unsafe { TaskRef::from_ptr(std::ptr::with_exposed_provenance_mut(slot)) }, class);
            },
        };
        tried.no_slot_is_given_out_twice_and_a_walk_finds_all(|f| each(|slot| f(slot.as_ptr().addr())));
    }
}
