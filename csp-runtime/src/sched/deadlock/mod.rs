//! Processes that wait for each other and will never go on, found in ordinary runs.
//!
//! The monitor looks, about once a second while something runs, and three times after everything went to sleep. A process counts only if
//! * it waits, and waited in the same place at an earlier look;
//! * it waits in queues of channels, or for the end of a process, and in nothing else: whoever could wake it otherwise (a timer, a
//!   socket, a foreign future with a copy of its waker) left a mark in its header;
//! * all ends of those channels lie in frames of processes that are stuck as well. What lies where, the processes said: `task/hold.rs`.
//!   An end of which nobody said so counts as alive, wherever it is: on a thread, in a collection, behind a pointer.
//!
//! The look takes the tokens of those processes, so that nobody runs them, reads, and gives the tokens back; who was woken meanwhile
//! is queued then. `graph.rs` finds the set, `report.rs` says what it found, `whole.rs` knows when the whole program stands still.

mod graph;
mod report;
mod whole;

use std::collections::{HashMap, HashSet};
use std::time::Duration;

use self::graph::{Ends, Need, Node};
use super::pool::Pool;
use crate::chan::look::{End, Queue, each_end};
use crate::chan::shared::Side;
use crate::shim::plain::{Mutex, lock};
use crate::task::reason::Waits as Why;
use crate::task::{DeadlockPolicy, Glance, Place, Seized, TaskRef, slab};
use crate::time::clock;
use crate::wait::who::Waiting;

pub(crate) use whole::{looker_started, set_main};

/// Between two looks (nanoseconds).
const PERIOD: u64 = 1_000_000_000;
/// The unit in which waits are measured (nanoseconds).
const UNIT: u64 = PERIOD / 4;
/// A wait that is shorter is none to look at (units).
const PATIENCE: u64 = 4;
/// Looks after which nothing new is to be seen, if nothing runs: the third finds what waited at the first.
const LOOKS: u32 = 3;
/// If more processes than this wait that long, nobody looks: it would take them all from their work at once.
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
    reported: HashSet<(usize, u64)>,
    /// The turns taken so far, and the looks since there was another.
    turns: u64,
    same: u32,
}

/// A process that waited long enough, with its token.
struct Suspect {
    token: Seized,
    sight: Glance,
    /// For how long it is known to wait (units).
    age: u64,
    why: Why,
    on: usize,
    at: Option<Place>,
}

impl Pool {
    /// Looks for deadlocks, if it is time. Gives when to look again even if nothing runs until then.
    pub(crate) fn seek_deadlocks(&'static self) -> Option<Duration> {
        let policy = self.config.on_deadlock;
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

    fn look_for_deadlocks(&'static self, memory: &mut Memory, policy: DeadlockPolicy, now: u64) {
        let now = now / UNIT;
        let (mut waited, mut count, mut main) = (Vec::new(), 0, false);
        self.each_waiting(now, |task, sight, age| {
            count += 1;
            main |= whole::is_main(task);
            if task.holds_something() || task.owns_awaited() || task.waiting().0 == Why::Join {
                waited.push((task, sight, age));
            }
        });
        let whole = main && whole::stands_still(self, count);
        if whole {
            waited.clear();
            self.each_waiting(now, |task, sight, age| waited.push((task, sight, age)));
        }
        if waited.len() > MOST_SUSPECTS {
            return;
        }
        let suspects: Vec<Suspect> = waited.into_iter().filter_map(Suspect::new).collect();
        let found = Found::among(&suspects, whole);
        let news = |at: &usize| !memory.reported.contains(&suspects[*at].identity());
        let new: Vec<_> = found.groups().into_iter().filter(|group| group.iter().any(news)).collect();
        let mut texts = Vec::new();
        for group in &new {
            texts.push(report::text(&suspects, &found, group));
            memory.reported.extend(group.iter().map(|at| suspects[*at].identity()));
        }
        if policy == DeadlockPolicy::Panic {
            for task in new.iter().flatten().map(|at| suspects[*at].token.task()) {
                task.doom();
                task.cancel();
            }
        }
        let Found { member, .. } = found;
        // The others are not kept while the report is written, which may take as long as whoever reads it does.
        let stuck: Vec<_> = suspects.into_iter().zip(member).filter(|(_, member)| *member).collect();
        texts.iter().for_each(|text| report::print(text));
        #[cfg(feature = "record")]
        if !texts.is_empty()
            && let Err(error) = crate::record::save()
        {
            report::print(&format!("csp: the recorded events cannot be written: {error}\n"));
        }
        if whole && policy == DeadlockPolicy::Report {
            whole::end();
        }
        drop(stuck);
    }

    /// Calls `f` for each process of this pool that waits for others and has done so long enough, with for how long that is known.
    fn each_waiting(&'static self, now: u64, mut f: impl FnMut(TaskRef, Glance, u64)) {
        slab::each(|task| {
            let Some(sight) = task.parked().filter(|_| self.owns(task) && task.queues() > 0) else { return };
            if !matches!(task.waiting().0, Why::Send | Why::Recv | Why::Select | Why::Join) {
                return;
            }
            let age = task.waits_since(sight, now);
            // What is from the unit to come was seen in this one.
            if (PATIENCE..(1 << 14) - 1).contains(&age) {
                f(task, sight, age);
            }
        });
    }
}

impl Suspect {
    fn new((task, sight, age): (TaskRef, Glance, u64)) -> Option<Self> {
        let token = task.seize(sight)?;
        let (why, on, at) = task.waiting();
        Some(Self { token, sight, age, why, on, at })
    }

    fn slot(&self) -> usize {
        self.token.task().as_ptr().addr()
    }

    fn identity(&self) -> (usize, u64) {
        (self.slot(), self.sight.sequence())
    }

    fn ends(&self) -> impl Iterator<Item = End<'_>> {
        let mut ends = Vec::new();
        each_end(&self.token, |end| ends.push(end));
        ends.into_iter()
    }
}

/// The processes that are stuck, and what is known of them.
struct Found<'s> {
    nodes: Vec<Node>,
    /// Some end of each channel that one of them holds an end of, and where it was made.
    channels: Vec<(End<'s>, Ends, Place)>,
    /// Those that will never go on.
    member: Vec<bool>,
}

impl<'s> Found<'s> {
    /// Those among the suspects that will never go on; all, if the whole program stands still.
    fn among(suspects: &'s [Suspect], whole: bool) -> Self {
        let (mut channels, mut numbers) = (Vec::new(), HashMap::new());
        let mut nobody = [(); 2].map(|()| Queue::with_room(0));
        let mut ends: Vec<Vec<_>> = Vec::new();
        for suspect in suspects {
            ends.push(
                suspect
                    .ends()
                    .map(|end| {
                        let number = *numbers.entry(end.address()).or_insert_with(|| {
                            let sight = end.look(&mut nobody).unwrap();
                            let counts = Ends { senders: sight.senders, receivers: sight.receivers };
                            channels.push((end, counts, sight.made));
                            channels.len() - 1
                        });
                        (end.side, number)
                    })
                    .collect(),
            );
        }
        let places: HashMap<usize, usize> = suspects.iter().enumerate().map(|(i, s)| (s.slot(), i)).collect();
        let mut found = Self { nodes: Vec::new(), channels, member: Vec::new() };
        for (suspect, ends) in suspects.iter().zip(ends) {
            let (need, owns) = match suspect.why {
                Why::Recv => (found.plain(&numbers, suspect.on, Side::Receiver), false),
                Why::Send => (found.plain(&numbers, suspect.on, Side::Sender), false),
                // All that it holds, until its queues are known.
                Why::Select => (Need::Any(ends.clone()), false),
                Why::Join => match places.get(&suspect.on) {
                    Some(other) => (Need::End(*other), suspect.token.task().owns_awaited()),
                    None => (Need::Any(Vec::new()), false),
                },
                _ => (Need::Any(Vec::new()), false),
            };
            let kept = !suspect.sight.is_detached() && !whole::is_main(suspect.token.task());
            found.nodes.push(Node { need, ends, kept, owns });
        }
        if whole {
            found.enter_queues(suspects);
            found.member = vec![true; suspects.len()];
            return found;
        }
        // The queues are looked at only where there is something to find.
        for (node, suspect) in found.nodes.iter_mut().zip(suspects) {
            if suspect.why == Why::Select && !node.ends.is_empty() {
                node.need = Need::Any(node.ends.iter().take(1).copied().collect());
            }
        }
        found.member = graph::stuck(&found.nodes, &found.counts());
        if found.member.contains(&true) {
            found.enter_queues(suspects);
            found.member = graph::stuck(&found.nodes, &found.counts());
        }
        found
    }

    fn plain(&self, numbers: &HashMap<usize, usize>, channel: usize, side: Side) -> Need {
        Need::Any(numbers.get(&channel).map(|number| (side, *number)).into_iter().collect())
    }

    fn counts(&self) -> Vec<Ends> {
        self.channels.iter().map(|(_, ends, _)| *ends).collect()
    }

    fn groups(&self) -> Vec<Vec<usize>> {
        graph::groups(&self.nodes, &self.member)
    }

    /// Sets what each process waits for to what the queues say; who is not in as many as it said is alive.
    fn enter_queues(&mut self, suspects: &[Suspect]) {
        let mut queued: HashMap<Waiting, Vec<(Side, usize)>> = HashMap::new();
        for (number, (end, ..)) in self.channels.iter().enumerate() {
            let mut room = 16;
            let queues = loop {
                let mut queues = [(); 2].map(|()| Queue::with_room(room));
                end.look(&mut queues);
                if room >= MOST_WAITING || !queues.iter().any(|queue| queue.more) {
                    break queues;
                }
                room *= 8;
            };
            for side in [Side::Sender, Side::Receiver] {
                for waiting in queues[side as usize].waiting() {
                    queued.entry(*waiting).or_default().push((side, number));
                }
            }
        }
        for (node, suspect) in self.nodes.iter_mut().zip(suspects) {
            let who = match suspect.why {
                Why::Recv | Why::Send => Waiting::Process(suspect.token.task()),
                Why::Select => Waiting::Select(suspect.on),
                _ => continue,
            };
            let queues = queued.remove(&who).unwrap_or_default();
            let all = queues.len() == suspect.token.task().queues() as usize;
            node.need = Need::Any(if all { queues } else { Vec::new() });
        }
    }
}
