//! What is known of one descriptor, and who waits for it.

use std::io;
use std::task::{Context, Poll};

use super::sys::Event;
use crate::shim::atomic::{AtomicU64, Ordering};
use crate::shim::{Mutex, MutexGuard, lock};
use crate::wait::{Wakes, Who};

const READ: u64 = 1;
const WRITE: u64 = 2;
/// A short read does not say that nothing is left.
const HELD: u64 = 4;
/// No event will come any more: the driver is closed.
const OVER: u64 = 8;
/// One event, above the bits.
const TICK: u64 = 1 << 8;

/// A direction.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Side {
    Read,
    #[cfg_attr(loom, allow(dead_code))]
    Write,
}

impl Side {
    fn bit(self) -> u64 {
        match self {
            Self::Read => READ,
            Self::Write => WRITE,
        }
    }
}

/// What is supposed of a descriptor before its first event.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Ready {
    /// Both directions are worth a try.
    Perhaps,
    /// Nothing is before the first event: it is being connected.
    No,
}

/// The bits and the tick that an operation saw before it began.
#[derive(Clone, Copy, Debug)]
pub(super) struct Seen(u64);

impl Seen {
    #[cfg(not(loom))]
    pub(super) fn is_over(self) -> bool {
        self.0 & OVER != 0
    }
}

/// Where an operation sits while it waits; it leaves when it ends.
#[derive(Debug, Default)]
pub(crate) struct Seat(u64);

impl Seat {
    /// Nowhere yet.
    pub(crate) const NONE: Self = Self(0);
    /// The one place of those who poll a direction and have nothing to remember a seat in: the last to come has it.
    #[cfg(not(loom))]
    pub(crate) fn shared() -> Self {
        Self(1)
    }
}

pub(crate) struct Entry {
    ready: AtomicU64,
    waits: Mutex<Waits>,
}

struct Waits {
    /// Which registration the place is in use for.
    generation: u32,
    last_seat: u64,
    read: Seats,
    write: Seats,
}

/// Those who wait for one direction: most often one.
#[derive(Default)]
struct Seats {
    first: Option<(u64, Who)>,
    others: Vec<(u64, Who)>,
}

impl Seats {
    fn is_empty(&self) -> bool {
        self.first.is_none() && self.others.is_empty()
    }

    /// Sits down, or up again with another waker; gives back what sat there.
    fn put(&mut self, seat: u64, who: Who) -> Who {
        if let Some(place) = self.find(seat) {
            return std::mem::replace(place, who);
        }
        if self.first.is_none() {
            self.first = Some((seat, who));
        } else {
            self.others.push((seat, who));
        }
        Who::NOBODY
    }

    fn take(&mut self, seat: u64) -> Who {
        if self.first.as_ref().is_some_and(|(s, _)| *s == seat) {
            return self.first.take().map_or(Who::NOBODY, |(_, who)| who);
        }
        let at = self.others.iter().position(|(s, _)| *s == seat);
        at.map_or(Who::NOBODY, |at| self.others.swap_remove(at).1)
    }

    fn find(&mut self, seat: u64) -> Option<&mut Who> {
        let mut all = self.first.iter_mut().chain(&mut self.others);
        all.find(|(s, _)| *s == seat).map(|(_, who)| who)
    }

    /// Wakes all; says how many. Not under the lock.
    fn wake(self, wakes: &mut Wakes) -> usize {
        let mut count = 0;
        for (_, who) in self.first.into_iter().chain(self.others) {
            if wakes.is_full() {
                wakes.wake_all();
            }
            wakes.push(who);
            count += 1;
        }
        count
    }
}

impl Waits {
    fn side(&mut self, side: Side) -> &mut Seats {
        match side {
            Side::Read => &mut self.read,
            Side::Write => &mut self.write,
        }
    }

    /// A number that no other seat of this place has had; 0 and 1 are nobody's and the shared one's.
    fn new_seat(&mut self) -> u64 {
        self.last_seat += 1;
        self.last_seat
    }
}

impl Entry {
    pub(super) fn new() -> Self {
        let waits = Waits { generation: 0, last_seat: 1, read: Seats::default(), write: Seats::default() };
        Self { ready: AtomicU64::new(0), waits: Mutex::new(waits) }
    }

    /// The place is taken for a registration; says its generation.
    pub(super) fn begin(&self, ready: Ready) -> u32 {
        let waits = self.lock();
        let bits = if ready == Ready::Perhaps { READ | WRITE } else { 0 };
        // ORDERING: Relaxed: whoever gets to know the registration got it from the caller.
        self.ready.store(bits, Ordering::Relaxed);
        waits.generation
    }

    /// The registration is over: nobody sits there any more, and late events mean nothing.
    pub(super) fn end(&self) {
        let mut waits = self.lock();
        // Its top bit stays free: no key is as large as the selector's own.
        waits.generation = (waits.generation + 1) & (u32::MAX >> 1);
        let seats = (std::mem::take(&mut waits.read), std::mem::take(&mut waits.write));
        drop(waits);
        drop(seats);
    }

    /// Ready if an operation in that direction is worth a try. If not, the seat is taken, and woken by the next event; then `rearm` is
    /// told, under the lock, which directions somebody waits for.
    pub(super) fn poll(
        &self,
        side: Side,
        seat: &mut Seat,
        cx: &Context<'_>,
        rearm: impl FnOnce(bool, bool) -> io::Result<()>,
    ) -> Poll<io::Result<Seen>> {
        // ORDERING: Acquire pairs with the Release in `report`.
        let seen = self.ready.load(Ordering::Acquire);
        if seen & (side.bit() | OVER) != 0 {
            return Poll::Ready(Ok(Seen(seen)));
        }
        // A foreign waker is cloned outside of the lock.
        let who = Who::of(cx.waker());
        let mut waits = self.lock();
        // ORDERING: Acquire: as above.
        let seen = self.ready.load(Ordering::Acquire);
        if seen & (side.bit() | OVER) != 0 {
            drop(waits);
            return Poll::Ready(Ok(Seen(seen)));
        }
        if seat.0 == 0 {
            seat.0 = waits.new_seat();
        }
        let before = waits.side(side).put(seat.0, who);
        let armed = rearm(!waits.read.is_empty(), !waits.write.is_empty());
        drop(waits);
        drop(before);
        match armed {
            Ok(()) => Poll::Pending,
            Err(error) => Poll::Ready(Err(error)),
        }
    }

    /// What an operation that does not wait sees before it begins.
    #[cfg(not(loom))]
    pub(super) fn seen(&self) -> Seen {
        // ORDERING: Acquire pairs with the Release in `report`.
        Seen(self.ready.load(Ordering::Acquire))
    }

    /// The operation is over or given up.
    pub(super) fn leave(&self, side: Side, seat: &mut Seat) {
        if seat.0 > 1 {
            let who = self.lock().side(side).take(seat.0);
            drop(who);
            seat.0 = 0;
        }
    }

    /// An operation in that direction would block, that saw `seen` before it began.
    pub(super) fn would_block(&self, side: Side, seen: Seen) {
        let mut now = seen.0;
        while now / TICK == seen.0 / TICK && now & side.bit() != 0 {
            // ORDERING: Relaxed to store: no data goes with a bit that is taken away. Acquire to load, for the next round.
            let new = now & !side.bit();
            match self.ready.compare_exchange_weak(now, new, Ordering::Relaxed, Ordering::Acquire) {
                Ok(_) => return,
                Err(other) => now = other,
            }
        }
    }

    /// A read that saw `seen` before it began took less than it had room for.
    #[cfg(not(loom))]
    pub(super) fn short_read(&self, seen: Seen) {
        // An event that holds the bit changed the tick, or was seen.
        if seen.0 & HELD == 0 {
            self.would_block(Side::Read, seen);
        }
    }

    /// An event for the registration of that generation: wakes whom it concerns, and says how many. `all`: both directions look
    /// again, for the selector has forgotten what they wait for.
    pub(super) fn report(&self, generation: u32, event: Event, all: bool, wakes: &mut Wakes) -> usize {
        let mut waits = self.lock();
        if waits.generation != generation {
            return 0;
        }
        let bits = [(event.read, READ), (event.write, WRITE), (event.held, HELD)];
        let set = bits.iter().filter(|(is, _)| *is).fold(0, |set, (_, bit)| set | bit);
        self.set(set);
        let mut taken = [Seats::default(), Seats::default()];
        if event.read || all {
            taken[0] = std::mem::take(&mut waits.read);
        }
        if event.write || all {
            taken[1] = std::mem::take(&mut waits.write);
        }
        drop(waits);
        taken.into_iter().map(|seats| seats.wake(wakes)).sum()
    }

    /// There will be no more events: all who wait look again.
    pub(super) fn over(&self, wakes: &mut Wakes) {
        let mut waits = self.lock();
        self.set(OVER);
        let taken = [std::mem::take(&mut waits.read), std::mem::take(&mut waits.write)];
        drop(waits);
        for seats in taken {
            seats.wake(wakes);
        }
    }

    /// Sets bits and counts the tick; under the lock.
    fn set(&self, bits: u64) {
        // ORDERING: Release pairs with the Acquire in `poll`.
        let set = |now: u64| Some((now | bits).wrapping_add(TICK));
        let _ = self.ready.fetch_update(Ordering::Release, Ordering::Relaxed, set);
    }

    fn lock(&self) -> MutexGuard<'_, Waits> {
        lock(&self.waits)
    }

    /// How many wait, in both directions.
    #[cfg(test)]
    pub(super) fn waiting(&self) -> usize {
        let waits = self.lock();
        let count = |seats: &Seats| usize::from(seats.first.is_some()) + seats.others.len();
        count(&waits.read) + count(&waits.write)
    }
}
