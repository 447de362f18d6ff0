//! The one algorithm behind `select!`.

use std::future::Future;
use std::panic::Location;
use std::pin::Pin;
use std::task::{Context, Poll, Waker, ready};

use super::op::{Arm, Attempt, BlockRef, Mode, Wake};
use super::order::{Candidates, Locks, Order};
use crate::task::reason::Waits;
use crate::task::{TaskRef, budget};
use crate::wait::Who;
use crate::wait::node::{Block, Claim, MOST_ARMS};

/// What a select came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Chosen {
    /// The arm of this index; what it needs is its own.
    Arm(usize),
    /// Every arm is closed or disabled.
    Closed,
    /// No arm is ready now; only with `default`.
    Default,
}

/// Chooses exactly one ready arm, waiting for one unless `default`.
#[track_caller]
pub fn run<'a, 'b>(
    arms: &'a mut [Pin<&'b mut (dyn Arm + Send + 'b)>],
    biased: bool,
    default: bool,
) -> Run<'a, 'b> {
    run_at(arms, biased, default, Location::caller())
}

/// The same, as a process records that it waits at `at`.
pub(super) fn run_at<'a, 'b>(
    arms: &'a mut [Pin<&'b mut (dyn Arm + Send + 'b)>],
    biased: bool,
    default: bool,
    at: &'static Location<'static>,
) -> Run<'a, 'b> {
    Run {
        biased,
        default,
        consumes: false,
        simple: true,
        sets: false,
        gave_way: false,
        entries: arms.len(),
        phase: Phase::Fresh,
        waker: None,
        at,
        block: BlockRef(Block::new()),
        arms,
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Phase {
    /// In no queue.
    Fresh,
    /// In the queue of every entry that can be chosen.
    Waiting,
    /// Decided for this entry, whose peer will bring what it needs; in no queue.
    Promised(usize),
}

/// A select in progress: a future of what was [`Chosen`]. Dropping it chooses nothing and loses nothing.
#[must_use = "a select does nothing until it is awaited"]
pub struct Run<'a, 'b> {
    arms: &'a mut [Pin<&'b mut (dyn Arm + Send + 'b)>],
    block: BlockRef,
    /// Whom the block wakes: the block's own copy belongs to whoever decides it.
    waker: Option<Waker>,
    phase: Phase,
    entries: usize,
    at: &'static Location<'static>,
    biased: bool,
    default: bool,
    /// Some arm's readiness cannot be asked without taking its result.
    consumes: bool,
    /// Each arm is one entry.
    simple: bool,
    /// Some arm is chosen once all its entries are closed.
    sets: bool,
    /// The others on this worker had a turn since nothing was ready.
    gave_way: bool,
}

impl Run<'_, '_> {
    /// The arm of an entry, and the entry's number within it.
    fn find(&self, mut entry: usize) -> (usize, usize) {
        if self.simple {
            return (entry, 0);
        }
        for (index, arm) in self.arms.iter().enumerate() {
            match entry.checked_sub(arm.look().width as usize) {
                Some(rest) => entry = rest,
                None => return (index, entry),
            }
        }
        unreachable!("an entry is below the sum of all widths")
    }

    fn address(&self, entry: usize) -> usize {
        let (arm, inner) = self.find(entry);
        self.arms[arm].address(inner)
    }

    fn acquire(&self, locks: &Locks) {
        for entry in locks.entries() {
            let (arm, inner) = self.find(entry);
            self.arms[arm].acquire(inner);
        }
    }

    /// The locks are those that `acquire` took.
    fn release(&self, locks: &Locks) {
        for entry in locks.entries() {
            let (arm, inner) = self.find(entry);
            // SAFETY: this select took it.
            unsafe { self.arms[arm].release(inner) };
        }
    }

    /// # Safety
    /// With `Mode::Locked` the entry's lock is held.
    unsafe fn attempt(&mut self, entry: usize, mode: Mode, cx: &mut Context<'_>, wake: &mut Wake) -> Attempt {
        let (arm, inner) = self.find(entry);
        // SAFETY: handed on.
        unsafe { self.arms[arm].as_mut().attempt(inner, mode, cx, wake) }
    }

    fn decide(&mut self, entry: usize) -> Chosen {
        let (arm, inner) = self.find(entry);
        self.arms[arm].as_mut().chosen(inner);
        Chosen::Arm(arm)
    }

    /// A set that is closed as a whole, given how many entries of each arm are, and that is chosen then.
    fn closed_set(&self, closed: &[usize]) -> Option<Chosen> {
        let mut sets = self.arms.iter().zip(closed);
        let chosen = sets.position(|(arm, &closed)| {
            let look = arm.look();
            look.fires_when_closed && closed == look.width as usize
        });
        chosen.map(Chosen::Arm)
    }

    /// Looks at all arms: what they are, and which entries are worth a try.
    fn look(&mut self) -> Candidates {
        let mut candidates = Candidates::new();
        let (mut entries, mut consumes, mut sets) = (0, false, false);
        for arm in self.arms.iter() {
            let look = arm.look();
            consumes |= look.consumes;
            sets |= look.fires_when_closed;
            if look.width == 1 {
                if look.may_be_ready {
                    candidates.add(entries);
                }
                entries += 1;
                continue;
            }
            self.simple = false;
            for entry in 0..look.width as usize {
                if arm.may_be_ready(entry) {
                    candidates.add(entries + entry);
                }
            }
            entries += look.width as usize;
        }
        assert!(entries < MOST_ARMS, "a select cannot have {entries} arms");
        (self.entries, self.consumes, self.sets) = (entries, consumes, sets);
        candidates
    }

    /// From the start: try, then enlist. `None`: start again.
    fn begin(&mut self, cx: &mut Context<'_>) -> Option<Poll<Chosen>> {
        let mode = if self.default { Mode::Now } else { Mode::Alone };
        let mut candidates = self.look();
        let mut wake = Wake::default();
        let mut open = self.entries;
        let mut closed = Vec::new();
        if self.sets {
            closed.resize(self.arms.len(), 0);
            if let Some(set) = self.closed_set(&closed) {
                return Some(Poll::Ready(set));
            }
        }
        while let Some(entry) = candidates.draw(self.biased) {
            // SAFETY: no lock is held.
            match unsafe { self.attempt(entry, mode, cx, &mut wake) } {
                Attempt::Ready => {
                    wake.0.wake();
                    return Some(Poll::Ready(self.decide(entry)));
                }
                Attempt::Promised => {
                    wake.0.wake();
                    self.phase = Phase::Promised(entry);
                    self.note(cx);
                    return Some(Poll::Pending);
                }
                Attempt::Closed => {
                    open -= 1;
                    if self.sets {
                        closed[self.find(entry).0] += 1;
                        if let Some(set) = self.closed_set(&closed) {
                            return Some(Poll::Ready(set));
                        }
                    }
                }
                Attempt::Waits | Attempt::Grow => {}
            }
        }
        if open == 0 {
            return Some(Poll::Ready(Chosen::Closed));
        }
        if self.default {
            return Some(Poll::Ready(Chosen::Default));
        }
        // Entering all queues and leaving them again is dear: peers that are about to run come first.
        if !self.gave_way && budget::give_way(cx) {
            self.gave_way = true;
            return Some(Poll::Pending);
        }
        self.enlist(cx)
    }

    /// Under all locks: try once more, then enter every queue. `None`: start again.
    fn enlist(&mut self, cx: &mut Context<'_>) -> Option<Poll<Chosen>> {
        let order = Order::new(self.entries, self.biased);
        let channels = (0..self.entries).filter_map(|entry| match self.address(entry) {
            0 => None,
            address => Some((address, entry as u32)),
        });
        let locks = Locks::new(channels, self.entries);
        if locks.is_empty() {
            self.phase = Phase::Waiting;
            self.note(cx);
            return Some(Poll::Pending);
        }
        let who = Who::of(cx.waker());
        let mut wake = Wake::default();
        self.acquire(&locks);
        for turn in 0..self.entries {
            let entry = order.drawn(turn);
            if self.address(entry) == 0 {
                continue;
            }
            // SAFETY: the lock of every entry that has one is held.
            let attempt = unsafe { self.attempt(entry, Mode::Locked, cx, &mut wake) };
            match attempt {
                Attempt::Waits | Attempt::Closed => continue,
                Attempt::Grow => {
                    self.release(&locks);
                    let (arm, _) = self.find(entry);
                    self.arms[arm].grow();
                    return None;
                }
                Attempt::Ready | Attempt::Promised => {
                    self.release(&locks);
                    wake.0.wake();
                    if attempt == Attempt::Ready {
                        return Some(Poll::Ready(self.decide(entry)));
                    }
                    self.phase = Phase::Promised(entry);
                    self.note(cx);
                    return Some(Poll::Pending);
                }
            }
        }
        // SAFETY: the select is in no queue.
        let old = unsafe { self.block.0.open(who) };
        let mut enlisted = false;
        // In the order drawn: a peer takes the first of several arms on its channel.
        for turn in 0..self.entries {
            let entry = order.drawn(turn);
            if self.address(entry) != 0 {
                let (arm, inner) = self.find(entry);
                let block = std::ptr::from_ref(&self.block);
                // SAFETY: the lock is held; the block is pinned with the future, which withdraws before it goes.
                enlisted |= unsafe { self.arms[arm].as_mut().enlist(inner, block, entry as u32) };
            }
        }
        self.release(&locks);
        drop(old);
        self.phase = Phase::Waiting;
        if !enlisted && !self.consumes {
            // Everything closed between the two tries.
            self.leave();
            return None;
        }
        self.waker = Some(cx.waker().clone());
        self.note(cx);
        Some(Poll::Pending)
    }

    /// Leaves every queue.
    fn leave(&mut self) {
        for entry in 0..self.entries {
            if self.address(entry) != 0 {
                let (arm, inner) = self.find(entry);
                self.arms[arm].withdraw(inner);
            }
        }
        self.phase = Phase::Fresh;
    }

    /// Woken, for some reason. `None`: start again.
    fn resume(&mut self, cx: &mut Context<'_>) -> Option<Poll<Chosen>> {
        match self.block.0.claimed() {
            Claim::Arm(entry) => {
                self.leave();
                self.phase = Phase::Promised(entry as usize);
                None
            }
            Claim::Poked => {
                self.leave();
                None
            }
            Claim::Own => {
                self.phase = Phase::Fresh;
                None
            }
            Claim::Open => {
                // Arms that must be asked are asked from the start, out of all queues, so that what they give cannot lose
                // against a peer; the same for a waker that changed.
                let same = self.waker.as_ref().is_some_and(|waker| waker.will_wake(cx.waker()));
                if same && !self.consumes {
                    return Some(Poll::Pending);
                }
                if self.block.0.own() {
                    self.leave();
                }
                None
            }
        }
    }

    fn note(&self, cx: &Context<'_>) {
        if let Some(task) = TaskRef::of(cx.waker()) {
            task.waits_for(Waits::Select, std::ptr::from_ref(&self.block) as usize, self.at);
        }
    }
}

impl Future for Run<'_, '_> {
    type Output = Chosen;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Chosen> {
        // SAFETY: `block`, which peers point to, is not moved; the rest is plain data.
        let this = unsafe { self.get_unchecked_mut() };
        loop {
            let step = match this.phase {
                Phase::Fresh => {
                    ready!(budget::poll_proceed(cx));
                    this.begin(cx)
                }
                Phase::Waiting => this.resume(cx),
                Phase::Promised(entry) => {
                    let (arm, inner) = this.find(entry);
                    match this.arms[arm].settled(inner, cx) {
                        Attempt::Promised => Some(Poll::Pending),
                        Attempt::Ready => Some(Poll::Ready(this.decide(entry))),
                        // The peer left without a value: start again.
                        _ => {
                            this.phase = Phase::Fresh;
                            None
                        }
                    }
                }
            };
            if let Some(poll) = step {
                if poll.is_ready() {
                    this.phase = Phase::Fresh;
                }
                return poll;
            }
        }
    }
}

impl Drop for Run<'_, '_> {
    fn drop(&mut self) {
        if self.phase == Phase::Waiting {
            // Whether or not a peer was faster: the arms hold what they got, and their drop settles it.
            self.block.0.own();
            self.leave();
        }
    }
}
