//! Models of readiness (`ci/model.sh`), I1: an operation that would block against the event that says it need not, a wait that is
//! given up against the event that would end it, and the late event of a registration that is over.

use std::future::poll_fn;
use std::task::{Context, Poll, Waker};

use super::entry::{Entry, Ready, Seat, Seen, Side};
use super::sys::Event;
use crate::shim::atomic::{AtomicBool, Ordering};
use crate::shim::{Arc, thread};
use crate::wait::Wakes;

fn readable() -> Event {
    Event { key: 0, read: true, write: false, held: false }
}

fn report(entry: &Entry, generation: u32) -> usize {
    let mut wakes = Wakes::default();
    let woken = entry.report(generation, readable(), false, &mut wakes);
    wakes.wake_all();
    woken
}

fn poll(entry: &Entry, seat: &mut Seat, cx: &Context<'_>) -> Poll<Seen> {
    entry.poll(Side::Read, seat, cx, |_, _| Ok(())).map(Result::unwrap)
}

#[test]
fn model_i1_an_event_while_an_operation_finds_nothing() {
    loom::model(|| {
        let entry = Arc::new(Entry::new());
        let generation = entry.begin(Ready::Perhaps);
        let there = Arc::new(AtomicBool::new(false));
        let system = {
            let (entry, there) = (Arc::clone(&entry), Arc::clone(&there));
            thread::spawn(move || {
                there.store(true, Ordering::Release);
                report(&entry, generation);
            })
        };
        let mut seat = Seat::NONE;
        // Lost, it would wait for ever.
        loom::future::block_on(poll_fn(|cx| {
            loop {
                match poll(&entry, &mut seat, cx) {
                    Poll::Ready(_) if there.load(Ordering::Acquire) => return Poll::Ready(()),
                    Poll::Ready(seen) => entry.would_block(Side::Read, seen),
                    Poll::Pending => return Poll::Pending,
                }
            }
        }));
        entry.leave(Side::Read, &mut seat);
        system.join().unwrap();
        assert_eq!(entry.waiting(), 0);
    });
}

#[test]
fn model_i1_a_wait_is_given_up_while_its_event_comes() {
    loom::model(|| {
        let entry = Arc::new(Entry::new());
        let generation = entry.begin(Ready::No);
        let (mut seat, mut other) = (Seat::NONE, Seat::NONE);
        let cx = Context::from_waker(Waker::noop());
        assert!(poll(&entry, &mut seat, &cx).is_pending());
        assert!(poll(&entry, &mut other, &cx).is_pending());
        let system = {
            let entry = Arc::clone(&entry);
            thread::spawn(move || report(&entry, generation))
        };
        entry.leave(Side::Read, &mut seat);
        // The other one is woken, whoever was first.
        assert!(system.join().unwrap() >= 1);
        assert_eq!(entry.waiting(), 0);
        assert!(poll(&entry, &mut other, &cx).is_ready());
    });
}

#[test]
fn model_i1_an_event_of_a_registration_that_is_over() {
    loom::model(|| {
        let entry = Arc::new(Entry::new());
        let generation = entry.begin(Ready::Perhaps);
        let system = {
            let entry = Arc::clone(&entry);
            thread::spawn(move || report(&entry, generation))
        };
        entry.end();
        assert_ne!(entry.begin(Ready::No), generation);
        let (mut seat, cx) = (Seat::NONE, Context::from_waker(Waker::noop()));
        assert!(poll(&entry, &mut seat, &cx).is_pending(), "the event was another's");
        assert_eq!(system.join().unwrap(), 0);
        assert_eq!(entry.waiting(), 1);
        entry.end();
    });
}
