//! What a channel does with its ring of several segments, and when it needs one more.

use super::{MANY, State};
use crate::chan::ring::{Ring, Segment, Spares};

impl<T> State<T> {
    /// Whether the ring needs one more segment before the next value.
    #[inline(always)]
    pub(super) fn must_grow(&self) -> bool {
        if self.ring.is_plain() { self.used() >= self.ring.plain_slots() } else { self.must_grow_chain() }
    }

    /// The same for a ring of several segments.
    ///
    /// Slots of its oldest segment cannot be used again before all of them are read. But a full channel takes a waiting sender's value
    /// for each that leaves, under the lock, where nothing can be allocated. So a channel that becomes full has as many slots as its
    /// capacity and the largest segment have together: then at most all but one of the oldest segment's are read while `capacity - 1`
    /// values are buffered, and a slot is left. None of them is freed while it is full, or a sender waits (`take_spares`).
    #[cold]
    fn must_grow_chain(&self) -> bool {
        let (behind, read) = (self.ring.room_behind(), self.ring.read_slots());
        if behind <= self.held as usize {
            return true;
        }
        let is_ring = self.ring.plain_slots() >= self.capacity;
        let slots = self.ring.len() + behind + read;
        self.used() + 1 >= self.capacity && !is_ring && slots < self.capacity.saturating_add(self.largest())
    }

    /// Whether the ring needs one more segment before a value that comes back.
    pub(super) fn must_grow_in_front(&self) -> bool {
        if self.ring.is_plain() {
            self.used() >= self.ring.plain_slots()
        } else {
            !self.ring.room_in_front() || self.must_grow_chain()
        }
    }

    /// The most slots that a segment of this channel has.
    fn largest(&self) -> usize {
        self.capacity.clamp(Ring::<T>::LEAST, Ring::<T>::MOST).next_power_of_two()
    }

    /// How many slots the segment has that is to be brought when `Grow` was answered: each is larger than the last, so that the one which
    /// is left when the others are read is large enough next time.
    pub(crate) fn wanted_slots(&self) -> usize {
        let largest = self.largest();
        self.used().saturating_mul(2).clamp(Ring::<T>::LEAST, largest).next_power_of_two()
    }

    /// Takes one more segment, unless none is needed any more.
    pub(crate) fn grow(&mut self, segment: Segment<T>) -> Option<Segment<T>> {
        if !self.must_grow() {
            return Some(segment);
        }
        self.ring.add_spare(segment);
        self.ring_changed();
        None
    }

    /// The same for a value that comes back.
    pub(crate) fn grow_in_front(&mut self, segment: Segment<T>) -> Option<Segment<T>> {
        if !self.must_grow_in_front() {
            return Some(segment);
        }
        if self.ring.is_plain() || !self.ring.room_in_front() {
            self.ring.add_front(segment);
        } else {
            self.ring.add_spare(segment);
        }
        self.ring_changed();
        None
    }

    pub(super) fn ring_changed(&mut self) {
        self.flags = if self.ring.needs_care() { self.flags | MANY } else { self.flags & !MANY };
        self.quick_places = self.ring.plain_slots().min(self.capacity);
    }

    /// # Safety
    /// The ring has a slot: `must_grow` said no, or it was full and a value left.
    #[inline(always)]
    pub(super) unsafe fn store_back(&mut self, value: T) {
        if self.ring.is_plain() {
            // SAFETY: forwarded; there is one segment at most.
            unsafe { self.ring.push_plain(value) };
        } else {
            // SAFETY: forwarded.
            unsafe { self.store_back_in_chain(value) };
        }
    }

    /// # Safety
    /// As for `store_back`.
    #[cold]
    #[inline(never)]
    unsafe fn store_back_in_chain(&mut self, value: T) {
        // SAFETY: forwarded.
        unsafe { self.ring.push_back(value) };
        self.ring_changed();
    }

    #[inline(always)]
    pub(super) fn take_first(&mut self) -> Option<T> {
        if self.ring.is_empty() {
            return None;
        }
        if self.flags & MANY == 0 { self.ring.pop_plain() } else { self.take_first_of_chain() }
    }

    #[cold]
    #[inline(never)]
    fn take_first_of_chain(&mut self) -> Option<T> {
        let value = self.ring.pop_front();
        self.ring_changed();
        value
    }

    /// Takes out what the ring does not need any more, to be freed without the lock.
    pub(crate) fn take_spares(&mut self) -> Option<Spares<T>> {
        let free = self.ring.has_retired() && self.sending.is_empty() && (self.has_room() || self.refuses());
        free.then(|| {
            let spares = self.ring.take_spares();
            self.ring_changed();
            spares
        })
    }
}
