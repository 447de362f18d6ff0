//! The values that a channel holds: a ring that never grows by itself, so that a push under the channel's lock is a store.

use std::mem::MaybeUninit;

pub(crate) struct Ring<T> {
    /// A power of two of places, or none. Those from `first` on, `len` of them, hold values.
    places: Box<[MaybeUninit<T>]>,
    first: usize,
    len: usize,
}

impl<T> Ring<T> {
    /// A ring without places.
    pub(crate) fn new() -> Self {
        Self { places: Box::new([]), first: 0, len: 0 }
    }

    /// A ring with at least so many places.
    pub(crate) fn with_places(least: usize) -> Self {
        let places = Box::new_uninit_slice(least.next_power_of_two());
        Self { places, first: 0, len: 0 }
    }

    #[inline(always)]
    pub(crate) fn len(&self) -> usize {
        self.len
    }

    #[inline(always)]
    pub(crate) fn is_empty(&self) -> bool {
        self.len == 0
    }

    #[inline(always)]
    pub(crate) fn places(&self) -> usize {
        self.places.len()
    }

    /// The place `n` after the first.
    ///
    /// # Safety
    /// There are places.
    #[inline(always)]
    unsafe fn place(&mut self, n: usize) -> &mut MaybeUninit<T> {
        let at = self.first.wrapping_add(n) & self.places.len().wrapping_sub(1);
        debug_assert!(at < self.places.len());
        // SAFETY: by the contract; the mask keeps `at` below a power of two.
        unsafe { self.places.get_unchecked_mut(at) }
    }

    /// # Safety
    /// A place is free: `len() < places()`.
    #[inline(always)]
    pub(crate) unsafe fn push_back(&mut self, value: T) {
        debug_assert!(self.len < self.places.len());
        // SAFETY: by the contract.
        unsafe { self.place(self.len) }.write(value);
        self.len += 1;
    }

    /// # Safety
    /// A place is free: `len() < places()`.
    pub(crate) unsafe fn push_front(&mut self, value: T) {
        debug_assert!(self.len < self.places.len());
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
    fn drop(&mut self) {
        // A vector goes on with the others when the drop of one panics.
        drop(std::iter::from_fn(|| self.pop_front()).collect::<Vec<T>>());
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
}
