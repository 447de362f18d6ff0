//! The values that a channel buffers: a queue of segments. No value is ever moved within it, and none of its operations
//! allocates or frees, so that each is a few instructions under the channel's lock, however many values there are.
//!
//! | mode | flags | is |
//! |---|---|---|
//! | bare | none | one slot in the ring itself, for a value that is no larger than a word; no memory of its own |
//! | single | `HEAP` | one segment, used as a circular buffer |
//! | chain | `HEAP`, `CHAIN` | several segments: values are read from the oldest and written to the newest |
//!
//! Values are numbered as they pass. Value `n` lies at `n` modulo the number of slots of its segment, in every mode: a segment of a
//! chain holds as many consecutive values as it has slots, at most, so no two of them meet. That is why a single ring becomes the
//! oldest segment of a chain, and the last segment of a chain a single ring, without a move.
//!
//! Segments that hold no value are *spare* ones: brought by a sender that found no slot ([`Ring::add_spare`]), or read to their end.
//! They are taken into the chain again when its newest segment is full, or out of the ring to be freed without the lock
//! ([`Ring::take_spares`]).

mod segment;

use std::mem::{MaybeUninit, needs_drop};
use std::ptr::NonNull;

pub(crate) use segment::{Segment, Spares};
use segment::{Slots, header};

use crate::util::caught::discard_all;

pub(crate) struct Ring<T> {
    store: Store<T>,
    /// One less than the slots of the oldest segment, a power of two. 0: the slot is here, or there is none.
    mask: u32,
    flags: u32,
    /// The number of the first value: goes up with each value that leaves, and down with each that comes back, so that it counts those
    /// that passed.
    first: usize,
    len: usize,
}

/// Where the slots of the oldest segment are.
union Store<T> {
    /// A word, whatever `T` is: so all channels are of one size.
    here: MaybeUninit<usize>,
    there: Slots<T>,
}

/// There is a segment.
const HEAP: u32 = 1;
/// There are several that may hold values.
const CHAIN: u32 = 2;
/// There are spare ones.
const SPARE: u32 = 4;
/// A segment became spare since spare ones were last taken out.
const RETIRED: u32 = 8;

// SAFETY: a ring owns its values and segments, as a vector does.
unsafe impl<T: Send> Send for Ring<T> {}

impl<T> Ring<T> {
    /// A value is no larger than the pointer to a segment.
    const FITS: bool = size_of::<T>() <= size_of::<usize>() && align_of::<T>() <= align_of::<usize>();

    /// The least and the most slots of a segment: powers of two.
    pub(crate) const LEAST: usize = 4;
    pub(crate) const MOST: usize = {
        let slots = (32 << 10) / if size_of::<T>() == 0 { 1 } else { size_of::<T>() };
        if slots > Self::LEAST { 1 << slots.ilog2() } else { Self::LEAST }
    };

    /// A ring with one slot, or none: it takes no memory.
    #[inline]
    pub(crate) fn new() -> Self {
        let store = if Self::FITS {
            Store { here: MaybeUninit::uninit() }
        } else {
            Store { there: NonNull::dangling() }
        };
        Self { store, mask: 0, flags: 0, first: 0, len: 0 }
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
        self.len == 0 && self.flags == 0
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

    /// Whether there is no segment but one, so that slots are as in a circular buffer.
    #[inline(always)]
    pub(crate) fn is_plain(&self) -> bool {
        self.flags & !HEAP == 0
    }

    /// Whether `pop_plain` will not do, or spare segments could be freed.
    #[inline(always)]
    pub(crate) fn needs_care(&self) -> bool {
        self.flags & (CHAIN | RETIRED) != 0
    }

    /// The slots that `push_plain` may count on: none in a chain.
    #[inline(always)]
    pub(crate) fn plain_slots(&self) -> usize {
        match self.flags & (HEAP | CHAIN) {
            HEAP => self.mask as usize + 1,
            0 => usize::from(Self::FITS),
            _ => 0,
        }
    }

    /// The slot of the value `n` after the first, if it is in the oldest segment.
    ///
    /// # Safety
    /// There are slots.
    #[inline(always)]
    unsafe fn slot(&mut self, n: usize) -> *mut T {
        if Self::FITS && self.mask == 0 {
            // A value that fits is no larger and no more aligned than the word.
            return (&raw mut self.store.here).cast();
        }
        debug_assert!(self.flags & HEAP != 0);
        let at = self.first.wrapping_add(n) & self.mask as usize;
        // SAFETY: the slots are not here, so in a segment; the mask keeps `at` below their number.
        unsafe { self.store.there.add(at).as_ptr().cast() }
    }

    /// # Safety
    /// `len() < plain_slots()`.
    #[inline(always)]
    pub(crate) unsafe fn push_plain(&mut self, value: T) {
        debug_assert!(self.len < self.plain_slots());
        // SAFETY: by the contract.
        unsafe { self.slot(self.len).write(value) };
        self.len += 1;
    }

    /// # Safety
    /// `room_behind() > 0`.
    #[inline]
    pub(crate) unsafe fn push_back(&mut self, value: T) {
        debug_assert!(self.room_behind() > 0);
        if self.is_plain() {
            // SAFETY: a slot is free, and all are in one ring.
            return unsafe { self.push_plain(value) };
        }
        // SAFETY: forwarded.
        unsafe { self.push_on(value) }
    }

    /// # Safety
    /// `room_in_front()`.
    pub(crate) unsafe fn push_front(&mut self, value: T) {
        debug_assert!(self.room_in_front());
        self.first = self.first.wrapping_sub(1);
        // SAFETY: by the contract; in a chain the oldest segment ends where it did.
        unsafe { self.slot(0).write(value) };
        self.len += 1;
    }

    /// As `pop_front`, if `pops_plainly` or nothing is there.
    #[inline(always)]
    pub(crate) fn pop_plain(&mut self) -> Option<T> {
        if self.len == 0 {
            return None;
        }
        debug_assert!(self.pops_plainly());
        // SAFETY: a value is there, so there are slots, and the first of `len` holds one; it is forgotten next.
        let value = unsafe { self.slot(0).read() };
        self.first = self.first.wrapping_add(1);
        self.len -= 1;
        Some(value)
    }

    #[inline]
    pub(crate) fn pop_front(&mut self) -> Option<T> {
        if !self.pops_plainly() {
            self.advance();
        }
        self.pop_plain()
    }

    /// Whether the first value, if there is one, is in the segment that was the oldest so far.
    #[inline]
    pub(crate) fn pops_plainly(&self) -> bool {
        // SAFETY: in a chain there is a header.
        self.flags & CHAIN == 0 || unsafe { (*self.header()).end } != self.first
    }

    /// How many values can be added at the back.
    pub(crate) fn room_behind(&self) -> usize {
        let spare = self.spare_slots();
        if self.flags & CHAIN == 0 {
            return self.plain_slots() - self.len + spare;
        }
        // SAFETY: in a chain there is a header, and a newest segment, which has one.
        let end = unsafe { (*header((*self.header()).newest)).end };
        end.wrapping_sub(self.first.wrapping_add(self.len)) + spare
    }

    /// Whether a value can be added in front.
    pub(crate) fn room_in_front(&self) -> bool {
        if self.flags & CHAIN == 0 { self.len < self.plain_slots() } else { self.read_slots() > 0 }
    }

    /// Slots of the oldest segment of a chain whose values left: they cannot be used before all have.
    pub(crate) fn read_slots(&self) -> usize {
        if self.flags & CHAIN == 0 {
            return 0;
        }
        // SAFETY: in a chain there is a header.
        let left = unsafe { (*self.header()).end }.wrapping_sub(self.first);
        self.mask as usize + 1 - left
    }

    fn spare_slots(&self) -> usize {
        // SAFETY: where there are spare segments there is a header.
        if self.flags & SPARE == 0 { 0 } else { unsafe { (*self.header()).spare_slots } }
    }

    /// The header of the oldest segment.
    fn header(&self) -> *mut segment::Header<T> {
        debug_assert!(self.flags & HEAP != 0);
        // SAFETY: there is a segment.
        header(unsafe { self.store.there })
    }

    /// Takes one more segment, for values at the back.
    pub(crate) fn add_spare(&mut self, segment: Segment<T>) {
        if self.flags & HEAP == 0 {
            return self.settle(segment);
        }
        self.shelve(segment.into_slots());
    }

    /// Takes one more segment, for values in front.
    pub(crate) fn add_front(&mut self, segment: Segment<T>) {
        if self.flags & HEAP == 0 {
            return self.settle(segment);
        }
        let slots = segment.into_slots();
        let (old, new) = (self.header(), header(slots));
        // SAFETY: both are segments of this ring now, or about to be.
        unsafe {
            if self.flags & CHAIN == 0 {
                (*old).end = self.first.wrapping_add((*old).slots);
                (*old).newest = self.store.there;
            }
            (*new).end = self.first;
            (*new).next = Some(self.store.there);
            self.flags |= CHAIN;
            self.lead(slots, old);
        }
    }

    /// The first segment of a bare ring. The one place where a value is moved: the one that is no larger than a word.
    fn settle(&mut self, segment: Segment<T>) {
        let mut old = std::mem::replace(self, Self::new());
        self.store.there = segment.into_slots();
        self.flags = HEAP;
        // SAFETY: the segment is this ring's.
        self.mask = unsafe { (*self.header()).slots } as u32 - 1;
        self.first = old.first;
        if let Some(value) = old.pop_plain() {
            // SAFETY: a segment has at least two slots, and none is in use.
            unsafe { self.push_plain(value) };
        }
    }

    /// A segment that holds nothing becomes a spare one.
    fn shelve(&mut self, slots: Slots<T>) {
        let head = self.header();
        // SAFETY: both are segments of this ring.
        unsafe {
            let spare = header(slots);
            (*spare).next = (self.flags & SPARE != 0).then(|| (*head).spare);
            (*head).spare_slots = self.spare_slots() + (*spare).slots;
            (*head).spare = slots;
        }
        self.flags |= SPARE;
    }

    /// This segment is the oldest from now on; `before` was it until now, and its header knows the others.
    ///
    /// # Safety
    /// Both are of this ring's segments.
    unsafe fn lead(&mut self, slots: Slots<T>, before: *mut segment::Header<T>) {
        let new = header(slots);
        // SAFETY: by the contract.
        unsafe {
            ((*new).newest, (*new).spare, (*new).spare_slots) =
                ((*before).newest, (*before).spare, (*before).spare_slots);
            self.mask = (*new).slots as u32 - 1;
        }
        self.store.there = slots;
    }

    /// Adds a value at the back of a ring that has, or has had, more than one segment.
    ///
    /// # Safety
    /// `room_behind() > 0`.
    #[cold]
    unsafe fn push_on(&mut self, value: T) {
        let at = self.first.wrapping_add(self.len);
        let head = self.header();
        // SAFETY: the segments are this ring's. Where the newest is full there is a spare one, by the contract.
        unsafe {
            if self.flags & CHAIN == 0 {
                if self.len <= self.mask as usize {
                    return self.push_plain(value);
                }
                (*head).end = at;
                (*head).newest = self.store.there;
                self.flags |= CHAIN;
            }
            let mut newest = (*head).newest;
            if (*header(newest)).end == at {
                let spare = (*head).spare;
                let new = header(spare);
                (*head).spare_slots -= (*new).slots;
                match (*new).next.take() {
                    Some(next) => (*head).spare = next,
                    None => self.flags &= !SPARE,
                }
                (*new).end = at.wrapping_add((*new).slots);
                (*header(newest)).next = Some(spare);
                (*head).newest = spare;
                newest = spare;
            }
            newest.add(at & ((*header(newest)).slots - 1)).as_ptr().write(MaybeUninit::new(value));
        }
        self.len += 1;
    }

    /// All values of the oldest segment left: the next one is the oldest now.
    #[cold]
    fn advance(&mut self) {
        // SAFETY: a chain has segments.
        let (read, head) = unsafe { (self.store.there, self.header()) };
        // SAFETY: the segments are this ring's; in a chain the oldest is not the newest.
        unsafe {
            let next = (*head).next.take().expect("a chain goes on");
            self.lead(next, head);
            if next == (*head).newest {
                self.flags &= !CHAIN;
            }
        }
        self.shelve(read);
        self.flags |= RETIRED;
    }

    /// Takes the spare segments out, to be freed without the lock.
    #[cold]
    pub(crate) fn take_spares(&mut self) -> Spares<T> {
        let spares = (self.flags & SPARE != 0).then(|| {
            // SAFETY: the header knows the spare ones.
            unsafe {
                (*self.header()).spare_slots = 0;
                (*self.header()).spare
            }
        });
        self.flags &= !(SPARE | RETIRED);
        // SAFETY: they hold nothing, and the ring knows them no more.
        unsafe { Spares::new(spares) }
    }

    /// Whether a segment became spare since `take_spares`.
    pub(crate) fn has_retired(&self) -> bool {
        self.flags & RETIRED != 0
    }

    /// Drops the values, then frees the segments; goes on when the drop of a value panics.
    #[cold]
    #[inline(never)]
    fn clear(&mut self) {
        struct Segments<'a, T>(&'a mut Ring<T>);
        impl<T> Drop for Segments<'_, T> {
            fn drop(&mut self) {
                drop(self.0.take_spares());
                if self.0.flags & HEAP != 0 {
                    // SAFETY: the segments are linked from the oldest on, and hold nothing any more.
                    drop(unsafe { Spares::new(Some(self.0.store.there)) });
                }
                self.0.flags = 0;
            }
        }
        let segments = Segments(self);
        if needs_drop::<T>() {
            discard_all(|| segments.0.pop_front());
        }
    }
}

impl<T> Drop for Ring<T> {
    #[inline]
    fn drop(&mut self) {
        if !self.is_bare() {
            self.clear();
        }
    }
}

#[cfg(test)]
mod tests;
