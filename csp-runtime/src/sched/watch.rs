//! The monitor's look at the workers: whose turn lasts too long, why, and what to do about it.
//!
//! A turn that lasts while processes wait is one of three things, which the system tells apart (`thread_state.rs`):
//! * *blocked*: its thread sleeps in the kernel, at two looks in a row. Another thread takes its place. If more are needed soon after, twice
//!   as many are started: a thousand that block take ten times some looks, not a thousand times.
//! * *computing*: its thread runs. More threads than processors help little: there are at most as many again as there are workers.
//! * *preempted*: it would run, but the system lets it not. Another thread would wait as well.
//!
//! One spare thread is the *reserve* (`pool/reserve.rs`): it starts as soon as somebody who is in the midst of something waits behind the
//! stuck, so that they go on however many newcomers block the other threads.

use std::time::Duration;

use super::pool::{Pool, Spare};
use super::stuck::{Stuck, Told};
use super::thread_state::ThreadState;
use crate::shim::atomic::Ordering;
use crate::time::clock;

/// A turn that lasts longer is long (nanoseconds).
const LONG: u64 = 10_000_000;
/// A long turn that is told of, if others wait (nanoseconds).
const WORTH_TELLING: u64 = 100_000_000;
/// A timer this late belongs to a worker that does not look (nanoseconds).
const LATE: u64 = 1_000_000;
/// Looks for which a spare thread that is not needed stays.
const LINGER: u32 = 50;
/// Spare threads started at one look.
const MOST_AT_ONCE: usize = 128;
/// Spare threads that are needed so many looks after the last are more of the same.
const SOON: u32 = 8;
/// A judgement holds for so many looks, if the turn lasts as long.
const HOLDS: u32 = 32;

#[derive(Clone, Copy, Default, PartialEq, Eq, Debug)]
enum Judged {
    /// A turn like others, or too early to say.
    #[default]
    Well,
    Blocked,
    Computing,
}

/// What the monitor saw of one worker.
#[derive(Clone, Copy, Default)]
struct Seen {
    turn: u32,
    since: u64,
    judged: Judged,
    /// Looks in a row at which its thread slept.
    naps: u32,
    /// When its thread was seen to run, and how long it had run then.
    ran: Option<(u64, u64)>,
    /// Looks since it was judged.
    old: u32,
}

/// What the monitor remembers from one look to the next.
#[derive(Default)]
pub(crate) struct Watch {
    seen: Vec<Seen>,
    told: Told,
    /// Looks in a row at which something waited.
    waited: u32,
    /// Looks since there was one spare thread too many; and since the reserve was of use.
    excess: u32,
    reserve_idle: u32,
    /// Looks in a row at which somebody who has waited before waited for a thread.
    held: u32,
    /// How many threads take the place of one that is blocked, and looks since some were started.
    ramp: usize,
    since_start: u32,
    /// Whether others have just begun to wait, or wait for somebody whose turn was the same at the look before.
    alert: bool,
}

impl Watch {
    /// Whether the next look should come soon.
    pub(super) fn is_alert(&self) -> bool {
        self.alert
    }
}

/// What one look found.
#[derive(Default)]
struct Tally {
    /// Ready processes that nobody is at.
    waiting: usize,
    /// Whether some of them may have waited before, for something else.
    held: bool,
    /// Whether somebody's turn is that of the look before.
    same: bool,
    /// General threads that are blocked, and that compute.
    blocked: usize,
    computing: usize,
    /// Threads whose turn is long for any reason, and of them the reserve's.
    long: usize,
    reserve_long: usize,
}

impl Seen {
    /// What becomes of the judgement when the system says `state`.
    fn judge(&mut self, state: ThreadState, now: u64) {
        let age = now - self.since;
        match state {
            ThreadState::Sleeps => {
                self.naps += 1;
                self.ran = None;
                if self.naps >= 2 {
                    self.set(Judged::Blocked);
                }
            }
            ThreadState::Runs(Some(ran)) => {
                self.naps = 0;
                match self.ran {
                    Some((at, before)) if age >= LONG && now - at >= LONG / 2 => {
                        // A quarter of a processor: less is what the system leaves it.
                        let computes = ran.saturating_sub(before) >= (now - at) / 4;
                        self.set(if computes { Judged::Computing } else { Judged::Well });
                        self.ran = Some((now, ran));
                    }
                    Some(_) => {}
                    None => self.ran = Some((now, ran)),
                }
            }
            ThreadState::Runs(None) => {
                self.naps = 0;
                if age >= LONG {
                    self.set(Judged::Computing);
                }
            }
            ThreadState::Unknown if age >= LONG => self.set(Judged::Blocked),
            ThreadState::Unknown => {}
        }
    }

    fn set(&mut self, judged: Judged) {
        (self.judged, self.old) = (judged, 0);
    }
}

impl Pool {
    /// One look at all workers. True: there is nothing to watch.
    pub(crate) fn look(&'static self, watch: &mut Watch) -> bool {
        let now = clock::now();
        for index in 0..self.workers {
            let shard = &self.slot(index).shard;
            if shard.next_deadline() < now.saturating_sub(LATE) {
                shard.expire(now);
            }
        }
        let tally = self.tally(watch, now);
        self.poll_if_stale(now);
        watch.waited = if tally.waiting > 0 { watch.waited + 1 } else { 0 };
        watch.held = if tally.held { watch.held + 1 } else { 0 };
        watch.since_start = watch.since_start.saturating_add(1);
        watch.alert = watch.waited == 1 || tally.same && tally.waiting > 0;
        if tally.waiting > 0 {
            self.hint();
        }
        let reserves = self.reserves();
        let general = self.threads_alive().saturating_sub(reserves);
        if watch.held >= 2 && tally.blocked + tally.long > 0 && reserves <= tally.reserve_long {
            self.start_spares(Spare::Reserve, 1);
        }
        // While somebody is about to take what waits, nobody else is needed.
        let idle = self.idle.sleeping() > 0 || self.idle.searching() > 0;
        if tally.waiting > 0 && !idle {
            self.replace(watch, &tally, general);
        }
        self.retire_idle(watch, &tally, general, reserves);
        self.all_asleep() && general <= self.workers && reserves == 0
    }

    fn tally(&'static self, watch: &mut Watch, now: u64) -> Tally {
        let slots = self.slots_in_use();
        watch.seen.resize(slots, Seen::default());
        let (waiting, waited) = self.injected();
        let mut tally = Tally { waiting, held: waited > 0, ..Tally::default() };
        for (index, seen) in watch.seen.iter_mut().enumerate() {
            let slot = self.slot(index);
            let (turn, busy) = slot.turn();
            if turn != seen.turn || !busy {
                *seen = Seen { turn, since: now, ..Seen::default() };
                slot.set_stuck(false);
                tally.waiting += if slot.has_to_share() { slot.len() } else { 0 };
                continue;
            }
            tally.waiting += slot.len();
            tally.same = true;
            // Whoever keeps nobody waiting may take all the time there is.
            if watch.waited > 0 {
                let before = seen.judged;
                if before == Judged::Well || seen.old >= HOLDS {
                    seen.judge(slot.state_of_thread(), now);
                }
                seen.old += 1;
                slot.set_stuck(seen.judged != Judged::Well);
                tally.held |= seen.judged != Judged::Well && slot.has_work();
                self.stats.count(
                    before == Judged::Well && seen.judged == Judged::Blocked,
                    seen.judged != before && seen.judged == Judged::Computing,
                );
            }
            if seen.judged != Judged::Well
                && now - seen.since >= WORTH_TELLING
                && let Some(started) = slot.runs(turn)
            {
                let lasted = Duration::from_nanos(now - seen.since);
                let blocks = seen.judged == Judged::Blocked;
                watch.told.tell(&self.config().on_stuck, &Stuck { started, lasted, blocks });
            }
            let long = now - seen.since >= LONG || seen.judged == Judged::Blocked;
            tally.long += usize::from(long);
            if slot.is_reserve() {
                tally.reserve_long += usize::from(long);
                continue;
            }
            tally.blocked += usize::from(seen.judged == Judged::Blocked);
            tally.computing += usize::from(seen.judged == Judged::Computing);
        }
        tally
    }

    /// Processes wait and nobody is free: other threads for those that are blocked, and a few for those that compute.
    fn replace(&'static self, watch: &mut Watch, tally: &Tally, general: usize) {
        let active = general.saturating_sub(tally.blocked);
        if active < self.workers {
            watch.ramp = if watch.since_start <= SOON { (watch.ramp * 2).clamp(1, MOST_AT_ONCE) } else { 1 };
            watch.since_start = 0;
            let wanted = ((self.workers - active) * watch.ramp).min(tally.waiting).min(MOST_AT_ONCE);
            self.start_spares(Spare::General, wanted);
        } else if tally.computing >= active && active < 2 * self.workers && watch.waited > 2 {
            self.start_spares(Spare::General, 1);
        }
    }

    fn retire_idle(&self, watch: &mut Watch, tally: &Tally, general: usize, reserves: usize) {
        let excess = (general.saturating_sub(self.workers)).saturating_sub(tally.blocked + tally.computing);
        watch.excess = if excess > 0 { watch.excess + 1 } else { 0 };
        if watch.excess > LINGER {
            watch.excess = 0;
            self.retire_spares(Spare::General, excess.div_ceil(2));
        }
        let needed = tally.long > 0 && tally.waiting > 0;
        watch.reserve_idle = if reserves == 0 || needed { 0 } else { watch.reserve_idle + 1 };
        if watch.reserve_idle > LINGER {
            watch.reserve_idle = 0;
            self.retire_spares(Spare::Reserve, reserves);
        }
    }

    /// Whether no worker has anything to do.
    pub(super) fn all_asleep(&self) -> bool {
        self.idle.sleeping() >= self.threads_alive()
    }
}

/// What a pool counts of its spare threads, for `Runtime::metrics`.
#[derive(Default)]
pub(crate) struct Stats {
    pub(crate) spares_started: crate::shim::plain::Counter,
    pub(crate) blocked_turns: crate::shim::plain::Counter,
    pub(crate) computing_turns: crate::shim::plain::Counter,
}

impl Stats {
    /// For another runtime.
    pub(crate) fn renew(&self) {
        for count in [&self.spares_started, &self.blocked_turns, &self.computing_turns] {
            count.store(0, Ordering::Relaxed);
        }
    }

    fn count(&self, blocked: bool, computing: bool) {
        // ORDERING: Relaxed: numbers for a reader who wants no more.
        self.blocked_turns.fetch_add(u64::from(blocked), Ordering::Relaxed);
        self.computing_turns.fetch_add(u64::from(computing), Ordering::Relaxed);
    }
}
