//! Where events are kept: a ring for each worker, one for all other threads.

use std::cell::Cell;

use super::{ChannelTag, Process};
use crate::shim::plain::{Mutex, OnceLock, lock};

/// Events in a ring, unless `CSP_RECORD_EVENTS` says how many.
const EVENTS: usize = 16_384;
/// So many are copied at once: the worker waits no longer for its ring.
const COPIED: usize = 256;

#[derive(Clone, Copy, Debug)]
pub(super) struct Event {
    pub(super) at: u64,
    /// Whose event it is: nobody's that is a process of ours, if there is none.
    pub(super) process: Option<Process>,
    pub(super) what: What,
}

#[derive(Clone, Copy, Debug)]
pub(super) enum What {
    /// By whom, if by a process.
    Started(Option<u64>),
    /// By whom, if by a process.
    Woken(Option<u64>),
    Turn,
    /// The turn ends, and how.
    Pause(&'static str),
    Panicked,
    /// On which channel, and which of its values.
    Sent(ChannelTag, u64),
    Received(ChannelTag, u64),
}

struct Ring {
    name: String,
    /// A thread writes here.
    taken: bool,
    /// As many as there is room for; the oldest is where the next comes, once all are there.
    events: Vec<Event>,
    /// Events so far.
    count: usize,
}

/// All rings; the first is that of threads that are no workers. They stay for ever, and a thread that ends leaves its own to the
/// next.
static RINGS: Mutex<Vec<&'static Mutex<Ring>>> = Mutex::new(Vec::new());
static OUTSIDE: OnceLock<&'static Mutex<Ring>> = OnceLock::new();

thread_local! {
    static MINE: Cell<Option<&'static Mutex<Ring>>> = const { Cell::new(None) };
    /// Leaves the ring when the thread ends.
    static SEAT: Seat = const { Seat };
}

struct Seat;

impl Drop for Seat {
    fn drop(&mut self) {
        if let Some(ring) = MINE.take() {
            lock(ring).taken = false;
        }
    }
}

/// `CSP_RECORD_EVENTS`. A value that is no positive number ends the program: what was meant is unknown.
fn room() -> usize {
    static ROOM: OnceLock<usize> = OnceLock::new();
    *ROOM.get_or_init(|| {
        let Some(value) = std::env::var_os("CSP_RECORD_EVENTS") else { return EVENTS };
        match value.to_str().and_then(|text| text.trim().parse().ok()) {
            Some(events @ 16..=100_000_000) => events,
            _ => {
                eprintln!(
                    "csp: `CSP_RECORD_EVENTS` is {value:?}; it must be a whole number from 16 to 100000000, or unset"
                );
                std::process::exit(2);
            }
        }
    })
}

fn new_ring(name: String) -> &'static Mutex<Ring> {
    let events = Vec::with_capacity(room());
    let ring = Box::leak(Box::new(Mutex::new(Ring { name, taken: true, events, count: 0 })));
    lock(&RINGS).push(ring);
    ring
}

/// The first process is started: there is something to record. Not under a lock, for it allocates.
pub(super) fn begin() {
    OUTSIDE.get_or_init(|| new_ring("other threads".into()));
}

/// This thread works: it gets a ring of its own. Not under a lock.
pub(super) fn move_in() {
    if MINE.get().is_none() && SEAT.try_with(|_| ()).is_ok() {
        MINE.set(Some(seat()));
    }
}

#[cold]
fn seat() -> &'static Mutex<Ring> {
    let name = crate::shim::plain::thread::current().name().unwrap_or("worker").to_owned();
    let all = lock(&RINGS).clone();
    for ring in all {
        let mut free = lock(ring);
        if !free.taken {
            (free.taken, free.name) = (true, name);
            return ring;
        }
    }
    new_ring(name)
}

/// Keeps an event. It neither allocates nor waits, but for those who copy the ring.
pub(super) fn emit(event: Event) {
    let mine = MINE.try_with(Cell::get).ok().flatten();
    let Some(ring) = mine.or_else(|| OUTSIDE.get().copied()) else { return };
    let mut ring = lock(ring);
    let room = ring.events.capacity();
    let at = ring.count % room;
    ring.count += 1;
    match ring.events.get_mut(at) {
        Some(oldest) => *oldest = event,
        None => ring.events.push(event),
    }
}

/// A copy of each ring, oldest event first, with its name.
pub(super) fn all() -> Vec<(String, Vec<Event>)> {
    let rings = lock(&RINGS).clone();
    rings.into_iter().map(copy).collect()
}

fn copy(ring: &Mutex<Ring>) -> (String, Vec<Event>) {
    let (name, end, room) = {
        let ring = lock(ring);
        (ring.name.clone(), ring.count, ring.events.capacity())
    };
    let mut events = Vec::with_capacity(end.min(room));
    let mut next = end.saturating_sub(room);
    while next < end {
        let ring = lock(ring);
        // What came meanwhile took the place of the oldest.
        next = next.max(ring.count.saturating_sub(room));
        let until = end.min(next + COPIED);
        events.extend((next..until).map(|n| ring.events[n % room]));
        next = next.max(until);
    }
    (name, events)
}
