//! Which processes may be stuck at all: a quick look that rules out most, and remembers little of each.
//!
//! Whoever waits to receive from a channel of which no suspect holds a sender is alive, and so on. To know that, an end that some suspect
//! holds is a bit in a small table, found by a hash: what is not in the table is held by no suspect; what is may be there because of
//! another. So the first round goes over all processes twice and notes only those that pass; further rounds go over these, as long as
//! that rules out many. Nobody's token is kept for longer than it takes to read what one process holds.
//!
//! A process that is stuck stands still, and so do those that it waits for: it is seen as it is and passes every round.

use super::{PATIENCE, Suspect, whole};
use crate::chan::look::each_end;
use crate::chan::shared::Side;
use crate::sched::pool::Pool;
use crate::task::reason::Waits as Why;
use crate::task::{TaskRef, slab};

/// What there is, before anything is ruled out.
#[derive(Default)]
pub(super) struct Crowd {
    /// Processes that wait for others; of them those that have done so long enough.
    pub(super) waiting: usize,
    pub(super) long: usize,
    /// Whether `main` is among the latter.
    pub(super) main: bool,
}

/// Bits for each process that waits: an eighth of them is set if each holds two ends.
const BITS: usize = 16;

/// A set that forgets nothing and may seem to hold more than was put in.
struct Table {
    words: Vec<u64>,
    shift: u32,
}

/// What is in a table: an end that is held, a process that waits, one whose handle is held by whoever waits for its end.
#[derive(Clone, Copy)]
struct Word(usize);

impl Word {
    fn end(side: Side, channel: usize) -> Self {
        Self(channel | side as usize)
    }

    fn waits(process: usize) -> Self {
        Self(process | 2)
    }

    fn owned(process: usize) -> Self {
        Self(process | 3)
    }
}

impl Table {
    fn for_about(processes: usize) -> Self {
        let bits = (processes * BITS).next_power_of_two().max(1 << 10);
        Self { words: vec![0; bits / 64], shift: 64 - bits.ilog2() }
    }

    /// Addresses stand in a row, and so would their products with one number: mixed in between, they fall anywhere.
    fn place(&self, word: Word) -> (usize, u64) {
        const FACTOR: u64 = 0x9e37_79b9_7f4a_7c15;
        let mixed = (word.0 as u64).wrapping_mul(FACTOR);
        let hash = (mixed ^ mixed >> 32).wrapping_mul(FACTOR) >> self.shift;
        ((hash / 64) as usize, 1 << (hash % 64))
    }

    fn put(&mut self, word: Word) {
        let (at, bit) = self.place(word);
        self.words[at] |= bit;
    }

    fn may_have(&self, word: Word) -> bool {
        let (at, bit) = self.place(word);
        self.words[at] & bit != 0
    }

    /// Puts in what follows from this process.
    fn read(&mut self, suspect: &Suspect) {
        let Some(token) = suspect.task.seize(suspect.sight) else { return };
        each_end(&token, |end| self.put(Word::end(end.side, end.address())));
        self.put(Word::waits(suspect.slot()));
        let (why, on, _) = suspect.task.waiting();
        if why == Why::Join && suspect.task.owns_awaited() {
            self.put(Word::owned(on));
        }
    }

    /// Whether the process may be stuck, if only those are that were put in.
    fn passes(&self, suspect: &Suspect) -> bool {
        if suspect.is_kept() && !self.may_have(Word::owned(suspect.slot())) {
            return false;
        }
        let both = |channel| {
            self.may_have(Word::end(Side::Sender, channel))
                && self.may_have(Word::end(Side::Receiver, channel))
        };
        match suspect.task.waiting() {
            (Why::Send | Why::Recv, channel, _) => both(channel),
            (Why::Join, other, _) => self.may_have(Word::waits(other)),
            (Why::Select, ..) => suspect.task.seize(suspect.sight).is_some_and(|token| {
                let mut passes = false;
                each_end(&token, |end| passes = passes || both(end.address()));
                passes
            }),
            _ => false,
        }
    }
}

/// Calls `f` for each process of the pool that waits for others and has done so long enough, which is known from the second look on.
pub(super) fn each_waiting(pool: &'static Pool, now: u64, mut f: impl FnMut(Suspect)) -> Crowd {
    let mut crowd = Crowd::default();
    slab::each(|task| {
        let Some(sight) = task.parked().filter(|_| pool.owns(task) && task.queues() > 0) else { return };
        crowd.waiting += 1;
        let age = task.waits_since(sight, now);
        // What is from the unit to come was seen in this one.
        if (PATIENCE..(1 << 14) - 1).contains(&age) {
            crowd.long += 1;
            crowd.main |= whole::is_main(task);
            f(Suspect { task, sight, age: age as u32 });
        }
    });
    crowd
}

/// Those of the pool's processes that may be stuck, if not everybody is. `about` so many wait.
pub(super) fn sift(pool: &'static Pool, now: u64, about: usize) -> (Crowd, Vec<Suspect>) {
    let speaks = |task: TaskRef| task.has_something() || task.waiting().0 == Why::Join;
    let mut table = Table::for_about(about);
    let mut some = false;
    let crowd = each_waiting(pool, now, |suspect| {
        if speaks(suspect.task) {
            some = true;
            table.read(&suspect);
        }
    });
    let mut suspects = Vec::new();
    if some {
        each_waiting(pool, now, |suspect| {
            if speaks(suspect.task) && table.passes(&suspect) {
                suspects.push(suspect);
            }
        });
    }
    let mut before = usize::MAX;
    while suspects.len() < before - before / 8 {
        before = suspects.len();
        let mut table = Table::for_about(before);
        suspects.iter().for_each(|suspect| table.read(suspect));
        suspects.retain(|suspect| table.passes(suspect));
    }
    (crowd, suspects)
}

#[cfg(test)]
#[test]
fn a_table_forgets_nothing_and_is_seldom_wrong() {
    // As channels and processes lie in memory.
    for step in [128, 112, 176, 1552] {
        let mut table = Table::for_about(10_000);
        let words = |from: usize| {
            (from..from + 10_000).map(move |n| Word::end(Side::Receiver, 0x7f12_3456_7000 + n * step))
        };
        words(0).for_each(|word| table.put(word));
        assert!(words(0).all(|word| table.may_have(word)));
        let wrong = words(20_000).filter(|word| table.may_have(*word)).count();
        assert!(wrong < 600, "{wrong} of 10,000 that are not there, in steps of {step}");
    }
}
