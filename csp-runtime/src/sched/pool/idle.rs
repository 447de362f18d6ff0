//! Who searches, who sleeps, and whom to wake. The protocol and why it loses no wake: `README.md`.

use crate::shim::atomic::{AtomicU64, Ordering, fence};
use crate::shim::{Mutex, MutexGuard, lock};

/// One more searching worker in `word`; the sleeping ones are counted below it.
const SEARCHING: u64 = 1 << 32;

#[derive(Debug)]
pub(crate) struct Idle {
    /// `searching << 32 | sleeping`: the hint that those who queue work read.
    word: AtomicU64,
    sleepers: Mutex<Sleepers>,
    /// What the timekeeper sleeps until; 0 while there is none.
    keeper_until: AtomicU64,
}

#[derive(Debug)]
struct Sleepers {
    /// The last to come is the first to be woken: its caches are warm.
    list: Vec<usize>,
    /// The one that sleeps no longer than until the next timer.
    keeper: Option<usize>,
}

/// What `sleep` found the worker to be.
#[must_use]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Role {
    /// Sleeps until it is woken.
    Sleeper,
    /// Sleeps at most until the deadline that it gave.
    Keeper,
}

impl Idle {
    pub(crate) fn new(workers: usize) -> Self {
        Self {
            word: AtomicU64::new(0),
            sleepers: Mutex::new(Sleepers { list: Vec::with_capacity(workers), keeper: None }),
            keeper_until: AtomicU64::new(0),
        }
    }

    /// For another runtime: nobody sleeps or searches. Under the lock, for who still wakes somebody of the one of before.
    pub(crate) fn renew(&self) {
        let mut sleepers = self.lock();
        sleepers.list.clear();
        sleepers.keeper = None;
        self.keeper_until.store(0, Ordering::Relaxed);
        self.word.store(0, Ordering::Relaxed);
    }

    /// Whether a wake would do good: somebody sleeps and nobody searches. A hint, unless a fence comes before.
    #[inline]
    pub(crate) fn wants_wake(&self) -> bool {
        // ORDERING: Relaxed: a stale answer costs parallelism, no process; those who may not rely on that use `wake_strict`.
        let word = self.word.load(Ordering::Relaxed);
        word != 0 && word < SEARCHING
    }

    pub(crate) fn sleeping(&self) -> usize {
        (self.word.load(Ordering::Relaxed) & (SEARCHING - 1)) as usize
    }

    pub(crate) fn searching(&self) -> usize {
        (self.word.load(Ordering::Relaxed) / SEARCHING) as usize
    }

    /// Picks a sleeper to be woken, which then counts as searching, unless somebody searches already.
    pub(crate) fn pick(&self) -> Option<usize> {
        let mut sleepers = self.lock();
        // ORDERING: Relaxed: `sleeping` changes only under the lock, and a searcher that stops meanwhile looks again itself.
        let word = self.word.load(Ordering::Relaxed);
        if word >= SEARCHING {
            return None;
        }
        let keeper = sleepers.keeper;
        // The timekeeper last: somebody would have to take its place.
        let at = match sleepers.list.iter().rposition(|&w| Some(w) != keeper) {
            Some(at) => at,
            None => sleepers.list.len().checked_sub(1)?,
        };
        Some(self.rouse(&mut sleepers, at))
    }

    /// Picks this one, if it sleeps.
    pub(crate) fn pick_this(&self, worker: usize) -> bool {
        let mut sleepers = self.lock();
        let at = sleepers.list.iter().position(|&w| w == worker);
        at.map(|at| self.rouse(&mut sleepers, at)).is_some()
    }

    /// A sleeper becomes a searcher; the caller wakes it.
    fn rouse(&self, sleepers: &mut Sleepers, at: usize) -> usize {
        let worker = sleepers.list.remove(at);
        self.leave(sleepers, worker);
        // ORDERING: Relaxed: the wake itself synchronises.
        self.word.fetch_add(SEARCHING - 1, Ordering::Relaxed);
        worker
    }

    /// As `pick`, for work that only sleepers and searchers can find: the caller queued it before.
    pub(crate) fn pick_strict(&self) -> Option<usize> {
        // ORDERING: pairs with the fence in `sleep` and in `stop_searching`: either they see the work, or we see them.
        fence(Ordering::SeqCst);
        if self.wants_wake() { self.pick() } else { None }
    }

    /// Makes the worker a searcher, unless enough others are.
    pub(crate) fn start_searching(&self, most: usize) -> bool {
        // ORDERING: Relaxed: only the number matters.
        self.word
            .fetch_update(Ordering::Relaxed, Ordering::Relaxed, |word| {
                ((word / SEARCHING) < most as u64).then_some(word + SEARCHING)
            })
            .is_ok()
    }

    /// The searcher found work. True: it was the last, and must see whether there is more.
    pub(crate) fn stop_searching(&self) -> bool {
        // ORDERING: Relaxed, then a fence: whoever queued work and was content to see us search is ordered before the look that
        // the caller takes next (pairs with the fence in `pick_strict`).
        let before = self.word.fetch_sub(SEARCHING, Ordering::Relaxed);
        fence(Ordering::SeqCst);
        before / SEARCHING == 1
    }

    /// Lists the worker as asleep. It must look at all queues once more before it really sleeps.
    pub(crate) fn sleep(&self, worker: usize, searching: bool, deadline: u64) -> Role {
        let role = {
            let mut sleepers = self.lock();
            sleepers.list.push(worker);
            // ORDERING: Relaxed: the fence below orders it.
            let until = self.keeper_until.load(Ordering::Relaxed);
            let role = if sleepers.keeper.is_none() || deadline < until {
                sleepers.keeper = Some(worker);
                // Never 0, which says that there is nobody.
                self.keeper_until.store(deadline.max(1), Ordering::Relaxed);
                Role::Keeper
            } else {
                Role::Sleeper
            };
            let change = if searching { 1u64.wrapping_sub(SEARCHING) } else { 1 };
            // ORDERING: Relaxed: the fence below orders it.
            self.word.fetch_add(change, Ordering::Relaxed);
            role
        };
        // ORDERING: pairs with the fences in `pick_strict` and `timer_added`: what they did before is seen by the caller's
        // last look, or they see the worker asleep.
        fence(Ordering::SeqCst);
        role
    }

    /// The worker does not sleep after all, or woke by itself. False: somebody picked it, so a wake is due and it counts as
    /// searching.
    pub(crate) fn wake_up(&self, worker: usize) -> bool {
        let mut sleepers = self.lock();
        let Some(at) = sleepers.list.iter().rposition(|&w| w == worker) else { return false };
        sleepers.list.remove(at);
        self.leave(&mut sleepers, worker);
        // ORDERING: Relaxed: under the lock.
        self.word.fetch_sub(1, Ordering::Relaxed);
        true
    }

    fn leave(&self, sleepers: &mut Sleepers, worker: usize) {
        if sleepers.keeper == Some(worker) {
            sleepers.keeper = None;
            // ORDERING: Relaxed: while it is 0 somebody is awake, who looks at all timers before it sleeps.
            self.keeper_until.store(0, Ordering::Relaxed);
        }
    }

    /// Somebody who is no worker set a timer: the sleeper to wake for it, if it would sleep too long.
    pub(crate) fn timer_added(&self, deadline: u64) -> Option<usize> {
        // ORDERING: pairs with the fence in `sleep`.
        fence(Ordering::SeqCst);
        if deadline >= self.keeper_until.load(Ordering::Relaxed) {
            return None;
        }
        let mut sleepers = self.lock();
        let keeper = sleepers.keeper?;
        if deadline >= self.keeper_until.load(Ordering::Relaxed) {
            return None;
        }
        let at = sleepers.list.iter().position(|&w| w == keeper)?;
        Some(self.rouse(&mut sleepers, at))
    }

    /// Everybody who sleeps, to be told that the pool stops. They count as searching.
    pub(crate) fn pick_all(&self) -> Vec<usize> {
        let mut sleepers = self.lock();
        let all = std::mem::take(&mut sleepers.list);
        if let Some(keeper) = sleepers.keeper {
            self.leave(&mut sleepers, keeper);
        }
        // ORDERING: Relaxed: under the lock.
        self.word.fetch_add((SEARCHING - 1) * all.len() as u64, Ordering::Relaxed);
        all
    }

    fn lock(&self) -> MutexGuard<'_, Sleepers> {
        lock(&self.sleepers)
    }
}
