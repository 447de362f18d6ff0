//! Where entries are. A place never moves and is never given back to the system: it is found by its index without a lock,
//! and used again by the next registration.

use super::entry::{Entry, Ready};
use crate::shim::plain::OnceLock;
use crate::shim::{Mutex, lock};
use crate::wait::Wakes;

/// Entries of the first chunk; each further one is twice as large.
const FIRST: usize = 64;
/// More chunks than there can be descriptors for.
const CHUNKS: usize = 24;

pub(super) struct Table {
    chunks: [OnceLock<Box<[Entry]>>; CHUNKS],
    places: Mutex<Places>,
}

struct Places {
    /// Places that were used before and are not in use.
    free: Vec<u32>,
    /// The first that never was.
    next: u32,
    over: bool,
}

/// In which chunk an index is, and where there.
fn place(index: usize) -> (usize, usize) {
    let chunk = (index / FIRST + 1).ilog2() as usize;
    (chunk, index - FIRST * ((1 << chunk) - 1))
}

impl Table {
    pub(super) fn new() -> Self {
        let places = Places { free: Vec::new(), next: 0, over: false };
        Self { chunks: [const { OnceLock::new() }; CHUNKS], places: Mutex::new(places) }
    }

    /// A place for a registration: its key, and the entry. None: there will be no events any more, or there is no place.
    pub(super) fn begin(&self, ready: Ready) -> Option<(u64, &Entry)> {
        let mut places = lock(&self.places);
        if places.over {
            return None;
        }
        let index = match places.free.pop() {
            Some(index) => index,
            None => {
                let (chunk, _) = place(places.next as usize);
                let entries = || (0..FIRST << chunk).map(|_| Entry::new()).collect();
                self.chunks.get(chunk)?.get_or_init(entries);
                places.next += 1;
                places.next - 1
            }
        };
        let entry = self.entry(index)?;
        // Under the lock, so that `over` comes after it or is seen.
        let generation = entry.begin(ready);
        Some((u64::from(generation) << 32 | u64::from(index), entry))
    }

    /// The registration is over.
    #[cfg(not(loom))]
    pub(super) fn end(&self, key: u64) {
        let index = key as u32;
        if let Some(entry) = self.entry(index) {
            entry.end();
            lock(&self.places).free.push(index);
        }
    }

    /// The entry of a key, and the generation that the key means.
    pub(super) fn find(&self, key: u64) -> Option<(&Entry, u32)> {
        self.entry(key as u32).map(|entry| (entry, (key >> 32) as u32))
    }

    fn entry(&self, index: u32) -> Option<&Entry> {
        let (chunk, at) = place(index as usize);
        self.chunks.get(chunk)?.get()?.get(at)
    }

    /// There will be no more events.
    pub(super) fn over(&self, wakes: &mut Wakes) {
        let next = {
            let mut places = lock(&self.places);
            places.over = true;
            places.next
        };
        for index in 0..next {
            if let Some(entry) = self.entry(index) {
                entry.over(wakes);
            }
        }
        wakes.wake_all();
    }

    /// There may be events again. The entries are as new when they are registered.
    pub(super) fn renew(&self) {
        lock(&self.places).over = false;
    }

    /// Registrations that have not ended.
    pub(super) fn in_use(&self) -> usize {
        let places = lock(&self.places);
        places.next as usize - places.free.len()
    }
}

#[cfg(all(test, not(loom)))]
mod tests {
    use super::*;

    #[test]
    fn indices_fill_the_chunks_one_after_the_other() {
        let mut expected = (0, 0);
        for index in 0..10_000 {
            assert_eq!(place(index), expected);
            expected.1 += 1;
            if expected.1 == FIRST << expected.0 {
                expected = (expected.0 + 1, 0);
            }
        }
    }

    #[test]
    fn a_place_is_used_again_under_another_key() {
        let table = Table::new();
        let (first, entry) = table.begin(Ready::Perhaps).unwrap();
        let (other, _) = table.begin(Ready::Perhaps).unwrap();
        assert_ne!(first, other);
        table.end(first);
        let (again, same) = table.begin(Ready::No).unwrap();
        assert!(std::ptr::eq(entry, same));
        assert_ne!(first, again);
        assert_eq!(table.in_use(), 2);
        table.over(&mut Wakes::default());
        assert!(table.begin(Ready::No).is_none());
    }
}
