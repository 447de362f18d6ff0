//! The memory of a ring: slots behind a header.

use std::alloc::{Layout, alloc, dealloc, handle_alloc_error};
use std::mem::MaybeUninit;
use std::ptr::NonNull;

use crate::util::pages;

/// The first slot of a segment.
pub(super) type Slots<T> = NonNull<MaybeUninit<T>>;

/// What is in front of the slots.
pub(super) struct Header<T> {
    /// How many, a power of two.
    pub(super) slots: usize,
    /// In a chain: the number of the value after the last that this segment may hold.
    pub(super) end: usize,
    /// The next newer segment of a chain, or the next spare one.
    pub(super) next: Option<Slots<T>>,
    /// Known to the header of the oldest segment: the newest of a chain,
    pub(super) newest: Slots<T>,
    /// and the spare ones, if the ring's flags say that there are any.
    pub(super) spare: Slots<T>,
    pub(super) spare_slots: usize,
}

const fn offset<T>() -> usize {
    size_of::<Header<T>>().next_multiple_of(align_of::<T>())
}

fn layout<T>(slots: usize) -> Layout {
    let bytes = slots.checked_mul(size_of::<T>()).and_then(|bytes| bytes.checked_add(offset::<T>()));
    let align = align_of::<T>().max(align_of::<Header<T>>());
    bytes.and_then(|bytes| Layout::from_size_align(bytes, align).ok()).expect("a segment fits in memory")
}

/// Segments from so many bytes on are pages of their own, so that a burst is over for the system too when it is over here. An allocator
/// would keep what lies below the segment that is left.
const PAGES: usize = 32 << 10;

fn has_pages(layout: Layout) -> bool {
    layout.size() >= PAGES && layout.align() <= 16
}

/// The header in front of these slots.
#[inline(always)]
pub(super) fn header<T>(slots: Slots<T>) -> *mut Header<T> {
    slots.as_ptr().wrapping_byte_sub(offset::<T>()).cast()
}

/// A segment that holds nothing and is in no ring.
pub(crate) struct Segment<T>(Slots<T>);

// SAFETY: memory without a value in it.
unsafe impl<T> Send for Segment<T> {}

impl<T> Segment<T> {
    /// A segment with that many slots, a power of two above one.
    pub(crate) fn new(slots: usize) -> Self {
        assert!(slots.is_power_of_two() && slots > 1);
        let layout = layout::<T>(slots);
        let memory = if has_pages(layout) {
            pages::take(layout.size(), true).as_ptr()
        } else {
            // SAFETY: the layout is not empty, for the header is not.
            unsafe { alloc(layout) }
        };
        if memory.is_null() {
            handle_alloc_error(layout);
        }
        let first = NonNull::dangling();
        // SAFETY: the memory is ours, with room and alignment for a header, and the slots behind it.
        unsafe {
            memory.cast::<Header<T>>().write(Header {
                slots,
                end: 0,
                next: None,
                newest: first,
                spare: first,
                spare_slots: 0,
            });
            Self(NonNull::new_unchecked(memory.add(offset::<T>()).cast()))
        }
    }

    pub(super) fn into_slots(self) -> Slots<T> {
        std::mem::ManuallyDrop::new(self).0
    }
}

impl<T> Drop for Segment<T> {
    fn drop(&mut self) {
        let header = NonNull::new(header(self.0)).expect("in front of the slots");
        // SAFETY: `new` made it with this layout. The slots hold nothing.
        unsafe {
            let layout = layout::<T>(header.as_ref().slots);
            if has_pages(layout) {
                pages::give_back(header.cast(), layout.size());
            } else {
                dealloc(header.as_ptr().cast(), layout);
            }
        }
    }
}

/// Segments that hold nothing, linked: freed when this is dropped.
pub(crate) struct Spares<T>(Option<Slots<T>>);

impl<T> Spares<T> {
    /// # Safety
    /// The segments hold nothing and are the caller's.
    pub(super) unsafe fn new(first: Option<Slots<T>>) -> Self {
        Self(first)
    }
}

impl<T> Drop for Spares<T> {
    fn drop(&mut self) {
        while let Some(slots) = self.0 {
            // SAFETY: by the contract of `new`.
            self.0 = unsafe { (*header(slots)).next };
            drop(Segment(slots));
        }
    }
}
