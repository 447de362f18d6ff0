//! In which order a select asks its entries, and in which it locks their channels.

use crate::shim::choice;

/// How many entries are kept without an allocation.
const FEW: usize = 8;

/// A set of entries.
#[derive(Clone)]
pub(crate) struct Entries {
    /// The first 64, a bit each.
    few: u64,
    /// The others, 64 by 64; as long as the last of them asks for.
    many: Vec<u64>,
}

impl Entries {
    pub(crate) const NONE: Self = Self { few: 0, many: Vec::new() };

    /// `0..n`.
    pub(crate) fn first(n: usize) -> Self {
        let word = |first: usize| match n.saturating_sub(first) {
            left @ 0..64 => (1 << left) - 1,
            _ => u64::MAX,
        };
        Self { few: word(0), many: (64..n).step_by(64).map(word).collect() }
    }

    #[cold]
    fn word(&mut self, entry: usize) -> &mut u64 {
        let at = entry / 64 - 1;
        if at >= self.many.len() {
            self.many.resize(at + 1, 0);
        }
        &mut self.many[at]
    }

    #[inline]
    pub(crate) fn insert(&mut self, entry: usize) {
        let word = if entry < 64 { &mut self.few } else { self.word(entry) };
        *word |= 1 << (entry % 64);
    }

    #[inline]
    pub(crate) fn remove(&mut self, entry: usize) {
        let word = if entry < 64 { &mut self.few } else { self.word(entry) };
        *word &= !(1 << (entry % 64));
    }

    #[inline]
    pub(crate) fn contains(&self, entry: usize) -> bool {
        let word = if entry < 64 { Some(&self.few) } else { self.many.get(entry / 64 - 1) };
        word.is_some_and(|word| word & 1 << (entry % 64) != 0)
    }

    /// Exactly `0..n`, all of it.
    #[inline]
    pub(crate) fn is_first(&self, n: usize) -> bool {
        if n <= 64 { self.few.trailing_ones() as usize >= n } else { self.len() == n }
    }

    #[inline]
    pub(crate) fn len(&self) -> usize {
        let many: u32 = self.many.iter().map(|word| word.count_ones()).sum();
        (self.few.count_ones() + many) as usize
    }

    #[inline]
    pub(crate) fn is_empty(&self) -> bool {
        self.few == 0 && self.many.iter().all(|word| *word == 0)
    }

    #[inline]
    pub(crate) fn clear(&mut self) {
        self.few = 0;
        if !self.many.is_empty() {
            self.many.fill(0);
        }
    }

    /// The first one at or after `from`.
    #[inline]
    pub(crate) fn next(&self, from: usize) -> Option<usize> {
        if from < 64 {
            let rest = self.few >> from << from;
            if rest != 0 {
                return Some(rest.trailing_zeros() as usize);
            }
            if self.many.is_empty() {
                return None;
            }
        }
        self.next_of_many(from.max(64))
    }

    #[cold]
    fn next_of_many(&self, from: usize) -> Option<usize> {
        let mut skip = from % 64;
        for (nth, word) in self.many.iter().enumerate().skip(from / 64 - 1) {
            let rest = word >> skip << skip;
            if rest != 0 {
                return Some(64 * (nth + 1) + rest.trailing_zeros() as usize);
            }
            skip = 0;
        }
        None
    }

    /// Takes one out: any of them with the same chance, or the first.
    #[inline]
    pub(crate) fn draw(&mut self, biased: bool) -> Option<usize> {
        if !self.many.is_empty() {
            return self.draw_of_many(biased);
        }
        if self.few == 0 {
            return None;
        }
        // Most have one bit, or none.
        let mut bit = self.few.trailing_zeros();
        if !biased && self.few & (self.few - 1) != 0 {
            bit = nth_bit(self.few, choice::below(self.few.count_ones()));
        }
        self.few &= !(1 << bit);
        Some(bit as usize)
    }

    #[cold]
    fn draw_of_many(&mut self, biased: bool) -> Option<usize> {
        let mut nth = if biased { 0 } else { choice::below(self.len() as u32) };
        for at in 0..=self.many.len() {
            let word = if at == 0 { &mut self.few } else { &mut self.many[at - 1] };
            let ones = word.count_ones();
            if nth < ones {
                let bit = nth_bit(*word, nth);
                *word &= !(1 << bit);
                return Some(64 * at + bit as usize);
            }
            nth -= ones;
        }
        None
    }
}

/// Where the set bit is that so many set bits are below.
#[inline]
fn nth_bit(mut word: u64, mut nth: u32) -> u32 {
    let mut at = 0;
    if nth >= 8 {
        for width in [32, 16, 8] {
            let low = (word & ((1 << width) - 1)).count_ones();
            if nth >= low {
                (nth, word, at) = (nth - low, word >> width, at + width);
            }
        }
    }
    for _ in 0..nth {
        word &= word - 1;
    }
    at + word.trailing_zeros()
}

/// The channels of a select, each once, in the one order in which everybody takes several locks.
pub(crate) struct Locks {
    few: [(usize, u32); FEW],
    len: usize,
    many: Vec<(usize, u32)>,
}

impl Locks {
    /// `channels` gives the address and one entry of each channel, in any order, with repeats.
    pub(crate) fn new(channels: impl Iterator<Item = (usize, u32)>, most: usize) -> Self {
        let mut locks = Self { few: [(0, 0); FEW], len: 0, many: Vec::new() };
        if most > FEW {
            locks.many.extend(channels);
            locks.many.sort_unstable();
            locks.many.dedup_by_key(|lock| lock.0);
            return locks;
        }
        for lock in channels {
            // Insertion sort: there are few, and mostly two.
            let mut at = locks.len;
            while at > 0 && locks.few[at - 1].0 > lock.0 {
                at -= 1;
            }
            if at > 0 && locks.few[at - 1].0 == lock.0 {
                continue;
            }
            locks.few.copy_within(at..locks.len, at + 1);
            locks.few[at] = lock;
            locks.len += 1;
        }
        locks
    }

    /// One entry of each channel, in locking order.
    pub(crate) fn entries(&self) -> impl Iterator<Item = usize> + '_ {
        let locks = if self.many.is_empty() { &self.few[..self.len] } else { &self.many };
        locks.iter().map(|lock| lock.1 as usize)
    }
}

#[cfg(all(test, not(loom)))]
mod tests {
    use super::{Entries, Locks};

    #[test]
    fn each_entry_is_drawn_once() {
        for n in [0, 1, 2, 8, 9, 63, 64, 65, 300] {
            for biased in [false, true] {
                let mut candidates = Entries::NONE;
                (0..n).for_each(|entry| candidates.insert(entry));
                assert_eq!(candidates.len(), n);
                let mut drawn: Vec<_> = std::iter::from_fn(|| candidates.draw(biased)).collect();
                assert!(!biased || drawn.is_sorted());
                drawn.sort_unstable();
                assert!(drawn.into_iter().eq(0..n));
            }
        }
    }

    #[test]
    fn a_set_of_entries_is_a_set() {
        for n in [0, 1, 63, 64, 65, 128, 200] {
            let mut all = Entries::first(n);
            let listed = |set: &Entries| {
                let mut next = 0;
                std::iter::from_fn(|| set.next(next).inspect(|at| next = at + 1)).collect::<Vec<_>>()
            };
            assert_eq!(listed(&all), (0..n).collect::<Vec<_>>());
            (0..n).filter(|entry| entry % 3 != 0).for_each(|entry| all.remove(entry));
            assert_eq!(listed(&all), (0..n).step_by(3).collect::<Vec<_>>());
            assert!((0..n + 70).all(|entry| all.contains(entry) == (entry < n && entry % 3 == 0)));
        }
    }

    #[test]
    fn a_draw_is_uniform() {
        crate::shim::choice::seed(3);
        for step in [1, 3] {
            let mut hits = [0; 64];
            for _ in 0..64_000 {
                let mut set = Entries::NONE;
                (0..64).step_by(step).for_each(|entry| set.insert(entry));
                hits[set.draw(false).unwrap()] += 1;
            }
            let fair = 1_000 * step;
            let close = |(entry, &hits): (usize, &usize)| match entry % step {
                0 => hits > fair * 4 / 5 && hits < fair * 6 / 5,
                _ => hits == 0,
            };
            assert!(hits.iter().enumerate().all(close), "{hits:?}");
        }
    }

    #[test]
    fn locks_are_sorted_and_unique() {
        for most in [5, 500] {
            let channels = [(30, 0), (10, 1), (30, 2), (20, 3), (10, 4)];
            let locks = Locks::new(channels.into_iter(), most);
            let addresses: Vec<_> = locks.entries().map(|entry| channels[entry].0).collect();
            assert_eq!(addresses, [10, 20, 30]);
        }
    }
}
