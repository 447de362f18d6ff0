//! Whole pages, from the operating system and back to it. What is given back here is resident no more, whatever an allocator in
//! between would keep. The only file that asks for it; where it does not know how, it asks the allocator.

use std::ptr::NonNull;

/// Zeroed memory, aligned to 16 bytes at least. `present`: it is resident from the beginning, so that no access has to wait for a page.
pub(crate) fn take(bytes: usize, present: bool) -> NonNull<u8> {
    imp::take(bytes, present)
}

/// Gives back what `take` gave.
///
/// # Safety
/// It is from `take` with that many bytes, and nobody uses it any more.
pub(crate) unsafe fn give_back(memory: NonNull<u8>, bytes: usize) {
    // SAFETY: forwarded.
    unsafe { imp::give_back(memory, bytes) };
}

/// Makes the pages that lie in this range non-resident: each of them is zero from now on, or, where that is not to be had, as it was.
/// Other threads may read and write them atomically meanwhile.
///
/// # Safety
/// The range is part of what `take` gave, and each of its pages may become zero at any time.
pub(crate) unsafe fn clean(memory: NonNull<u8>, bytes: usize) {
    // SAFETY: forwarded.
    unsafe { imp::clean(memory, bytes) };
}

#[cfg(all(target_os = "linux", not(any(miri, loom))))]
mod imp {
    use std::alloc::{Layout, handle_alloc_error};
    use std::ptr::{NonNull, null_mut};

    use rustix::mm::{Advice, MapFlags, ProtFlags, madvise, mmap_anonymous, munmap};

    pub(super) fn take(bytes: usize, present: bool) -> NonNull<u8> {
        let how = ProtFlags::READ | ProtFlags::WRITE;
        let flags = if present { MapFlags::PRIVATE | MapFlags::POPULATE } else { MapFlags::PRIVATE };
        // SAFETY: a new mapping, which replaces none.
        let memory = unsafe { mmap_anonymous(null_mut(), bytes, how, flags) };
        memory
            .ok()
            .and_then(|memory| NonNull::new(memory.cast()))
            .unwrap_or_else(|| handle_alloc_error(Layout::from_size_align(bytes, 1).expect("small")))
    }

    pub(super) unsafe fn give_back(memory: NonNull<u8>, bytes: usize) {
        // SAFETY: by the contract. It fails only where the system has no room to note a hole: then the pages stay.
        _ = unsafe { munmap(memory.as_ptr().cast(), bytes) };
    }

    pub(super) unsafe fn clean(memory: NonNull<u8>, bytes: usize) {
        let page = rustix::param::page_size();
        let skip = memory.as_ptr().align_offset(page);
        let whole = bytes.saturating_sub(skip) / page * page;
        if whole > 0 {
            // SAFETY: by the contract. It fails where the pages are locked: then they stay as they are.
            _ = unsafe { madvise(memory.as_ptr().add(skip).cast(), whole, Advice::LinuxDontNeed) };
        }
    }
}

#[cfg(not(all(target_os = "linux", not(any(miri, loom)))))]
mod imp {
    use std::alloc::{Layout, alloc_zeroed, dealloc, handle_alloc_error};
    use std::ptr::NonNull;

    fn layout(bytes: usize) -> Layout {
        // Alignment 16: the allocator then gives zero pages without touching them.
        Layout::from_size_align(bytes, 16).expect("fits in memory")
    }

    pub(super) fn take(bytes: usize, _present: bool) -> NonNull<u8> {
        // SAFETY: nobody asks for nothing.
        let memory = unsafe { alloc_zeroed(layout(bytes)) };
        NonNull::new(memory).unwrap_or_else(|| handle_alloc_error(layout(bytes)))
    }

    pub(super) unsafe fn give_back(memory: NonNull<u8>, bytes: usize) {
        // SAFETY: by the contract.
        unsafe { dealloc(memory.as_ptr(), layout(bytes)) };
    }

    pub(super) unsafe fn clean(_memory: NonNull<u8>, _bytes: usize) {}
}
