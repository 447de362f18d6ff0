//! The one algorithm behind `select!`.

use std::future::Future;
use std::panic::Location;
use std::pin::Pin;
use std::task::{Context, Poll, Waker, ready};

use super::op::{Arm, Attempt, BlockRef, Chosen, Kinds, Mode, Standing, Wake};
use super::order::Entries;
use crate::task::budget;
use crate::wait::block::{Block, MARKS, MOST_ARMS, Marks};

/// Arms, as a select knows them.
pub(super) type Arms<'a, 'b> = &'a mut [Pin<&'b mut (dyn Arm + Send + 'b)>];

/// Chooses exactly one ready arm, waiting for one unless `default`.
#[track_caller]
pub fn run<'a, 'b>(arms: Arms<'a, 'b>, biased: bool, default: bool) -> Run<'a, 'b> {
    Run { select: Select::new(biased, default, Location::caller()), arms }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Phase {
    /// Has not looked at its arms yet.
    New,
    /// Between two waits. The block is closed.
    Fresh,
    /// In the queue of every entry that can be chosen, or told by the arms that are polled.
    Waiting,
    /// Decided for this entry, which a peer completed.
    Won(usize),
}

/// A select in progress: a future of what was [`Chosen`]. Dropping it chooses nothing and loses nothing.
///
/// Polled after it has chosen, it begins a new turn over the same arms.
#[must_use = "a select does nothing until it is awaited"]
pub struct Run<'a, 'b> {
    arms: Arms<'a, 'b>,
    pub(super) select: Select,
}

crate::util::assert_not_unpin!(Run<'static, 'static>);

/// What a select knows of its arms, from turn to turn.
///
/// Entries stay in their queues from one turn to the next, where the block, closed meanwhile, collects the marks of the peers that
/// came: a turn costs what happened since the last one, however many arms there are.
pub(super) struct Select {
    pub(super) block: BlockRef,
    /// Whom the block wakes: the block's own copy belongs to whoever wins it.
    pub(super) waker: Option<Waker>,
    pub(super) phase: Phase,
    pub(super) entries: usize,
    pub(super) at: &'static Location<'static>,
    /// Worth a try in this pass; all of them are out of their queues. A pass ends when there are no more; all the arms are
    /// looked at then, and if there are none even so, none is ready.
    candidates: Entries,
    /// In no queue.
    pub(super) out: Entries,
    /// Those that could never be chosen when they were tried in this pass.
    pub(super) shut: Entries,
    pub(super) biased: bool,
    default: bool,
    /// What some arm is, or was. If one sends, all queues are entered at once.
    pub(super) kinds: Kinds,
    /// Each arm is one entry.
    simple: bool,
    /// With `default`: the budget's refusals when this pass began.
    refusals: u32,
    /// The others on this worker had a turn since nothing was ready.
    gave_way: bool,
    /// It was in its queues in this turn.
    pub(super) waited: bool,
}

crate::util::assert_not_unpin!(Select);

impl Select {
    #[inline]
    pub(super) fn new(biased: bool, default: bool, at: &'static Location<'static>) -> Self {
        Self {
            block: BlockRef(Block::new()),
            waker: None,
            phase: Phase::New,
            entries: 0,
            at,
            candidates: Entries::NONE,
            out: Entries::NONE,
            shut: Entries::NONE,
            biased,
            default,
            kinds: Kinds::NONE,
            simple: true,
            refusals: 0,
            gave_way: false,
            waited: false,
        }
    }
}

/// A select with its arms, while it is at work. The arms are the same every time, and the block does not move once it was polled.
pub(super) struct Turn<'t, 'b> {
    pub(super) arms: Arms<'t, 'b>,
    pub(super) select: &'t mut Select,
}

impl Turn<'_, '_> {
    /// The arm of an entry, and the entry's number within it.
    pub(super) fn find(&self, mut entry: usize) -> (usize, usize) {
        if self.select.simple {
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

    /// The first entry of an arm, and how many it has.
    fn entries_of(&self, arm: usize) -> (usize, usize) {
        let width = |arm: &Pin<&mut (dyn Arm + Send)>| arm.look().width as usize;
        (self.arms[..arm].iter().map(width).sum(), width(&self.arms[arm]))
    }

    pub(super) fn address(&self, entry: usize) -> usize {
        let (arm, inner) = self.find(entry);
        self.arms[arm].address(inner)
    }

    /// # Safety
    /// With `Mode::Locked` the entry's lock is held.
    pub(super) unsafe fn attempt(
        &mut self,
        entry: usize,
        mode: Mode,
        cx: &mut Context<'_>,
        wake: &mut Wake,
    ) -> Attempt {
        let (arm, inner) = self.find(entry);
        // SAFETY: handed on.
        unsafe { self.arms[arm].as_mut().attempt(inner, mode, cx, wake) }
    }

    fn decide(&mut self, entry: usize) -> Chosen {
        let (arm, inner) = self.find(entry);
        self.arms[arm].as_mut().chosen(inner);
        Chosen::Arm(arm)
    }

    /// An attempt was successful, and what it held is released.
    pub(super) fn chose(&mut self, entry: usize, wake: Wake) -> Poll<Chosen> {
        wake.0.wake();
        Poll::Ready(self.decide(entry))
    }

    /// Nothing is received, and nothing is waited for: lazy arms of other selects are asked for their values.
    #[inline]
    fn ask(&self) {
        if self.select.kinds.has(Kinds::RECEIVES) {
            self.ask_all();
        }
    }

    #[cold]
    #[inline(never)]
    fn ask_all(&self) {
        for arm in self.arms.iter() {
            (0..arm.look().width as usize).for_each(|entry| arm.ask(entry));
        }
    }

    /// A set that is closed as a whole, and that is chosen then.
    fn closed_set(&mut self) -> Option<Chosen> {
        let mut first = 0;
        for (index, arm) in self.arms.iter().enumerate() {
            let look = arm.look();
            let end = first + look.width as usize;
            if look.kinds.has(Kinds::FIRES_WHEN_CLOSED)
                && (first..end).all(|entry| self.select.shut.contains(entry))
            {
                // In the next turn it is no readier than the others.
                (first..end).for_each(|entry| self.select.shut.remove(entry));
                return Some(Chosen::Arm(index));
            }
            first = end;
        }
        None
    }

    /// Looks at all arms for the first time: what they are, and which entries are worth a try.
    fn prepare(&mut self) {
        let mut entries = 0;
        for arm in self.arms.iter() {
            let look = arm.look();
            self.select.kinds = self.select.kinds.with(look.kinds);
            if look.width == 1 {
                if look.may_be_ready {
                    self.select.candidates.insert(entries);
                }
                entries += 1;
                continue;
            }
            self.select.simple = false;
            for entry in 0..look.width as usize {
                if arm.may_be_ready(entry) {
                    self.select.candidates.insert(entries + entry);
                }
            }
            entries += look.width as usize;
        }
        self.select.simple &= !self.arms.is_empty();
        assert!(entries < MOST_ARMS, "a select cannot have {entries} arms");
        self.select.entries = entries;
        self.select.out = Entries::first(entries);
        self.select.phase = Phase::Fresh;
    }

    /// Begins a pass: which entries are worth a try by now.
    fn refill(&mut self) {
        self.select.shut.clear();
        if self.select.block.0.is_touched() {
            let marks = self.select.block.0.close();
            self.absorb(marks);
        }
        let mut next = 0;
        while let Some(entry) = self.select.out.next(next) {
            next = entry + 1;
            let (arm, inner) = self.find(entry);
            if self.arms[arm].may_be_ready(inner) {
                self.select.candidates.insert(entry);
            }
        }
    }

    /// Looks where peers came, in a block that was just closed. Gives the entry that was won, if one was.
    fn absorb(&mut self, marks: Marks) -> Option<usize> {
        let (mut bits, mut won) = (marks.bits, None);
        while bits != 0 {
            let first = bits.trailing_zeros() as usize;
            bits &= bits - 1;
            for entry in (first..self.select.entries).step_by(MARKS) {
                if self.select.out.contains(entry) {
                    continue;
                }
                let (arm, inner) = self.find(entry);
                match self.arms[arm].standing(inner) {
                    Standing::Waits => continue,
                    Standing::Out => self.select.candidates.insert(entry),
                    Standing::Won => won = Some(entry),
                }
                self.select.out.insert(entry);
            }
        }
        debug_assert!(marks.won || won.is_none(), "nobody wins a closed block");
        if marks.called {
            // A called arm is still in its queue, and is tried there.
            for entry in 0..self.select.entries {
                if !self.select.out.contains(entry)
                    && self.arms[self.find(entry).0].look().kinds.has(Kinds::LAZY)
                {
                    self.select.candidates.insert(entry);
                }
            }
        }
        won
    }

    /// From the start: try, then enlist. `None`: start again.
    fn begin(&mut self, cx: &mut Context<'_>) -> Option<Poll<Chosen>> {
        let mut is_new = self.select.phase == Phase::New;
        if is_new {
            self.prepare();
        } else if self.select.biased || crate::shim::oracle::current().is_some() {
            // In an exploration each turn is drawn from all that is ready: the order within a pass is but one of those that may come.
            self.refill();
            is_new = true;
        }
        if self.select.default && self.select.kinds.has(Kinds::BUDGETED) {
            self.select.refusals = budget::refusals();
        }
        if self.select.kinds.has(Kinds::FIRES_WHEN_CLOSED)
            && let Some(set) = self.closed_set()
        {
            return Some(Poll::Ready(set));
        }
        loop {
            while let Some(entry) = self.select.candidates.draw(self.select.biased) {
                let mut wake = Wake::default();
                // SAFETY: no lock is held.
                let attempt = unsafe { self.attempt(entry, Mode::Alone, cx, &mut wake) };
                if self.select.kinds.has(Kinds::LAZY) && attempt != Attempt::Waits {
                    // A lazy arm that was called leaves its queue when it is bound.
                    self.select.out.insert(entry);
                }
                debug_assert!(
                    attempt == Attempt::Waits || self.select.out.contains(entry),
                    "only a called arm is tried while it is in its queue"
                );
                match attempt {
                    Attempt::Waits | Attempt::Grow => {}
                    Attempt::Closed => {
                        self.select.shut.insert(entry);
                        if self.select.kinds.has(Kinds::FIRES_WHEN_CLOSED)
                            && let Some(set) = self.closed_set()
                        {
                            return Some(Poll::Ready(set));
                        }
                    }
                    Attempt::Ready => {
                        if self.select.kinds.has(Kinds::POLLED.with(Kinds::RECEIVES))
                            && !self.select.waited
                            && self.arms[self.find(entry).0].look().kinds.has(Kinds::POLLED)
                        {
                            self.ask_all();
                        }
                        return Some(self.chose(entry, wake));
                    }
                }
            }
            if is_new {
                break;
            }
            self.refill();
            is_new = true;
        }
        // An arm without entries is closed, too.
        if (!self.select.shut.is_empty() || !self.select.simple) && self.is_closed() {
            return Some(Poll::Ready(Chosen::Closed));
        }
        if self.select.default {
            if self.select.kinds.has(Kinds::BUDGETED)
                && self.select.refusals != budget::refusals()
                && !self.select.gave_way
            {
                // A future among the arms is not ready for the budget alone.
                self.select.gave_way = true;
                return Some(Poll::Pending);
            }
            self.ask();
            return Some(Poll::Ready(Chosen::Default));
        }
        // Entering queues is dear: peers that are about to run come first.
        if !self.select.gave_way && budget::give_way(cx) {
            self.select.gave_way = true;
            return Some(Poll::Pending);
        }
        if self.select.kinds.has(Kinds::SENDS) { self.enlist_together(cx) } else { self.enlist(cx) }
    }

    /// Woken, for some reason. `None`: go on by the new phase.
    fn resume(&mut self, cx: &mut Context<'_>) -> Option<Poll<Chosen>> {
        let same = self.select.waker.as_ref().is_some_and(|waker| waker.will_wake(cx.waker()));
        if same && !self.select.kinds.has(Kinds::POLLED) && self.select.block.0.is_open() {
            self.note_again(cx);
            return Some(Poll::Pending);
        }
        // What is polled is polled while the block is closed, so that what it gives cannot lose against a peer.
        self.end_wait();
        None
    }

    fn end_wait(&mut self) {
        let marks = self.select.block.0.close();
        self.select.phase = match self.absorb(marks) {
            Some(entry) => Phase::Won(entry),
            None => Phase::Fresh,
        };
    }

    /// Says for the turns to come whether an arm can be chosen.
    pub(super) fn enable(&mut self, arm: usize, enabled: bool) {
        if !self.arms[arm].as_mut().enable(enabled) {
            return;
        }
        self.touched();
        match self.select.phase {
            // It looks at the arms later.
            Phase::New => return,
            Phase::Waiting => self.end_wait(),
            Phase::Fresh | Phase::Won(_) => {}
        }
        let look = self.arms[arm].look();
        self.select.kinds = self.select.kinds.with(look.kinds);
        let (first, width) = self.entries_of(arm);
        for inner in 0..width {
            let entry = first + inner;
            if enabled {
                self.select.shut.remove(entry);
            } else if !self.select.out.contains(entry) {
                self.arms[arm].withdraw(inner);
                self.select.out.insert(entry);
            }
            self.select.candidates.insert(entry);
        }
    }

    /// Goes on with the turn, or begins one.
    pub(super) fn poll(&mut self, cx: &mut Context<'_>) -> Poll<Chosen> {
        loop {
            let step = match self.select.phase {
                Phase::New | Phase::Fresh => {
                    ready!(budget::poll_proceed_telling(cx, || self.tell()));
                    self.begin(cx)
                }
                Phase::Waiting => {
                    self.touched();
                    self.resume(cx)
                }
                Phase::Won(entry) => {
                    let (arm, inner) = self.find(entry);
                    self.arms[arm].settled(inner, cx);
                    Some(Poll::Ready(self.decide(entry)))
                }
            };
            if let Some(poll) = step {
                if poll.is_ready() {
                    self.select.phase = Phase::Fresh;
                    (self.select.gave_way, self.select.waited) = (false, false);
                    if self.select.kinds.has(Kinds::LAZY) && !self.select.out.is_first(self.select.entries) {
                        // Other lazy arms are called in place of its own.
                        self.withdraw_all();
                    }
                }
                return poll;
            }
        }
    }

    /// Leaves every queue, before the select and its arms go. Whether or not a peer was faster: the arms hold what they got, and
    /// their drop settles it.
    pub(super) fn leave(&mut self) {
        let mut cancelled = self.select.phase == Phase::Waiting || self.select.gave_way;
        if !self.select.out.is_first(self.select.entries) {
            self.gives_up();
            cancelled &= !self.select.block.0.close().won;
            self.withdraw_all();
        }
        if cancelled {
            self.ask();
        }
    }

    fn withdraw_all(&mut self) {
        for entry in 0..self.select.entries {
            if !self.select.out.contains(entry) {
                let (arm, inner) = self.find(entry);
                self.arms[arm].withdraw(inner);
                self.select.out.insert(entry);
            }
        }
    }
}

impl<'b> Run<'_, 'b> {
    fn turn(self: Pin<&mut Self>) -> Turn<'_, 'b> {
        // SAFETY: the block, which peers point to, is not moved; the rest is plain data.
        let this = unsafe { self.get_unchecked_mut() };
        Turn { arms: this.arms, select: &mut this.select }
    }

    /// One of the arms.
    #[inline]
    pub(super) fn arm(self: Pin<&mut Self>, arm: usize) -> Pin<&mut (dyn Arm + Send + 'b)> {
        // SAFETY: as in `turn`.
        unsafe { self.get_unchecked_mut() }.arms[arm].as_mut()
    }

    /// Says for the turns to come whether an arm can be chosen.
    pub fn enable(self: Pin<&mut Self>, arm: usize, enabled: bool) {
        self.turn().enable(arm, enabled);
    }
}

impl Future for Run<'_, '_> {
    type Output = Chosen;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Chosen> {
        self.turn().poll(cx)
    }
}

impl Drop for Run<'_, '_> {
    fn drop(&mut self) {
        Turn { arms: self.arms, select: &mut self.select }.leave();
    }
}
