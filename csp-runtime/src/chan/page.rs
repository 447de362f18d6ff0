//! Memory for channels: slots of one size, from pages that stay such for ever: see `util::slab`. So all channels can be found, by who
//! looks at the program from outside, and none of them has to say that it is there.
//!
//! A slot begins with a [`Head`], whoever lives in it. Who looks takes the head's lock and then asks whether there is a channel:
//! its last end takes it off under that lock, and only afterwards touches the rest. A slot without a channel belongs to whoever
//! has it from `at_hand` or `fetch`, but for the lock, which a late looker may hold for an instant even then. That is why pages of channels are
//! never given back: the lock would come free while it is held.

use std::ptr::NonNull;

use super::channel::{Channel, Head};
use crate::util::slab::{Cache, Shared, Slots};

/// A channel's size does not depend on what it carries.
const SLOT: usize = size_of::<Channel<u64>>().next_multiple_of(16);

#[cfg(all(not(debug_assertions), not(feature = "record")))]
const _: () = assert!(SLOT == 128, "two lines");

/// A free slot. Zero is a head without a channel.
#[repr(C)]
struct Free {
    head: Head,
    next: Option<NonNull<Free>>,
}

/// The slots of channels.
enum Channels {}

static SHARED: Shared<Channels> = Shared::new();

thread_local! {
    static CACHE: Cache<Channels, 1> = const { Cache::new() };
    static FLUSH: Flush = const { Flush };
}

struct Flush;

impl Drop for Flush {
    fn drop(&mut self) {
        CACHE.with(Cache::flush);
    }
}

impl Slots for Channels {
    type Slot = NonNull<Free>;

    fn size(_: usize) -> usize {
        SLOT
    }

    unsafe fn slot(start: NonNull<u8>) -> NonNull<Free> {
        start.cast()
    }

    fn start(slot: NonNull<Free>) -> NonNull<u8> {
        slot.cast()
    }

    #[inline(always)]
    unsafe fn next(slot: NonNull<Free>) -> Option<NonNull<Free>> {
        // SAFETY: by the contract; nobody else touches what is behind the head of a free slot.
        unsafe { (*slot.as_ptr()).next }
    }

    #[inline(always)]
    unsafe fn set_next(slot: NonNull<Free>, next: Option<NonNull<Free>>) {
        // SAFETY: as in `next`; through a pointer, for others may look at the head.
        unsafe { (&raw mut (*slot.as_ptr()).next).write(next) };
    }

    fn shared(_: usize) -> &'static Shared<Self> {
        &SHARED
    }

    fn watch() -> bool {
        FLUSH.try_with(|_| ()).is_ok()
    }
}

/// A free slot that this thread has at hand, the caller's alone but for the lock in its head.
#[inline(always)]
pub(super) fn at_hand<T>() -> Option<NonNull<Channel<T>>> {
    const { assert!(size_of::<Channel<T>>() <= SLOT && align_of::<Channel<T>>() <= 16) };
    CACHE.with(|cache| cache.at_hand(0)).map(NonNull::cast)
}

/// As `at_hand`, where there is none.
pub(super) fn fetch<T>() -> NonNull<Channel<T>> {
    CACHE.with(|cache| cache.fetch(0)).cast()
}

/// Takes a slot back.
///
/// # Safety
/// It is from `at_hand` or `fetch`, its head says that there is no channel, and nobody else knows it.
#[inline]
pub(super) unsafe fn free<T>(slot: NonNull<Channel<T>>) {
    // SAFETY: by the contract.
    CACHE.with(|cache| unsafe { cache.put_back(slot.cast(), 0) });
}

/// Calls `f` with the head of every slot that may have a channel.
pub(crate) fn each(mut f: impl FnMut(NonNull<Head>)) {
    SHARED.each(0, &mut |slot: NonNull<Free>| f(slot.cast()));
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::util::slab::tests::Tried;

    #[test]
    fn no_slot_is_given_out_twice_and_a_walk_finds_all() {
        let tried = Tried {
            size: SLOT,
            alloc: || at_hand::<u8>().unwrap_or_else(fetch).as_ptr().expose_provenance(),
            free: |slot| {
                let slot = std::ptr::with_exposed_provenance_mut::<Channel<u8>>(slot);
                // SAFETY: from `alloc` above, and held by nobody else.
                unsafe { free(NonNull::new(slot).unwrap()) };
            },
        };
        tried.no_slot_is_given_out_twice_and_a_walk_finds_all(|f| each(|head| f(head.addr().get())));
    }
}
