//! The wheel against a sorted list.

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;

use super::*;
use crate::shim::choice;

struct Timer<'a> {
    links: RefCell<Links<At<'a>>>,
    /// The tick under which the sorted list has it; `None` if it is in neither.
    key: Cell<Option<u64>>,
}

#[derive(Clone, Copy)]
struct At<'a> {
    timer: &'a Timer<'a>,
    id: usize,
}

impl PartialEq for At<'_> {
    fn eq(&self, other: &Self) -> bool {
        self.id == other.id
    }
}

impl<'a> Node for At<'a> {
    fn links<R>(self, f: impl FnOnce(&mut Links<Self>) -> R) -> R {
        f(&mut self.timer.links.borrow_mut())
    }
}

fn timers<'a>(n: usize) -> Vec<Timer<'a>> {
    (0..n).map(|_| Timer { links: RefCell::new(Links::new()), key: Cell::new(None) }).collect()
}

fn ticks(deadline: u64) -> u64 {
    u128::from(deadline).div_ceil(1 << TICK_BITS).min(u128::from(u64::MAX >> TICK_BITS)) as u64
}

fn random() -> u64 {
    u64::from(choice::below(u32::MAX)) << 32 | u64::from(choice::below(u32::MAX))
}

/// A distance of any order of magnitude: as many of nanoseconds as of centuries.
fn distance() -> u64 {
    random() >> choice::below(64)
}

impl<N: Node> Wheel<N> {
    /// The invariants at the head of the file, between two complete calls of `advance`.
    fn assert_sound(&self) {
        for place in 0..FAR + 2 {
            let index = usize::from(place);
            let far = place >= FAR;
            let slot = if far {
                &self.far[index - usize::from(FAR)]
            } else {
                &self.slots[index / SLOTS][index % SLOTS]
            };
            if far {
                assert!(slot.head.is_none() || index - usize::from(FAR) == self.far_at);
            } else {
                let (level, at) = (index / SLOTS, index % SLOTS);
                assert_eq!(slot.head.is_some(), self.occupied[level] >> at & 1 == 1);
                let own = digit(self.elapsed, level);
                assert!(slot.head.is_none() || at > own || (at == own && level == 0));
            }
            let mut before = slot.head.and_then(|head| head.links(|l| l.prev));
            let mut at = slot.head;
            while let Some(node) = at {
                let (next, prev, tick) = node.links(|l| {
                    assert_eq!(l.place, place);
                    (l.next, l.prev, l.tick)
                });
                assert!(prev == before, "the list holds together");
                assert!(tick >= self.elapsed && slot.min <= tick);
                assert!(index >= SLOTS || slot.min == tick);
                assert_eq!(far, (tick ^ self.elapsed) >> (DIGIT_BITS * LEVELS as u32) != 0);
                (before, at) = (Some(node), next);
            }
            assert_eq!(slot.head.is_none(), slot.min == u64::MAX);
        }
    }
}

/// Everything that fires at `now`, by number; checks that the order is that of the ticks.
fn fired(wheel: &mut Wheel<At<'_>>, now: u64) -> Vec<(u64, usize)> {
    let mut fired = Vec::new();
    loop {
        match wheel.advance(now) {
            Step::Fired(node) => fired.push((node.timer.key.take().expect("it was linked"), node.id)),
            Step::Moved => {}
            Step::Done => break,
        }
    }
    assert!(fired.is_sorted_by_key(|&(tick, _)| tick), "timers fire in the order of their ticks");
    fired
}

#[test]
fn a_million_random_operations_agree_with_a_sorted_list() {
    let operations = if cfg!(miri) { 3_000 } else { 1_000_000 };
    choice::seed(1);
    let arena = timers(512);
    let mut wheel = Wheel::new();
    let mut list: BTreeMap<(u64, usize), ()> = BTreeMap::new();
    let mut now = 0u64;
    let (mut inserts, mut removals, mut firings) = (0u32, 0u32, 0u32);
    for operation in 0..operations {
        let id = choice::below(512) as usize;
        let at = At { timer: &arena[id], id };
        match (choice::below(8), at.timer.key.get()) {
            (0..6, None) => {
                // Now and then a deadline that has passed.
                let deadline = match choice::below(16) {
                    0 => now.saturating_sub(distance()),
                    _ => now.saturating_add(distance()),
                };
                let tick = ticks(deadline).max(wheel.elapsed);
                wheel.insert(at, deadline);
                at.timer.key.set(Some(tick));
                list.insert((tick, id), ());
                inserts += 1;
            }
            (0..6, Some(tick)) => {
                wheel.remove(at);
                at.timer.key.set(None);
                list.remove(&(tick, id)).expect("the list has it");
                removals += 1;
            }
            _ => {
                // By a random step; to exactly the next deadline; or to just before it.
                now = match (choice::below(3), wheel.next_deadline()) {
                    (0, Some(next)) => now.max(next),
                    (1, Some(next)) => now.max(next.saturating_sub(1)),
                    // Centuries are few: most steps stay below a day.
                    _ => now.saturating_add(distance() >> 18),
                };
                let later = list.split_off(&((now >> TICK_BITS) + 1, 0));
                let due: Vec<_> = std::mem::replace(&mut list, later).into_keys().collect();
                let mut fired = fired(&mut wheel, now);
                fired.sort_unstable();
                assert_eq!(fired, due);
                firings += fired.len() as u32;
                assert!(wheel.next_deadline().is_none_or(|next| next > now), "nothing due is left");
            }
        }
        match (wheel.next_deadline(), list.first_key_value()) {
            (Some(next), Some((&(tick, _), ()))) => assert!(next <= tick << TICK_BITS),
            (next, first) => assert_eq!(next.is_some(), first.is_some()),
        }
        if operation % 64 == 0 {
            wheel.assert_sound();
        }
    }
    let enough = operations / 20;
    assert!(inserts > enough && removals > enough && firings > enough, "{inserts} {removals} {firings}");
}

#[test]
fn the_next_deadline_is_exact_when_nothing_was_removed() {
    choice::seed(2);
    for _ in 0..if cfg!(miri) { 10 } else { 1_000 } {
        let arena = timers(40);
        let mut wheel = Wheel::new();
        let mut now = distance() >> 4;
        fired(&mut wheel, now);
        let mut waiting: Vec<u64> = Vec::new();
        for (id, timer) in arena.iter().enumerate() {
            let deadline = now.saturating_add(distance());
            timer.key.set(Some(ticks(deadline)));
            wheel.insert(At { timer, id }, deadline);
            waiting.push(ticks(deadline));
        }
        waiting.sort_unstable();
        // However far the timers are, one call a tick that has any is enough.
        while let Some(next) = wheel.next_deadline() {
            assert_eq!(next, waiting[0] << TICK_BITS);
            now = next;
            let n = fired(&mut wheel, now).len();
            assert!(n > 0 && waiting[..n].iter().all(|&tick| tick == next >> TICK_BITS));
            waiting.drain(..n);
        }
        assert!(waiting.is_empty());
    }
}

#[test]
fn timers_come_and_go_between_two_steps() {
    choice::seed(3);
    let arena = timers(300);
    let mut wheel = Wheel::new();
    // All of them in one slot of a high level, so that the slot is emptied in many steps.
    let base = 1 << (TICK_BITS + 4 * DIGIT_BITS);
    for (id, timer) in arena[..200].iter().enumerate() {
        let deadline = base + u64::from(choice::below(1 << 30));
        timer.key.set(Some(ticks(deadline)));
        wheel.insert(At { timer, id }, deadline);
    }
    let now = base + (1 << 30);
    let (mut seen, mut last, mut fresh, mut gone) = (0, 0, 200, 0);
    loop {
        match wheel.advance(now) {
            Step::Fired(node) => {
                let tick = node.timer.key.take().expect("it was linked");
                assert!(tick >= last);
                (seen, last) = (seen + 1, tick);
            }
            Step::Moved => {
                let id = choice::below(200) as usize;
                if arena[id].key.take().is_some() {
                    wheel.remove(At { timer: &arena[id], id });
                    gone += 1;
                }
                if fresh < 300 {
                    let deadline = base + u64::from(choice::below(1 << 30));
                    arena[fresh].key.set(Some(ticks(deadline).max(wheel.elapsed)));
                    wheel.insert(At { timer: &arena[fresh], id: fresh }, deadline);
                    fresh += 1;
                }
                assert!(wheel.next_deadline().is_none_or(|next| next <= now), "work is left, so it is due");
            }
            Step::Done => break,
        }
    }
    assert!(gone > 20 && fresh == 300, "{gone} {fresh}");
    assert_eq!(seen + gone, fresh);
    assert_eq!(wheel.next_deadline(), None);
    wheel.assert_sound();
}

#[test]
fn one_tick_fires_in_the_order_of_arrival() {
    let arena = timers(100);
    let mut wheel = Wheel::new();
    for (id, timer) in arena.iter().enumerate() {
        timer.key.set(Some(ticks(1 << 40)));
        wheel.insert(At { timer, id }, 1 << 40);
    }
    assert!(fired(&mut wheel, (1 << 40) - 1).is_empty());
    assert!(fired(&mut wheel, 1 << 40).into_iter().map(|(_, id)| id).eq(0..100));
}
