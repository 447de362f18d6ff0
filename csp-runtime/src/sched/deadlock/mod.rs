//! Processes that wait for each other and will never go on, found in ordinary runs.
//!
//! The monitor looks, about once a second while something runs, and three times after everything went to sleep. A process counts only if
//! * it waits, and waited in the same place at an earlier look;
//! * it waits in queues of channels, or for the end of a process, and in nothing else: whoever could wake it otherwise (a timer, a
//!   socket, a foreign future with a copy of its waker) left a mark in its header;
//! * all ends of those channels lie in frames of processes that are stuck as well. What lies where, the processes said: `task/hold.rs`.
//!   An end of which nobody said so counts as alive, wherever it is: on a thread, in a collection, behind a pointer.
//!
//! `sift.rs` rules out most in a quick look. `found.rs` reads what the others hold and wait for, and `graph.rs` finds the set in it. So
//! far the token of each was taken for an instant only, and it may have moved since. So now those of the set are taken all at once, that
//! nobody runs them, and what is read and found once more holds for ever. Who was woken meanwhile is queued as its token is given back.
//! `report.rs` says what was found, `whole.rs` knows when the whole program stands still.

mod found;
mod graph;
mod report;
mod rows;
mod sift;
mod whole;

use std::time::Duration;

use self::found::Found;
use self::graph::Web;
use super::pool::Pool;
use crate::record;
use crate::shim::plain::{Mutex, MutexGuard, lock};
use crate::task::{DeadlockPolicy, Glance, TaskRef};
use crate::time::clock;

pub(crate) use whole::{looker_started, set_main};

/// Between two looks (nanoseconds).
const PERIOD: u64 = 1_000_000_000;
/// The unit in which waits are measured (nanoseconds).
const UNIT: u64 = PERIOD / 4;
/// A wait that is shorter is none to look at (units).
const PATIENCE: u64 = 4;
/// Looks after which nothing new is to be seen, if nothing runs: the third finds what waited at the first.
const LOOKS: u32 = 3;
/// If more processes than this may be stuck and others run, nobody looks further: it would keep them all from their work at once.
const MOST_SUSPECTS: usize = 1 << 16;
/// A look may take this part of the time.
const SHARE: u64 = 100;
/// Channels in which more wait are not looked at.
const MOST_WAITING: usize = 1 << 16;

/// What one pool remembers from look to look.
#[derive(Default)]
pub(crate) struct Deadlocks(Mutex<Memory>);

#[derive(Default)]
struct Memory {
    /// Not before that time.
    next: u64,
    /// Those that were told of, in order: `Suspect::identity`.
    reported: Vec<(usize, u64)>,
    /// The turns taken so far, and the looks since there was another.
    turns: u64,
    same: u32,
    /// How many processes waited at the last look.
    crowd: usize,
}

impl Deadlocks {
    /// For another runtime.
    pub(crate) fn renew(&self) {
        *lock(&self.0) = Memory::default();
    }
}

impl Memory {
    /// Whether nobody was told of the process.
    fn is_new(&self, suspect: &Suspect) -> bool {
        self.reported.binary_search(&suspect.identity()).is_err()
    }
}

/// A process that waited long enough.
#[derive(Clone, Copy)]
struct Suspect {
    task: TaskRef,
    sight: Glance,
    /// For how long it is known to wait (units).
    age: u32,
}

impl Suspect {
    fn slot(&self) -> usize {
        self.task.as_ptr().addr()
    }

    fn identity(&self) -> (usize, u64) {
        (self.slot(), self.sight.sequence())
    }

    /// Whether somebody may have its handle.
    fn is_kept(&self) -> bool {
        !self.sight.is_detached() && !whole::is_main(self.task)
    }
}

/// Who takes tokens to look at processes: one at a time, so that a process that waits is never missed for the other's sake.
pub(crate) fn looks() -> MutexGuard<'static, ()> {
    static LOOKS: Mutex<()> = Mutex::new(());
    lock(&LOOKS)
}

impl Pool {
    /// Looks for deadlocks, if it is time. Gives when to look again even if nothing runs until then.
    pub(crate) fn seek_deadlocks(&'static self) -> Option<Duration> {
        let policy = self.config().on_deadlock;
        if policy == DeadlockPolicy::Ignore {
            return None;
        }
        let mut memory = lock(&self.deadlocks.0);
        let now = clock::now();
        let turns = (0..self.slots()).map(|i| u64::from(self.slot(i).turn().0)).sum();
        if turns != memory.turns {
            (memory.turns, memory.same) = (turns, 0);
        }
        if memory.same >= LOOKS {
            return None;
        }
        if now >= memory.next {
            memory.same += 1;
            self.look_for_deadlocks(&mut memory, policy, now);
            let end = clock::now();
            memory.next = end + PERIOD.max((end - now).saturating_mul(SHARE));
        }
        Some(Duration::from_nanos(memory.next.saturating_sub(clock::now())))
    }

    /// Those that are stuck, as far as a look tells that takes one token at a time, if there are new ones; and whether they are all that
    /// there is.
    fn suspects(&'static self, memory: &mut Memory, now: u64) -> Option<(Vec<Suspect>, bool)> {
        let (crowd, mut suspects) = sift::sift(self, now, memory.crowd);
        memory.crowd = crowd.waiting;
        if crowd.main && whole::stands_still(self, crowd.long) {
            suspects.clear();
            sift::each_waiting(self, now, |suspect| suspects.push(suspect));
            return (suspects.len() == crowd.long).then_some((suspects, true));
        }
        if suspects.is_empty() || suspects.len() > MOST_SUSPECTS {
            return None;
        }
        let token = |at: usize| suspects[at].task.seize(suspects[at].sight);
        let member = Found::among(&suspects, token).graph.stuck();
        keep(&mut suspects, &member);
        suspects.iter().any(|suspect| memory.is_new(suspect)).then_some((suspects, false))
    }

    fn look_for_deadlocks(&'static self, memory: &mut Memory, policy: DeadlockPolicy, now: u64) {
        let looks = looks();
        let Some((mut suspects, whole)) = self.suspects(memory, now / UNIT) else { return };
        let all = suspects.len();
        let mut tokens = Vec::with_capacity(suspects.len());
        suspects.retain(|suspect| {
            let token = suspect.task.seize(suspect.sight);
            let taken = token.is_some();
            tokens.extend(token);
            taken
        });
        if whole && suspects.len() < all {
            return;
        }
        let mut found = Found::among(&suspects, |at| Some(&tokens[at]));
        found.enter_queues(&suspects, &tokens);
        let member = if whole { vec![true; suspects.len()] } else { found.graph.stuck() };
        let web = Web::of(&found.graph, &member);
        let groups = web.groups().into_iter();
        let groups: Vec<_> =
            groups.filter(|group| group.iter().any(|at| memory.is_new(&suspects[*at]))).collect();
        let texts: Vec<_> = groups.iter().map(|group| report::text(&suspects, &found, &web, group)).collect();
        let new: Vec<Suspect> = groups.iter().flatten().map(|at| suspects[*at]).collect();
        if policy == DeadlockPolicy::Panic {
            for suspect in &new {
                suspect.task.doom();
                suspect.task.cancel();
            }
        } else {
            // They stay as they are; a new one may have joined some that were told of.
            memory.reported.extend(new.iter().map(Suspect::identity));
            memory.reported.sort_unstable();
            memory.reported.dedup();
        }
        // The others are not kept while the report is written, which may take as long as whoever reads it does.
        keep(&mut tokens, &member);
        drop(looks);
        texts.iter().for_each(|text| report::print(text));
        if !texts.is_empty() {
            record::save_and_say();
        }
        if whole && policy == DeadlockPolicy::Report {
            whole::end();
        }
    }
}

/// Keeps those of which the same place says so.
fn keep<T>(all: &mut Vec<T>, kept: &[bool]) {
    let mut kept = kept.iter();
    all.retain(|_| kept.next() == Some(&true));
}
