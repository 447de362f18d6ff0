//! The values that a channel holds: a ring that never grows by itself, so that a push under the channel's lock is a store.

use std::mem::{MaybeUninit, needs_drop};
use std::ptr::NonNull;

use crate::util::caught::discard_all;

pub(crate) struct Ring<T> {
    store: Store<T>,
    /// A power of two of places, or none. Those from `first` on, `len` of them, hold values.
    places: usize,
    /// Goes up with each value that leaves, and down with each that comes back: so it counts those that passed.
    first: usize,
    len: usize,
}

/// Where the places are: one small one in the ring itself, until there are more.
union Store<T> {
    /// A word, whatever `T` is: so all channels are of one size.
    here: MaybeUninit<usize>,
    /// From a box of so many places.
    there: NonNull<MaybeUninit<T>>,
}

// SAFETY: a ring owns its values, and the box of its places, as a vector does.
unsafe impl<T: Send> Send for Ring<T> {}

impl<T> Ring<T> {
    /// A value is no larger than the pointer to a box of them.
    const FITS: bool = size_of::<T>() <= size_of::<usize>() && align_of::<T>() <= align_of::<usize>();

    /// A ring with one place, or none: it takes no memory.
    #[inline]
    pub(crate) fn new() -> Self {
        let store = if Self::FITS {
            Store { here: MaybeUninit::uninit() }
        } else {
            Store { there: NonNull::dangling() }
        };
        Self { store, places: usize::from(Self::FITS), first: 0, len: 0 }
    }

    /// A ring with at least so many places, and more than one.
    pub(crate) fn with_places(least: usize) -> Self {
        let places = least.next_power_of_two().max(2);
        let there = Box::into_raw(Box::<[T]>::new_uninit_slice(places)).cast::<MaybeUninit<T>>();
        // SAFETY: a box is not null.
        let store = Store { there: unsafe { NonNull::new_unchecked(there) } };
        Self { store, places, first: 0, len: 0 }
    }

    #[inline(always)]
    pub(crate) fn len(&self) -> usize {
        self.len
    }

    #[inline(always)]
    pub(crate) fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// No value is in it, and no memory but its own.
    #[inline(always)]
    pub(crate) fn is_bare(&self) -> bool {
        self.len == 0 && self.places <= 1
    }

    /// How many values left, less those that came back.
    #[inline(always)]
    pub(crate) fn passed(&self) -> usize {
        self.first
    }

    /// Counts values that pass an empty ring by, or that did so and come back.
    #[inline(always)]
    pub(crate) fn count(&mut self, passed: isize) {
        debug_assert!(self.is_empty());
        self.first = self.first.wrapping_add_signed(passed);
    }

    #[inline(always)]
    pub(crate) fn places(&self) -> usize {
        self.places
    }

    /// The place `n` after the first.
    ///
    /// # Safety
    /// There are places.
    #[inline(always)]
    unsafe fn place(&mut self, n: usize) -> &mut MaybeUninit<T> {
        debug_assert!(self.places > 0);
        if Self::FITS && self.places == 1 {
            // SAFETY: one place is never in a box; a value that fits is no larger and no more aligned than the word.
            return unsafe { &mut *(&raw mut self.store.here).cast::<MaybeUninit<T>>() };
        }
        let at = self.first.wrapping_add(n) & self.places.wrapping_sub(1);
        // SAFETY: there are places, not here, so in the box; the mask keeps `at` below their number.
        unsafe { self.store.there.add(at).as_mut() }
    }

    /// # Safety
    /// A place is free: `len() < places()`.
    #[inline(always)]
    pub(crate) unsafe fn push_back(&mut self, value: T) {
        debug_assert!(self.len < self.places);
        // SAFETY: by the contract.
        unsafe { self.place(self.len) }.write(value);
        self.len += 1;
    }

    /// # Safety
    /// A place is free: `len() < places()`.
    pub(crate) unsafe fn push_front(&mut self, value: T) {
        debug_assert!(self.len < self.places);
        self.first = self.first.wrapping_sub(1);
        // SAFETY: by the contract.
        unsafe { self.place(0) }.write(value);
        self.len += 1;
    }

    #[inline(always)]
    pub(crate) fn pop_front(&mut self) -> Option<T> {
        if self.len == 0 {
            return None;
        }
        // SAFETY: a value is there, so there are places, and the first of `len` holds one; it is forgotten next.
        let value = unsafe { self.place(0).assume_init_read() };
        self.first = self.first.wrapping_add(1);
        self.len -= 1;
        Some(value)
    }
}

impl<T> Drop for Ring<T> {
    #[inline]
    fn drop(&mut self) {
        /// Frees the places once the values are gone.
        struct Free<T>(Option<(NonNull<MaybeUninit<T>>, usize)>);
        impl<T> Drop for Free<T> {
            fn drop(&mut self) {
                if let Some((there, places)) = self.0 {
                    let there = NonNull::slice_from_raw_parts(there, places);
                    // SAFETY: `with_places` made the box, and nobody else frees it. The places drop nothing.
                    drop(unsafe { Box::from_raw(there.as_ptr()) });
                }
            }
        }
        let mut free = Free(None);
        if self.places > 1 {
            // SAFETY: more than one place is in a box.
            free.0 = Some((unsafe { self.store.there }, self.places));
        }
        if needs_drop::<T>() && self.len > 0 {
            discard_all(|| self.pop_front());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Ring;

    #[test]
    fn a_ring_goes_round() {
        let mut ring = Ring::with_places(3);
        assert_eq!((ring.places(), ring.len()), (4, 0));
        let mut next = 0;
        for round in 0..50 {
            while ring.len() < ring.places() {
                // SAFETY: a place is free.
                unsafe { ring.push_back(Box::new(next)) };
                next += 1;
            }
            for _ in 0..=round % 4 {
                let first = next - ring.len();
                assert_eq!(ring.pop_front().as_deref(), Some(&first));
                if round % 3 == 0 {
                    // SAFETY: as above.
                    unsafe { ring.push_front(Box::new(first)) };
                    assert_eq!(ring.pop_front().as_deref(), Some(&first));
                }
            }
        }
        assert!(!ring.is_empty(), "what is left is dropped with the ring");
    }

    #[test]
    fn a_ring_without_places_gives_nothing() {
        assert_eq!(Ring::<String>::new().pop_front(), None);
    }

    #[test]
    fn a_small_value_has_a_place_in_the_ring() {
        let mut ring = Ring::new();
        assert_eq!((ring.places(), Ring::<[u64; 2]>::new().places()), (1, 0));
        for n in 0..3 {
            // SAFETY: the place is free.
            unsafe { ring.push_back(Box::new(n)) };
            assert_eq!(ring.pop_front().as_deref(), Some(&n));
            // SAFETY: as above.
            unsafe { ring.push_front(Box::new(n)) };
            let mut moved = ring;
            assert_eq!((moved.len(), moved.pop_front().as_deref()), (1, Some(&n)));
            ring = moved;
        }
        // SAFETY: as above.
        unsafe { ring.push_back(Box::new(9)) };
    }
}
