//! The slab under the model checker: its cells belong to one execution, so slots are made one by one and never given back,
//! except to `alloc` in the same execution.

use std::cell::{Cell, RefCell};
use std::ptr::NonNull;

use super::header::{Header, TaskRef};

const SIZES: [usize; 3] = [64, 256, 4096];

thread_local! {
    static FREE: RefCell<Vec<(TaskRef, u8)>> = const { RefCell::new(Vec::new()) };
    static MADE: Cell<usize> = const { Cell::new(0) };
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

/// Every execution starts with it: the slots of the last one are not to be used again.
#[cfg(test)]
pub(crate) fn new_execution() {
    FREE.with(|free| free.borrow_mut().clear());
    MADE.set(0);
}

/// Slots that this execution made and did not get back.
#[cfg(test)]
pub(crate) fn in_use() -> usize {
    FREE.with(|free| MADE.get() - free.borrow().len())
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
    MADE.set(MADE.get() + 1);
    let size = size_of::<Header>() + SIZES[usize::from(class)];
    let layout = std::alloc::Layout::from_size_align(size, 16).expect("small");
    // SAFETY: the layout is not empty; the header is written before anybody sees it; the memory is never freed.
    unsafe {
        let slot = NonNull::new(std::alloc::alloc_zeroed(layout).cast::<Header>()).expect("memory");
        slot.write(Header::new());
        TaskRef::from_slot(slot)
    }
}

pub(super) fn free(slot: TaskRef, class: u8) {
    FREE.with(|free| free.borrow_mut().push((slot, class)));
}

pub(crate) fn each(_f: impl FnMut(TaskRef)) {}
