//! What others see of a worker. A slot lives as long as its pool; threads move in and out.

use super::parker::Parker;
use super::queue::{Owned, Thief};
use crate::sched::thread_state::{SystemThread, ThreadState};
use crate::shim::atomic::{AtomicBool, AtomicU32, AtomicU64, Ordering};
use crate::shim::plain::{Mutex, lock};
use crate::task::{Place, Sight, TaskRef, TokenCell};
use crate::time::Shard;

/// Nanoseconds of work that are worth waking another worker for: to wake it, and to move what they share into its caches,
/// takes about as long.
const WORTH_SHARING: u64 = 5_000;
/// So many woken processes are more than one that talk to each other: some of them can be moved together.
const MANY: usize = 12;

/// Two lines, so that what the owner writes at every turn shares a line with nobody else's.
#[repr(align(128))]
pub(crate) struct Slot {
    /// What the worker runs next. Only its thread puts, anybody takes.
    pub(crate) lifo: TokenCell,
    /// Twice the turn; odd while the worker looks for work or sleeps.
    turn: AtomicU32,
    /// The monitor asks a spare thread to go.
    pub(crate) retire: AtomicBool,
    /// See `is_stuck` and `is_reserve`.
    stuck: AtomicBool,
    reserve: AtomicBool,
    pace: AtomicU32,
    /// Whose turn it is, for the monitor to name.
    running: Sight,
    started: AtomicU64,
    ended: AtomicU64,
    pub(crate) fifo: Thief,
    pub(crate) stack: Thief,
    pub(crate) parker: Parker,
    pub(crate) shard: Shard,
    /// The owner's ends of the queues, while no thread has them.
    pub(crate) home: Mutex<Option<Queues>>,
    /// The thread that is here, as the system knows it.
    thread: Mutex<Option<SystemThread>>,
}

pub(crate) struct Queues {
    /// Woken and yielded processes.
    pub(crate) fifo: Owned,
    /// Newly started processes.
    pub(crate) stack: Owned,
}

impl Slot {
    pub(crate) fn new() -> Self {
        let queues = Queues { fifo: Owned::fifo(), stack: Owned::stack() };
        Self {
            lifo: TokenCell::new(),
            turn: AtomicU32::new(1),
            retire: AtomicBool::new(false),
            stuck: AtomicBool::new(false),
            reserve: AtomicBool::new(false),
            pace: AtomicU32::new(0),
            running: Sight::new(),
            started: AtomicU64::new(0),
            ended: AtomicU64::new(0),
            fifo: queues.fifo.thief(),
            stack: queues.stack.thief(),
            parker: Parker::new(),
            shard: Shard::new(),
            home: Mutex::new(Some(queues)),
            thread: Mutex::new(None),
        }
    }

    /// Whether no thread has the slot, and it is as the last one left it.
    pub(crate) fn is_vacant(&self) -> bool {
        lock(&self.home).is_some() && !self.has_work()
    }

    /// For another runtime; ends first, as in `Pool::counted`.
    pub(crate) fn renew(&self) {
        self.ended.store(0, Ordering::Relaxed);
        self.started.store(0, Ordering::Relaxed);
        self.set_idle(0);
        self.retire.store(false, Ordering::Relaxed);
        self.set_stuck(false);
        self.set_reserve(false);
        self.set_pace(0);
    }

    /// Whether so much waits here that another worker should share it.
    pub(crate) fn has_to_share(&self) -> bool {
        !self.stack.is_empty()
            || self.is_worth_sharing(self.fifo.len())
            || (self.is_stuck() && self.has_work())
    }

    /// Whether so many woken processes keep the worker busy for longer than it takes another to begin with them.
    #[inline]
    pub(crate) fn is_worth_sharing(&self, waiting: usize) -> bool {
        // ORDERING: Relaxed: a guess.
        let work = waiting as u64 * u64::from(self.pace.load(Ordering::Relaxed));
        // The model checker knows no time.
        if cfg!(loom) { waiting > 0 } else { waiting >= MANY || work >= WORTH_SHARING }
    }

    /// How long turns are: nanoseconds on the average.
    pub(crate) fn set_pace(&self, pace: u64) {
        self.pace.store(u32::try_from(pace).unwrap_or(u32::MAX), Ordering::Relaxed);
    }

    /// Whether anything waits here, also what will run next.
    pub(crate) fn has_work(&self) -> bool {
        !self.lifo.peek().is_null() || !self.fifo.is_empty() || !self.stack.is_empty()
    }

    /// The worker's next turn begins.
    #[inline]
    pub(crate) fn set_turn(&self, turn: u32, task: TaskRef) {
        // ORDERING: Relaxed: for the eyes of the monitor and of thieves.
        self.turn.store(turn << 1, Ordering::Relaxed);
        self.running.set(task);
    }

    /// The worker has nothing to do after that turn.
    pub(crate) fn set_idle(&self, turn: u32) {
        // ORDERING: as in `set_turn`.
        self.turn.store(turn << 1 | 1, Ordering::Relaxed);
    }

    /// Something that changes with every turn, and whether one is under way.
    #[inline]
    pub(crate) fn turn(&self) -> (u32, bool) {
        let turn = self.turn.load(Ordering::Relaxed);
        (turn, turn & 1 == 0)
    }

    /// Where the process was started that has this turn, if it is not over.
    pub(crate) fn runs(&self, turn: u32) -> Option<Place> {
        let started = self.running.get()?.started();
        (self.turn() == (turn, true)).then_some(started)
    }

    /// Whether the monitor found the worker stuck in its turn.
    #[inline]
    pub(crate) fn is_stuck(&self) -> bool {
        // ORDERING: Relaxed: a hint to those who steal.
        self.stuck.load(Ordering::Relaxed)
    }

    pub(crate) fn set_stuck(&self, stuck: bool) {
        if self.is_stuck() != stuck {
            // ORDERING: as in `is_stuck`; the monitor alone writes.
            self.stuck.store(stuck, Ordering::Relaxed);
        }
    }

    pub(crate) fn is_reserve(&self) -> bool {
        // ORDERING: Relaxed: written before the slot's thread starts, and read by that thread and the monitor, which started it.
        self.reserve.load(Ordering::Relaxed)
    }

    pub(crate) fn set_reserve(&self, reserve: bool) {
        // ORDERING: as in `is_reserve`.
        self.reserve.store(reserve, Ordering::Relaxed);
    }

    /// The slot's thread moves in.
    pub(crate) fn move_in(&self) {
        self.parker.move_in();
        *lock(&self.thread) = SystemThread::current();
    }

    pub(crate) fn state_of_thread(&self) -> ThreadState {
        lock(&self.thread).as_ref().map_or(ThreadState::Unknown, SystemThread::state)
    }

    /// Processes that are ready here.
    pub(crate) fn len(&self) -> usize {
        usize::from(!self.lifo.peek().is_null()) + self.fifo.len() + self.stack.len()
    }

    /// Whose turn it is, if it is anybody's.
    #[cfg(not(loom))]
    pub(crate) fn running(&self) -> Option<TaskRef> {
        if self.turn().1 { self.running.get() } else { None }
    }

    /// One more process started by the slot's own thread.
    #[inline]
    pub(crate) fn count_start(&self) {
        add_one(&self.started);
    }

    /// One less; by the slot's own thread.
    #[inline]
    pub(crate) fn count_end(&self) {
        add_one(&self.ended);
    }

    pub(crate) fn started(&self) -> u64 {
        self.started.load(Ordering::Acquire)
    }

    pub(crate) fn ended(&self) -> u64 {
        self.ended.load(Ordering::Acquire)
    }
}

/// A counter with one writer needs no locked instruction.
#[inline]
fn add_one(counter: &AtomicU64) {
    // ORDERING: Release: who sees an end sees the start before it (`Pool::live`).
    counter.store(counter.load(Ordering::Relaxed) + 1, Ordering::Release);
}
