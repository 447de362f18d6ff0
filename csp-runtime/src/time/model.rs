//! T1: a timer fires while its owner drops it, resets it, or is polled by another process.

use std::pin::Pin;
use std::sync::Arc as Plain;
use std::task::{Context, Poll, Wake, Waker};

use loom::sync::Arc;
use loom::sync::atomic::{AtomicUsize, Ordering};
use loom::thread;

use super::shard::{Entry, Shard};

/// The clock never gets there; only the model says that it is later.
const FIRST: u64 = 1 << 62;
const SECOND: u64 = FIRST + (1 << 30);

/// A shard that is freed with the model's iteration.
struct Owned(*mut Shard);

// SAFETY: a shard may be used from any thread.
unsafe impl Send for Owned {}
// SAFETY: as above.
unsafe impl Sync for Owned {}

impl Owned {
    fn new() -> Arc<Self> {
        Arc::new(Self(Box::into_raw(Box::new(Shard::new()))))
    }

    fn get(&self) -> &'static Shard {
        // SAFETY: each model drops its entries and joins its threads before the last `Arc` goes.
        unsafe { &*self.0 }
    }
}

impl Drop for Owned {
    fn drop(&mut self) {
        // SAFETY: it came from `Box::into_raw`, and nobody uses it any more (see `get`).
        drop(unsafe { Box::from_raw(self.0) });
    }
}

struct Count(AtomicUsize);

impl Wake for Count {
    fn wake(self: Plain<Self>) {
        // ORDERING: AcqRel: the test reads other fields only after it joined the threads.
        self.0.fetch_add(1, Ordering::AcqRel);
    }
}

fn count() -> Plain<Count> {
    Plain::new(Count(AtomicUsize::new(0)))
}

fn poll(entry: &mut Pin<Box<Entry>>, shard: &'static Shard, deadline: u64, waker: &Plain<Count>) -> Poll<()> {
    let waker = Waker::from(waker.clone());
    entry.as_mut().poll(deadline, true, &mut Context::from_waker(&waker), || shard, |_, _| ())
}

#[test]
fn t1_fire_against_drop() {
    loom::model(|| {
        let shard = Owned::new();
        let woken = count();
        let mut entry = Box::pin(Entry::new());
        assert!(poll(&mut entry, shard.get(), FIRST, &woken).is_pending());
        let other = shard.clone();
        let expirer = thread::spawn(move || other.get().expire(SECOND));
        drop(entry);
        let fired = expirer.join().unwrap();
        assert_eq!(fired, woken.0.load(Ordering::Acquire));
        assert_eq!(Plain::strong_count(&woken), 1);
        assert_eq!(shard.get().next_deadline(), u64::MAX);
    });
}

#[test]
fn t1_fire_against_reset() {
    loom::model(|| {
        let shard = Owned::new();
        let woken = count();
        let mut entry = Box::pin(Entry::new());
        assert!(poll(&mut entry, shard.get(), FIRST, &woken).is_pending());
        let other = shard.clone();
        let expirer = thread::spawn(move || other.get().expire(FIRST));
        // The owner wants a later time now, in whatever state the first one is.
        assert!(poll(&mut entry, shard.get(), SECOND, &woken).is_pending());
        let early = expirer.join().unwrap();
        assert_eq!(woken.0.load(Ordering::Acquire), early, "at most the deadline that was given up");
        assert!(
            poll(&mut entry, shard.get(), SECOND, &woken).is_pending(),
            "and it is not taken for the new one"
        );
        assert_eq!(shard.get().expire(SECOND), 1);
        assert_eq!(woken.0.load(Ordering::Acquire), early + 1);
        assert!(poll(&mut entry, shard.get(), SECOND, &woken).is_ready());
        drop(entry);
    });
}

#[test]
fn t1_fire_against_another_waker() {
    loom::model(|| {
        let shard = Owned::new();
        let (first, second) = (count(), count());
        let mut entry = Box::pin(Entry::new());
        assert!(poll(&mut entry, shard.get(), FIRST, &first).is_pending());
        let other = shard.clone();
        let expirer = thread::spawn(move || other.get().expire(FIRST));
        let ready = poll(&mut entry, shard.get(), FIRST, &second).is_ready();
        assert_eq!(expirer.join().unwrap(), 1);
        let (first, second) = (first.0.load(Ordering::Acquire), second.0.load(Ordering::Acquire));
        // Ready: the first was woken. Pending: the second will be.
        assert_eq!((first, second), if ready { (1, 0) } else { (0, 1) });
        assert!(poll(&mut entry, shard.get(), FIRST, &count()).is_ready());
        drop(entry);
    });
}

#[test]
fn t1_two_workers_expire_one_shard_while_an_owner_leaves() {
    loom::model(|| {
        let shard = Owned::new();
        let (stays, leaves) = (count(), count());
        let mut staying = Box::pin(Entry::new());
        let mut leaving = Box::pin(Entry::new());
        assert!(poll(&mut staying, shard.get(), FIRST, &stays).is_pending());
        assert!(poll(&mut leaving, shard.get(), FIRST, &leaves).is_pending());
        let workers = [shard.clone(), shard.clone()].map(|s| thread::spawn(move || s.get().expire(FIRST)));
        drop(leaving);
        let fired: usize = workers.into_iter().map(|w| w.join().unwrap()).sum();
        assert_eq!(stays.0.load(Ordering::Acquire), 1);
        assert_eq!(fired, 1 + leaves.0.load(Ordering::Acquire));
        assert!(poll(&mut staying, shard.get(), FIRST, &stays).is_ready());
        drop(staying);
    });
}
