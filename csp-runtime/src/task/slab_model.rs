//! The slab under the model checker: its cells belong to one execution, so slots are made one by one and never given back,
//! except to `alloc` in the same execution.

use std::alloc::Layout;
use std::cell::RefCell;
use std::ptr::NonNull;

use super::header::{Header, TaskRef};

const SIZES: [usize; 3] = [64, 256, 4096];

thread_local! {
    static FREE: RefCell<Vec<(TaskRef, u8)>> = const { RefCell::new(Vec::new()) };
    static ALL: RefCell<Vec<(TaskRef, u8)>> = const { RefCell::new(Vec::new()) };
}

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

fn layout(class: u8) -> Layout {
    Layout::from_size_align(size_of::<Header>() + SIZES[usize::from(class)], 16).expect("small")
}

/// Every execution starts with it: the slots of the last one are not to be used again.
#[cfg(test)]
pub(crate) fn new_execution() {
    FREE.with(|free| free.borrow_mut().clear());
    for (slot, class) in ALL.with(|all| all.take()) {
        // SAFETY: made by `alloc` with this layout; the execution that knew the slot is over.
        unsafe { std::alloc::dealloc(slot.as_ptr().cast(), layout(class)) };
    }
}

/// Slots that this execution made and did not get back.
#[cfg(test)]
pub(crate) fn in_use() -> usize {
    ALL.with(|all| all.borrow().len()) - FREE.with(|free| free.borrow().len())
}

/// Makes a free slot for a small process, which the threads that start later may look at: `each` orders nothing.
#[cfg(test)]
pub(crate) fn make_one() {
    free(alloc(0), 0);
}

pub(super) fn alloc(class: u8) -> TaskRef {
    let reused = FREE.with(|free| {
        let mut free = free.borrow_mut();
        let at = free.iter().position(|(_, c)| *c == class)?;
        Some(free.swap_remove(at).0)
    });
    if let Some(slot) = reused {
        return slot;
    }
    // SAFETY: the layout is not empty; the header is written before anybody sees it; the memory stays for the execution.
    let slot = unsafe {
        let slot = NonNull::new(std::alloc::alloc_zeroed(layout(class)).cast::<Header>()).expect("memory");
        slot.write(Header::new());
        TaskRef::from_slot(slot)
    };
    ALL.with(|all| all.borrow_mut().push((slot, class)));
    slot
}

pub(super) fn free(slot: TaskRef, class: u8) {
    FREE.with(|free| free.borrow_mut().push((slot, class)));
}

/// Calls `f` for the slots that were made, by this thread or before it started.
pub(crate) fn each(f: impl FnMut(TaskRef)) {
    let slots: Vec<TaskRef> = ALL.with(|all| all.borrow().iter().map(|(slot, _)| *slot).collect());
    slots.into_iter().for_each(f);
}
