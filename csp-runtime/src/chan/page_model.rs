//! The slots under the model checker: its cells belong to one execution, so each channel has memory of its own, which is not given
//! back: the checker's lock is touched once more after it was freed. Where a model asks for it, a slot is used again, as real ones are.

use std::cell::RefCell;
use std::mem::MaybeUninit;
use std::ptr::NonNull;

use super::channel::{Channel, Head};

type Slot = MaybeUninit<Channel<u64>>;

thread_local! {
    /// All threads of a model run on one.
    static REUSED: RefCell<Option<Slots>> = const { RefCell::new(None) };
}

struct Slots {
    all: Vec<NonNull<Slot>>,
    free: Vec<NonNull<Slot>>,
}

/// While it lives, slots are used again, the last one first.
#[cfg(test)]
pub(super) struct Reuse(());

#[cfg(test)]
impl Reuse {
    pub(super) fn new() -> Self {
        REUSED.set(Some(Slots { all: Vec::new(), free: Vec::new() }));
        Self(())
    }

    /// How many slots there were.
    pub(super) fn slots(&self) -> usize {
        with(|slots| slots.all.len()).unwrap_or_default()
    }
}

#[cfg(test)]
impl Drop for Reuse {
    fn drop(&mut self) {
        for slot in REUSED.take().into_iter().flat_map(|slots| slots.all) {
            // SAFETY: `fetch` made the box and the head in it. The execution ends, so nobody looks any more.
            unsafe {
                slot.cast::<Head>().drop_in_place();
                drop(Box::from_raw(slot.as_ptr()));
            }
        }
    }
}

fn with<R>(f: impl FnOnce(&mut Slots) -> R) -> Option<R> {
    REUSED.with_borrow_mut(|slots| slots.as_mut().map(f))
}

pub(super) fn at_hand<T>() -> Option<NonNull<Channel<T>>> {
    with(|slots| slots.free.pop())?.map(NonNull::cast)
}

pub(super) fn fetch<T>() -> NonNull<Channel<T>> {
    const { assert!(size_of::<Channel<T>>() <= size_of::<Slot>()) };
    let slot = NonNull::from(Box::leak(Box::new(Slot::uninit())));
    // SAFETY: a channel begins with its head, and the memory is ours.
    unsafe { slot.cast().write(Head::new()) };
    with(|slots| slots.all.push(slot));
    slot.cast()
}

pub(super) unsafe fn free<T>(slot: NonNull<Channel<T>>) {
    with(|slots| slots.free.push(slot.cast()));
}

/// Calls `f` with the head of every slot that is used again.
pub(super) fn each(f: impl FnMut(NonNull<Head>)) {
    let all = with(|slots| slots.all.clone()).unwrap_or_default();
    all.into_iter().map(NonNull::cast).for_each(f);
}
