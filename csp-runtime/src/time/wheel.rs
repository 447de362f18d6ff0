//! A hierarchical timer wheel: pure data, without a clock, a thread or a pointer.
//!
//! Time is cut into ticks of 2^16 ns, or, where a program is explored, of 1 ns. Level `k` has 64 slots of 64^k ticks each; a timer sits on the level of the
//! highest digit (base 64) in which its tick differs from `elapsed`, in the slot that this digit names. What differs
//! above all levels is in `far`. Insert and remove are O(1); a timer moves down at most once a level.
//!
//! Invariants, checked by `assert_sound`:
//! * Every timer's tick is at least `elapsed`, except while `draining` says which slot `advance` is moving down.
//! * Except for that slot, a slot above level 0 is later than the one `elapsed` falls into: so the first occupied slot
//!   of the lowest occupied level holds the earliest timer, and all of `far` is later than all levels.
//! * `min` of an occupied slot is at most the tick of each timer in it; on level 0 it is that tick.

/// A tick is 2^16 ns, 65.5 microseconds.
const TICK_BITS: u32 = 16;
const DIGIT_BITS: u32 = 6;
const SLOTS: usize = 1 << DIGIT_BITS;
const LEVELS: usize = 6;
/// The place of a timer that is in no slot.
const NOWHERE: u16 = u16::MAX;
/// The place of the timers in `far[0]`; those in `far[1]` follow.
const FAR: u16 = (LEVELS * SLOTS) as u16;

/// What the wheel keeps in each timer.
#[derive(Debug)]
pub(crate) struct Links<N> {
    next: Option<N>,
    /// The first timer of a slot points at the last one here.
    prev: Option<N>,
    tick: u64,
    place: u16,
}

impl<N> Links<N> {
    pub(crate) const fn new() -> Self {
        Self { next: None, prev: None, tick: 0, place: NOWHERE }
    }
}

/// A handle to a timer: a pointer in the runtime, an index in the tests.
pub(crate) trait Node: Copy + PartialEq {
    /// Gives access to the timer's links; calls for two timers never overlap.
    fn links<R>(self, f: impl FnOnce(&mut Links<Self>) -> R) -> R;
}

#[derive(Clone, Copy)]
struct Slot<N> {
    head: Option<N>,
    min: u64,
}

impl<N: Node> Slot<N> {
    const EMPTY: Self = Self { head: None, min: u64::MAX };

    fn push(&mut self, node: N, tick: u64, place: u16) {
        let set = |next, prev| node.links(|l| *l = Links { next, prev: Some(prev), tick, place });
        match self.head {
            None => {
                set(None, node);
                self.head = Some(node);
            }
            Some(head) => {
                let last = head.links(|l| l.prev.replace(node)).unwrap_or(head);
                last.links(|l| l.next = Some(node));
                set(None, last);
            }
        }
        self.min = self.min.min(tick);
    }

    fn unlink(&mut self, node: N) {
        let (next, prev) = node.links(|l| {
            l.place = NOWHERE;
            (l.next.take(), l.prev.take())
        });
        let first = self.head == Some(node);
        match next {
            Some(next) => next.links(|l| l.prev = prev),
            // The last one leaves: the first points at the one before it.
            None if !first => {
                if let Some(head) = self.head {
                    head.links(|l| l.prev = prev);
                }
            }
            None => {}
        }
        if first {
            self.head = next;
        } else if let Some(prev) = prev {
            prev.links(|l| l.next = next);
        }
        if self.head.is_none() {
            self.min = u64::MAX;
        }
    }
}

pub(crate) struct Wheel<N> {
    /// A tick is two to the power of this, in ns.
    tick_bits: u32,
    /// A tick less one ns.
    tick_mask: u64,
    /// All ticks before this one have fired.
    elapsed: u64,
    /// One bit for each slot that holds a timer.
    occupied: [u64; LEVELS],
    slots: [[Slot<N>; SLOTS]; LEVELS],
    /// Timers beyond all levels, and where those of them go that are still beyond after a round.
    far: [Slot<N>; 2],
    far_at: usize,
    /// The slot whose timers `advance` is moving down.
    draining: Option<u16>,
    timers: usize,
}

/// What one step of `advance` did.
pub(crate) enum Step<N> {
    /// This timer came due and is out of the wheel.
    Fired(N),
    /// A timer moved to a lower level; go on.
    Moved,
    /// Nothing more is due.
    Done,
}

impl<N: Node> Wheel<N> {
    pub(crate) const fn new() -> Self {
        Self::with_tick(TICK_BITS)
    }

    /// A wheel whose ticks are single nanoseconds: no two deadlines are one to it.
    #[cfg(not(loom))]
    pub(crate) const fn exact() -> Self {
        Self::with_tick(0)
    }

    /// An empty wheel of the same tick, at the beginning of time.
    pub(crate) fn renew(&mut self) {
        *self = Self::with_tick(self.tick_bits);
    }

    const fn with_tick(tick_bits: u32) -> Self {
        Self {
            tick_bits,
            tick_mask: (1 << tick_bits) - 1,
            elapsed: 0,
            occupied: [0; LEVELS],
            slots: [[Slot::EMPTY; SLOTS]; LEVELS],
            far: [Slot::EMPTY; 2],
            far_at: 0,
            draining: None,
            timers: 0,
        }
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.timers == 0
    }

    /// Links a timer that is in no wheel; it fires when `advance` is told a time at or after `deadline` (in ns). Says when
    /// that is in whole ticks (in ns), as `next_deadline` would.
    pub(crate) fn insert(&mut self, node: N, deadline: u64) -> u64 {
        // Rounded up; no deadline is later than the last tick that a `u64` of nanoseconds can name.
        let tick = deadline.saturating_add(self.tick_mask) >> self.tick_bits;
        let tick = tick.max(self.elapsed);
        self.timers += 1;
        self.place(node, tick);
        tick << self.tick_bits
    }

    fn place(&mut self, node: N, tick: u64) {
        let differs = tick ^ self.elapsed;
        let level = (u64::BITS - differs.leading_zeros()).saturating_sub(1) / DIGIT_BITS;
        let level = level as usize;
        if level >= LEVELS {
            self.far[self.far_at].push(node, tick, FAR + self.far_at as u16);
            return;
        }
        let slot = digit(tick, level);
        self.occupied[level] |= 1 << slot;
        self.slots[level][slot].push(node, tick, (level * SLOTS + slot) as u16);
    }

    /// Unlinks a timer that is in this wheel. Says when it would have fired, as `insert` did.
    pub(crate) fn remove(&mut self, node: N) -> u64 {
        self.timers -= 1;
        self.take_out(node) << self.tick_bits
    }

    /// Gives the timer's tick.
    fn take_out(&mut self, node: N) -> u64 {
        let (place, tick) = node.links(|l| (l.place, l.tick));
        debug_assert_ne!(place, NOWHERE);
        let slot = self.slot(place);
        slot.unlink(node);
        if slot.head.is_none() && place < FAR {
            let place = usize::from(place);
            self.occupied[place / SLOTS] &= !(1 << (place % SLOTS));
        }
        tick
    }

    fn slot(&mut self, place: u16) -> &mut Slot<N> {
        let index = usize::from(place);
        if place >= FAR {
            &mut self.far[index - usize::from(FAR)]
        } else {
            &mut self.slots[index / SLOTS][index % SLOTS]
        }
    }

    /// When to call `advance` next (in ns): never later than the first deadline; earlier only if a timer was removed,
    /// and then it is right again after that call. `None` if the wheel is empty.
    pub(crate) fn next_deadline(&self) -> Option<u64> {
        let first = match self.first() {
            Some((place, _)) if place < FAR => {
                let place = usize::from(place);
                self.slots[place / SLOTS][place % SLOTS].min
            }
            Some(_) => self.far[self.far_at].min,
            None => u64::MAX,
        };
        let draining = match self.draining {
            Some(place) if place >= FAR => self.far[usize::from(place - FAR)].min,
            Some(place) => self.slots[usize::from(place) / SLOTS][usize::from(place) % SLOTS].min,
            None => u64::MAX,
        };
        let tick = first.min(draining);
        (tick != u64::MAX).then_some(tick << self.tick_bits)
    }

    /// The slot that comes first, and the first tick that it may hold.
    fn first(&self) -> Option<(u16, u64)> {
        let draining = self.draining.map_or(usize::MAX, usize::from);
        for level in 0..LEVELS {
            let mut occupied = self.occupied[level];
            if draining / SLOTS == level {
                occupied &= !(1 << (draining % SLOTS));
            }
            if occupied != 0 {
                let slot = occupied.trailing_zeros() as usize;
                let low = DIGIT_BITS * level as u32;
                let above = self.elapsed >> (low + DIGIT_BITS) << (low + DIGIT_BITS);
                return Some(((level * SLOTS + slot) as u16, above | (slot as u64) << low));
            }
        }
        let far = &self.far[self.far_at];
        far.head?;
        let low = DIGIT_BITS * LEVELS as u32;
        Some((FAR + self.far_at as u16, far.min >> low << low))
    }

    /// Does one step of what is due at `now` (in ns); call it until it says `Done`. Timers fire in the order of their
    /// ticks, whatever the distance from the last call. Inserting and removing between two steps is all right.
    pub(crate) fn advance(&mut self, now: u64) -> Step<N> {
        let now = now >> self.tick_bits;
        loop {
            if let Some(place) = self.draining {
                let slot = self.slot(place);
                if let Some(node) = slot.head {
                    let tick = self.take_out(node);
                    self.place(node, tick);
                    return Step::Moved;
                }
                self.draining = None;
            }
            match self.first() {
                Some((place, start)) if start <= now => {
                    self.elapsed = start.max(self.elapsed);
                    if usize::from(place) < SLOTS {
                        let node = self.slots[0][usize::from(place)].head;
                        debug_assert!(node.is_some(), "an occupied slot holds a timer");
                        if let Some(node) = node {
                            self.remove(node);
                            return Step::Fired(node);
                        }
                    }
                    if place >= FAR {
                        self.far_at = 1 - self.far_at;
                    }
                    self.draining = Some(place);
                }
                _ => {
                    self.elapsed = now.max(self.elapsed);
                    return Step::Done;
                }
            }
        }
    }
}

fn digit(tick: u64, level: usize) -> usize {
    (tick >> (DIGIT_BITS * level as u32)) as usize % SLOTS
}

#[cfg(all(test, not(loom)))]
mod tests;
