//! T2: processes that wait for one tick, each in a seat of its own, against a reset to an earlier time.

use std::sync::Arc as Plain;
use std::task::{Context, Wake, Waker};
use std::time::Duration;

use super::{Seat, Tick, tick};
use crate::shim::atomic::{AtomicUsize, Ordering};
use crate::shim::{Arc, thread};

/// The clock comes to neither.
const LATE: Duration = Duration::from_secs(1 << 30);
const SOON: Duration = Duration::from_secs(1 << 20);

struct Count(AtomicUsize);

impl Wake for Count {
    fn wake(self: Plain<Self>) {
        // ORDERING: AcqRel: read after the threads are joined.
        self.0.fetch_add(1, Ordering::AcqRel);
    }
}

/// One that waits, and how often it was woken.
struct Waiter<'a> {
    seat: Seat<'a>,
    woken: Plain<Count>,
    until: u64,
}

impl<'a> Waiter<'a> {
    fn new(tick: &'a Tick) -> Self {
        let mut waiter = Self {
            seat: Seat { tick, number: None },
            woken: Plain::new(Count(AtomicUsize::new(0))),
            until: 0,
        };
        waiter.watch();
        waiter
    }

    /// Waits for the next tick.
    fn watch(&mut self) {
        let waker = Waker::from(Plain::clone(&self.woken));
        self.until = self.seat.watch(&Context::from_waker(&waker));
    }

    fn woken(&self) -> usize {
        self.woken.0.load(Ordering::Acquire)
    }

    /// It waits for the tick that comes next, or was woken to find out; then it leaves, and its waker with it.
    fn is_told(self) {
        assert!(self.until == self.seat.tick.state().next || self.woken() > 0, "it sleeps too long");
        drop(self.seat);
        assert_eq!(Plain::strong_count(&self.woken), 1, "a waker is left behind");
    }
}

fn resets(ticker: &Arc<Tick>) -> thread::JoinHandle<()> {
    let ticker = Arc::clone(ticker);
    thread::spawn(move || ticker.reset(SOON))
}

#[test]
fn t2_reset_against_a_first_wait() {
    loom::model(|| {
        let ticker = Arc::new(tick(LATE));
        let reset = resets(&ticker);
        let waiter = Waiter::new(&ticker);
        reset.join().unwrap();
        waiter.is_told();
    });
}

#[test]
fn t2_reset_against_another_waker() {
    loom::model(|| {
        let ticker = Arc::new(tick(LATE));
        let mut waiter = Waiter::new(&ticker);
        let reset = resets(&ticker);
        let before = std::mem::replace(&mut waiter.woken, Plain::new(Count(AtomicUsize::new(0))));
        waiter.watch();
        reset.join().unwrap();
        // The one that it had first may have been woken; it counts for nothing now.
        assert!(before.0.load(Ordering::Acquire) <= 1);
        assert_eq!(Plain::strong_count(&before), 1, "a waker is left behind");
        waiter.is_told();
    });
}

#[test]
fn t2_reset_while_one_leaves_and_another_comes() {
    loom::model(|| {
        let ticker = Arc::new(tick(LATE));
        let (leaves, stays) = (Waiter::new(&ticker), Waiter::new(&ticker));
        let reset = resets(&ticker);
        let Waiter { seat, woken, .. } = leaves;
        drop(seat);
        // It gets the free seat.
        let comes = Waiter::new(&ticker);
        reset.join().unwrap();
        assert_eq!(stays.woken(), 1);
        assert!(woken.0.load(Ordering::Acquire) <= 1 && Plain::strong_count(&woken) == 1);
        assert_eq!(ticker.state().seats.all.len(), 2);
        stays.is_told();
        comes.is_told();
    });
}
