//! One selector and those who wait for its events.

use std::io;
use std::time::Duration;

#[cfg(not(loom))]
use super::entry::Entry;
use super::entry::Ready;
#[cfg(not(loom))]
use super::sys::Descriptor;
use super::sys::{Events, Selector};
use super::table::Table;
use crate::shim::atomic::{AtomicBool, AtomicU64, Ordering};
use crate::shim::plain::{Arc, thread};
use crate::shim::{Mutex, MutexGuard, lock, try_lock};
use crate::util::fork;
use crate::wait::Wakes;

pub(crate) struct Driver {
    /// There is a selector: from the first registration on.
    in_use: AtomicBool,
    /// When it was last polled.
    polled_at: AtomicU64,
    /// When events last woke somebody.
    delivered_at: AtomicU64,
    hub: Mutex<Hub>,
    /// Whoever holds the lock polls.
    lead: Mutex<Option<Turn>>,
    table: Table,
}

enum Hub {
    Unused,
    Open(Arc<Selector>),
    Over,
}

struct Turn {
    selector: Arc<Selector>,
    events: Events,
}

/// The right to poll, of one thread at a time.
pub(crate) struct Lead<'a> {
    driver: &'a Driver,
    turn: MutexGuard<'a, Option<Turn>>,
}

impl Driver {
    pub(crate) fn new() -> Self {
        Self {
            in_use: AtomicBool::new(false),
            polled_at: AtomicU64::new(0),
            delivered_at: AtomicU64::new(0),
            hub: Mutex::new(Hub::Unused),
            lead: Mutex::new(None),
            table: Table::new(),
        }
    }

    /// Whether there is anything to poll. A hint, unless a fence comes before.
    #[inline]
    pub(crate) fn in_use(&self) -> bool {
        // ORDERING: Relaxed: `Pool::driver` sets it, then fences, and wakes a worker that went to sleep without having seen it.
        self.in_use.load(Ordering::Relaxed)
    }

    /// Opens the selector if it is not. True: it was this call that did.
    pub(crate) fn open(&self) -> io::Result<bool> {
        let mut hub = lock(&self.hub);
        match &*hub {
            Hub::Open(_) => return Ok(false),
            Hub::Over => return Err(over()),
            Hub::Unused => {}
        }
        let selector = Arc::new(Selector::new()?);
        *lock(&self.lead) = Some(Turn { selector: Arc::clone(&selector), events: Events::new() });
        *hub = Hub::Open(selector);
        // ORDERING: Relaxed: see `in_use`.
        self.in_use.store(true, Ordering::Relaxed);
        Ok(true)
    }

    /// The right to poll, unless somebody has it or there is nothing to poll.
    pub(crate) fn try_lead(&self) -> Option<Lead<'_>> {
        let turn = try_lock(&self.lead)?;
        turn.is_some().then_some(Lead { driver: self, turn })
    }

    /// Ends the wait of whoever polls, or the next one.
    #[cold]
    pub(crate) fn notify(&self) {
        if let Some(selector) = self.selector() {
            selector.notify();
        }
    }

    /// When somebody last polled (by `clock::now`), or began to wait.
    pub(crate) fn polled_at(&self) -> u64 {
        // ORDERING: Relaxed: a hint.
        self.polled_at.load(Ordering::Relaxed)
    }

    /// When events last woke somebody (by `clock::now`).
    pub(crate) fn delivered_at(&self) -> u64 {
        // ORDERING: Relaxed: a hint.
        self.delivered_at.load(Ordering::Relaxed)
    }

    /// No more events: whoever waits here is woken, and told so. Nobody polls any more.
    pub(crate) fn close(&self) {
        // ORDERING: Relaxed: the threads that polled have ended.
        self.in_use.store(false, Ordering::Relaxed);
        let selector = std::mem::replace(&mut *lock(&self.hub), Hub::Over);
        let turn = lock(&self.lead).take();
        self.table.over(&mut Wakes::default());
        drop((selector, turn));
    }

    /// Whether it was closed and no source is left of it.
    pub(crate) fn is_unused(&self) -> bool {
        matches!(*lock(&self.hub), Hub::Over) && self.table.in_use() == 0
    }

    /// For another runtime.
    pub(crate) fn renew(&self) {
        self.table.renew();
        *lock(&self.hub) = Hub::Unused;
    }

    /// Watches a source; the driver must be open.
    #[cfg(not(loom))]
    pub(super) fn begin(&self, source: &impl Descriptor, ready: Ready) -> io::Result<(u64, &Entry)> {
        let selector = self.selector().ok_or_else(over)?;
        let (key, entry) = self.table.begin(ready).ok_or_else(over)?;
        match selector.add(source, key) {
            Ok(()) => Ok((key, entry)),
            Err(error) => {
                self.table.end(key);
                Err(error)
            }
        }
    }

    /// Watches it no more, and forgets who waited.
    #[cfg(not(loom))]
    pub(super) fn end(&self, source: &impl Descriptor, key: u64) {
        // In the child of a `fork` the selector is the parent's, which goes on to watch it.
        if !fork::is_child()
            && let Some(selector) = self.selector()
        {
            // What the system does not know is as good as deleted.
            let _ = selector.delete(source);
        }
        self.table.end(key);
    }

    /// Where a report uses up what was asked for: asks for both directions that somebody waits for.
    #[cfg(not(loom))]
    pub(super) fn rearm(
        &self,
        source: &impl Descriptor,
        key: u64,
        read: bool,
        write: bool,
    ) -> io::Result<()> {
        match self.selector() {
            Some(selector) => selector.rearm(source, key, read, write),
            None => Err(over()),
        }
    }

    fn selector(&self) -> Option<Arc<Selector>> {
        match &*lock(&self.hub) {
            Hub::Open(selector) => Some(Arc::clone(selector)),
            Hub::Unused | Hub::Over => None,
        }
    }

    /// Sources that are watched.
    #[cfg(not(loom))]
    #[cfg(test)]
    pub(crate) fn registered(&self) -> usize {
        self.table.in_use()
    }

    /// A source that is not readable before its event, which the future waits for.
    #[cfg(all(test, loom))]
    pub(crate) fn model_source(&'static self) -> (u64, impl Future<Output = ()> + Send + 'static) {
        let (key, entry) = self.table.begin(Ready::No).unwrap();
        let mut seat = super::entry::Seat::NONE;
        let readable = std::future::poll_fn(move |cx| {
            entry.poll(super::entry::Side::Read, &mut seat, cx, |_, _| Ok(())).map(|_| ())
        });
        (key, readable)
    }

    /// What the system would say.
    #[cfg(all(test, loom))]
    pub(crate) fn model_event(&self, key: u64) {
        let event = super::sys::Event { key, read: true, write: false, held: false };
        self.selector().unwrap().report(event);
    }
}

/// The runtime whose sources these are has ended.
pub(super) fn over() -> io::Error {
    io::Error::new(io::ErrorKind::NotConnected, "its runtime has ended")
}

impl Lead<'_> {
    /// Waits until there are events, until `notify`, or for `most`.
    pub(crate) fn wait(&mut self, most: Option<Duration>, now: u64) {
        // The events are the parent's.
        fork::end_child();
        // ORDERING: Relaxed: a hint.
        self.driver.polled_at.store(now, Ordering::Relaxed);
        let Some(turn) = &mut *self.turn else { return };
        if turn.selector.wait(&mut turn.events, most).is_err() && most != Some(Duration::ZERO) {
            // The system is out of something. To come back at once would be to spin.
            thread::sleep(Duration::from_millis(1));
        }
    }

    /// Wakes whom the events of the last wait concern; says how many.
    pub(crate) fn deliver(&mut self, now: impl FnOnce() -> u64) -> usize {
        let Some(turn) = &mut *self.turn else { return 0 };
        let (mut wakes, mut woken) = (Wakes::default(), 0);
        for event in turn.events.iter() {
            if let Some((entry, generation)) = self.driver.table.find(event.key) {
                woken += entry.report(generation, event, turn.selector.is_oneshot(), &mut wakes);
            }
        }
        if woken > 0 {
            // ORDERING: Relaxed: a hint.
            self.driver.delivered_at.store(now(), Ordering::Relaxed);
        }
        wakes.wake_all();
        woken
    }
}
