use std::collections::VecDeque;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};

use super::{Ring, Segment};
use crate::shim::choice;

/// Of a size that makes segments of four slots the largest.
type Large = Box<[usize; 1]>;

fn push<T>(ring: &mut Ring<T>, value: T, slots: usize) {
    if ring.room_behind() == 0 {
        ring.add_spare(Segment::new(slots));
    }
    // SAFETY: there is room.
    unsafe { ring.push_back(value) };
}

fn push_front<T>(ring: &mut Ring<T>, value: T, slots: usize) {
    if !ring.room_in_front() {
        ring.add_front(Segment::new(slots));
    }
    // SAFETY: there is room.
    unsafe { ring.push_front(value) };
}

/// Random pushes, pops and values that come back, with segments of random sizes, beside a queue that is known to be right.
#[test]
fn a_ring_does_what_a_queue_does() {
    choice::seed(7);
    for round in 0..if cfg!(miri) { 20 } else { 2_000 } {
        let (mut ring, mut queue) = (Ring::<Large>::new(), VecDeque::new());
        let start = if round % 3 == 0 { isize::MAX } else { 0 };
        ring.count(start);
        ring.count(if round % 3 == 0 { isize::MAX } else { 0 });
        let mut next = 0;
        for _ in 0..200 {
            let slots = 1 << (1 + choice::below(4));
            match choice::below(8) {
                0..4 => {
                    push(&mut ring, Box::new([next]), slots);
                    queue.push_back(next);
                    next += 1;
                }
                4..6 => assert_eq!(ring.pop_front().map(|value| value[0]), queue.pop_front()),
                6 => {
                    if let Some(value) = ring.pop_front() {
                        push_front(&mut ring, value, slots);
                    }
                    if let Some(&first) = queue.front() {
                        queue.push_front(first + 1_000);
                        push_front(&mut ring, Box::new([first + 1_000]), slots);
                    }
                }
                _ => drop(ring.take_spares()),
            }
            assert_eq!(ring.len(), queue.len());
            assert_eq!(ring.plain_slots() == 0, !ring.is_empty() && ring.flags & super::CHAIN != 0);
        }
        // The rest is dropped with the ring, every other time.
        while round % 2 == 0 && !queue.is_empty() {
            assert_eq!(ring.pop_front().map(|value| value[0]), queue.pop_front());
        }
    }
}

#[test]
fn a_ring_without_slots_gives_nothing() {
    let mut ring = Ring::<String>::new();
    assert_eq!((ring.pop_front(), ring.plain_slots(), ring.room_behind()), (None, 0, 0));
}

#[test]
fn a_small_value_has_a_slot_in_the_ring() {
    let mut ring = Ring::new();
    assert_eq!((ring.plain_slots(), Ring::<[u64; 2]>::new().plain_slots()), (1, 0));
    for n in 0..3 {
        push(&mut ring, Box::new(n), 4);
        assert!(ring.flags == 0);
        assert_eq!(ring.pop_front().as_deref(), Some(&n));
        push_front(&mut ring, Box::new(n), 4);
        let mut moved = ring;
        assert_eq!((moved.len(), moved.pop_front().as_deref()), (1, Some(&n)));
        ring = moved;
    }
    push(&mut ring, Box::new(9), 4);
}

#[test]
fn values_stay_where_they_are_when_the_ring_grows() {
    let mut ring = Ring::<[u64; 2]>::new();
    for n in 0..4 {
        push(&mut ring, [n; 2], 4);
    }
    // SAFETY: the ring has slots.
    let before = unsafe { ring.slot(0) };
    for n in 4..200 {
        push(&mut ring, [n; 2], 8);
        // SAFETY: as above.
        assert_eq!(unsafe { (ring.slot(0), *ring.slot(0)) }, (before, [0; 2]));
    }
}

#[test]
fn segments_that_were_read_can_be_freed_and_the_last_is_a_ring_again() {
    let mut ring = Ring::<[u64; 2]>::new();
    for n in 0..20 {
        push(&mut ring, [n; 2], 4);
    }
    assert!(!ring.is_plain() && ring.spare_slots() == 0);
    for n in 0..20 {
        assert_eq!(ring.pop_front(), Some([n; 2]));
    }
    assert_eq!((ring.spare_slots(), ring.plain_slots(), ring.has_retired()), (16, 4, true));
    drop(ring.take_spares());
    assert!(ring.is_plain() && !ring.has_retired());
}

/// One destructor that panics keeps no other from running.
#[test]
fn a_panic_in_a_drop_leaves_no_value_behind() {
    struct Counts(Arc<AtomicUsize>, bool);
    impl Drop for Counts {
        fn drop(&mut self) {
            self.0.fetch_add(1, Relaxed);
            if self.1 {
                panic!("this one does not like to go");
            }
        }
    }
    let dropped = Arc::new(AtomicUsize::new(0));
    let mut ring = Ring::new();
    for n in 0..50 {
        push(&mut ring, Counts(dropped.clone(), n == 20), 4);
    }
    drop(ring);
    assert_eq!((dropped.load(Relaxed), Arc::strong_count(&dropped)), (50, 1));
}
