//! In which order a select asks its entries, and in which it locks their channels.

use crate::shim::choice;

/// How many entries are kept without an allocation.
const FEW: usize = 8;

/// The entries that are worth a try, drawn one by one.
pub(crate) struct Candidates {
    /// The first 64 entries, a bit each.
    few: u64,
    /// The others.
    many: Vec<u32>,
}

impl Candidates {
    pub(crate) fn new() -> Self {
        Self { few: 0, many: Vec::new() }
    }

    /// In ascending order.
    #[inline]
    pub(crate) fn add(&mut self, entry: usize) {
        match 1u64.checked_shl(entry as u32) {
            Some(bit) => self.few |= bit,
            None => self.many.push(entry as u32),
        }
    }

    /// Takes one out: any of them with the same chance, or the first.
    #[inline]
    pub(crate) fn draw(&mut self, biased: bool) -> Option<usize> {
        let few = self.few.count_ones();
        let all = few + self.many.len() as u32;
        let nth = if biased || all < 2 { 0 } else { choice::below(all) };
        if nth < few {
            let mut bits = self.few;
            for _ in 0..nth {
                bits &= bits - 1;
            }
            let entry = bits.trailing_zeros();
            self.few &= !(1 << entry);
            return Some(entry as usize);
        }
        if self.many.is_empty() {
            return None;
        }
        let at = (nth - few) as usize;
        let entry = if biased { self.many.remove(at) } else { self.many.swap_remove(at) };
        Some(entry as usize)
    }
}

/// A random order of `0..n`.
pub(crate) struct Order {
    few: [u8; FEW],
    many: Vec<u32>,
    n: usize,
    biased: bool,
}

impl Order {
    pub(crate) fn new(n: usize, biased: bool) -> Self {
        let mut few = [0; FEW];
        let mut many = Vec::new();
        if n <= FEW {
            for (at, entry) in few.iter_mut().enumerate() {
                *entry = at as u8;
            }
        } else if !biased {
            many = (0..n as u32).collect();
        }
        let mut order = Self { few, many, n, biased };
        for turn in 0..n {
            order.draw(turn);
        }
        order
    }

    /// Decides which entry has this turn, once those before have theirs.
    fn draw(&mut self, turn: usize) {
        if self.biased {
            return;
        }
        let other = turn + choice::below((self.n - turn) as u32) as usize;
        if self.n <= FEW {
            self.few.swap(turn, other);
        } else {
            self.many.swap(turn, other);
        }
    }

    /// The entry of a turn.
    #[inline]
    pub(crate) fn drawn(&self, turn: usize) -> usize {
        match (self.biased, self.n <= FEW) {
            (true, _) => turn,
            (false, true) => usize::from(self.few[turn]),
            (false, false) => self.many[turn] as usize,
        }
    }
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

    pub(crate) fn is_empty(&self) -> bool {
        self.len == 0 && self.many.is_empty()
    }
}

#[cfg(all(test, not(loom)))]
mod tests {
    use super::{Candidates, Locks, Order};

    #[test]
    fn an_order_visits_each_entry_once() {
        for n in [0, 1, 2, 8, 9, 63, 64, 65, 300] {
            for biased in [false, true] {
                let order = Order::new(n, biased);
                let mut candidates = Candidates::new();
                (0..n).for_each(|entry| candidates.add(entry));
                let drawn: Vec<_> = std::iter::from_fn(|| candidates.draw(biased)).collect();
                for mut seen in [(0..n).map(|turn| order.drawn(turn)).collect(), drawn] {
                    assert!(!biased || seen.is_sorted());
                    seen.sort_unstable();
                    assert!(seen.into_iter().eq(0..n));
                }
            }
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
