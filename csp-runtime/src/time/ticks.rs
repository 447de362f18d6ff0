//! Time as a source: one value after a while, or one every so often.
//!
//! A source holds no timer itself. Each operation that waits has an entry of its own (`TimerWait`), and asks the source
//! again when that fired: so any number of processes may wait for one source, whoever is first takes the value, and what
//! was reset or taken meanwhile is never delivered.

use std::fmt;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use super::clock::{self, Instant};
use super::sleep::Waiting;
use super::{current_shard, timer_added};
use crate::chan::RecvError;
use crate::select::op::OnClose;
use crate::select::poll_arm::{PollArm, Readiness};
use crate::select::source::Sealed;
use crate::select::{Communication, Source};
use crate::shim::atomic::{AtomicBool, Ordering};
use crate::shim::oracle;
use crate::shim::{Mutex, MutexGuard};
use crate::wait::Who;

/// A source with one value: the instant `duration` after this call, received once it has passed.
///
/// Made for `select!`, as `<-after(d)`. To do nothing but wait, [`sleep`](super::sleep) is cheaper. After its one value the source is closed: a
/// receive returns an error, an arm of a `select!` is disabled. However many processes wait for one `After`, one of them receives the value
/// and the others find it closed.
///
/// # Panics
/// When it is waited for, the same as [`sleep`](super::sleep).
///
/// # Cancel safety
/// Dropping a receive cancels it; it took nothing.
///
/// # Examples
/// ```
/// use csp::prelude::*;
///
/// #[process]
/// fn main() {
///     let (_tx, rx) = chan!(u32);
///     select! {
///         n = <-rx => println!("{n}"),
///         <-after(Duration::from_millis(2)) => println!("too late"),
///     }
/// }
/// ```
pub fn after(duration: Duration) -> After {
    After { deadline: clock::after(duration), taken: AtomicBool::new(false) }
}

/// The source made by [`after`].
///
/// # Examples
/// ```
/// use csp::prelude::*;
/// use std::time::Instant;
///
/// #[process]
/// fn main() {
///     let once: csp::After = after(Duration::from_millis(2));
///     let due = once.recv()?;
///     assert!(due <= Instant::now());
///     assert!(once.recv().is_err()); // there is one value only
/// }
/// ```
pub struct After {
    deadline: u64,
    taken: AtomicBool,
}

impl After {
    /// Waits for the value.
    ///
    /// # Errors
    /// [`RecvError`] when it was received already.
    ///
    /// # Cancel safety
    /// Dropping the future cancels the wait; it took nothing.
    #[track_caller]
    pub fn recv(&self) -> impl Communication<Output = Result<Instant, RecvError>> + Send {
        Source::recv(self)
    }

    /// The instant at which its value is due.
    pub fn deadline(&self) -> Instant {
        clock::instant(self.deadline)
    }

    /// Takes the value if it has come and nobody took it before.
    fn take(&self) -> Option<Instant> {
        // ORDERING: Relaxed, here and below: the flag guards nothing but itself.
        let first = clock::now() >= self.deadline && !self.taken.swap(true, Ordering::Relaxed);
        first.then(|| clock::instant(self.deadline))
    }

    /// Whether the value is gone, so that no other comes.
    fn is_closed(&self) -> bool {
        self.taken.load(Ordering::Relaxed)
    }

    /// A wait for this source.
    fn wait(&self) -> TimerWait<'_> {
        Waiting::new(Watched::After(self))
    }
}

impl Sealed for After {}

#[diagnostic::do_not_recommend]
impl Source for After {
    type Item = Instant;
    type Arm<'a> = PollArm<TimerWait<'a>>;

    fn arm(&self, enabled: bool, on_close: OnClose) -> Self::Arm<'_> {
        PollArm::new(self.wait(), enabled, on_close)
    }
}

impl fmt::Debug for After {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        oracle::touched_time();
        f.debug_struct("After").field("deadline", &self.deadline()).field("taken", &self.is_closed()).finish()
    }
}

/// A source with a value every `period`, the first one a period after this call. It never closes.
///
/// A value is the instant at which its tick was due. Ticks that were not received in time are dropped: a late receiver gets the latest one, at
/// once, and the next is due when it would have been anyway, so ticks do not drift. Several processes may wait for one `Tick`; each tick is
/// received by one of them.
///
/// A period of zero counts as one nanosecond: a tick is always ready. Periods below the timers' resolution of about 65 microseconds are
/// kept on average, with ticks dropped.
///
/// # Panics
/// When it is waited for, the same as [`sleep`](super::sleep).
///
/// # Cancel safety
/// Dropping a receive cancels it; it took no tick.
///
/// # Examples
/// ```
/// use csp::prelude::*;
///
/// #[process]
/// fn main() {
///     let mut beats = 0;
///     for _due in tick(Duration::from_millis(2)) {
///         beats += 1;
///         if beats == 3 {
///             break;
///         }
///     }
/// }
/// ```
pub fn tick(period: Duration) -> Tick {
    let period = clock::nanos(period).max(1);
    let next = clock::now().saturating_add(period).min(clock::NEVER);
    Tick { state: Mutex::new(State { next, period, seats: Seats::default() }) }
}

/// The source made by [`tick`].
///
/// # Examples
/// ```
/// use csp::prelude::*;
///
/// #[process]
/// fn main() {
///     let ticker: csp::Tick = tick(Duration::from_millis(2));
///     let late = after(Duration::from_millis(7));
///     let mut beats = 0;
///     loop {
///         select! {
///             <-ticker => beats += 1,
///             <-late => break,
///         }
///     }
///     assert!(beats <= 3);
/// }
/// ```
pub struct Tick {
    state: Mutex<State>,
}

struct State {
    next: u64,
    period: u64,
    seats: Seats,
}

/// Those who wait, so that a reset to an earlier time can tell them; each knows its seat's number.
#[derive(Default)]
struct Seats {
    all: Vec<Who>,
    free: Vec<usize>,
}

impl Seats {
    fn take(&mut self) -> usize {
        self.free.pop().unwrap_or_else(|| {
            self.all.push(Who::NOBODY);
            self.all.len() - 1
        })
    }
}

impl Tick {
    /// Waits for the next tick.
    ///
    /// # Errors
    /// Never: a `Tick` does not close. The `Result` is that of every source.
    ///
    /// # Cancel safety
    /// Dropping the future cancels the wait; it took nothing.
    #[track_caller]
    pub fn recv(&self) -> impl Communication<Output = Result<Instant, RecvError>> + Send {
        Source::recv(self)
    }

    /// Sets a new period: the next tick is due one `period` from now, and the others follow at that distance. A tick that was due and
    /// not received is dropped. Waiting processes wait for the new tick.
    ///
    /// # Examples
    /// ```
    /// use csp::prelude::*;
    /// use std::time::Instant;
    ///
    /// #[process]
    /// fn main() {
    ///     let ticker = tick(Duration::ZERO);
    ///     let start = Instant::now();
    ///     ticker.reset(Duration::from_millis(3));
    ///     let due = ticker.recv().expect("a tick never closes");
    ///     assert!(due >= start + Duration::from_millis(3));
    /// }
    /// ```
    pub fn reset(&self, period: Duration) {
        let period = clock::nanos(period).max(1);
        let next = clock::now().saturating_add(period).min(clock::NEVER);
        let mut state = self.state();
        state.period = period;
        oracle::touched_time();
        let earlier = next < std::mem::replace(&mut state.next, next);
        // Those who wait for a later time are woken to look again; the others find out when their time comes.
        let woken: Vec<Who> =
            if earlier { state.seats.all.iter_mut().map(std::mem::take).collect() } else { Vec::new() };
        drop(state);
        for who in woken {
            who.wake();
        }
    }

    /// The time between two ticks.
    pub fn period(&self) -> Duration {
        oracle::touched_time();
        Duration::from_nanos(self.state().period)
    }

    /// Takes the tick that is due, if one is.
    fn take(&self) -> Option<Instant> {
        self.take_at(clock::now())
    }

    fn take_at(&self, now: u64) -> Option<Instant> {
        let mut state = self.state();
        let late = now.checked_sub(state.next)?;
        let due = state.next + late - late % state.period;
        state.next = due.saturating_add(state.period).min(clock::NEVER);
        Some(clock::instant(due))
    }

    /// A wait for this source.
    fn wait(&self) -> TimerWait<'_> {
        Waiting::new(Watched::Tick(Seat { tick: self, number: None }))
    }

    fn state(&self) -> MutexGuard<'_, State> {
        // Nothing panics under this lock, and its state is whole at every line.
        self.state.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
    }
}

impl Sealed for Tick {}

#[diagnostic::do_not_recommend]
impl Source for Tick {
    type Item = Instant;
    type Arm<'a> = PollArm<TimerWait<'a>>;

    fn arm(&self, enabled: bool, on_close: OnClose) -> Self::Arm<'_> {
        PollArm::new(self.wait(), enabled, on_close)
    }
}

impl fmt::Debug for Tick {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Tick").field("period", &self.period()).finish_non_exhaustive()
    }
}

/// One operation's wait for an [`After`] or a [`Tick`]. Pin it and poll it; dropping it ends the wait.
type TimerWait<'a> = Waiting<Watched<'a>>;

crate::util::assert_not_unpin!(TimerWait<'static>, PollArm<TimerWait<'static>>);

/// The source that an operation waits for.
pub enum Watched<'a> {
    /// For its one value.
    After(&'a After),
    /// For its next tick.
    Tick(Seat<'a>),
}

impl Readiness for TimerWait<'_> {
    type Item = Instant;

    const IS_TIMER: bool = true;

    /// Ready when the source has a value, or is closed. That says nothing of the next moment: `take` decides who gets the
    /// value, and whoever got none polls again (a closed source excepted).
    fn poll_ready(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        let (source, entry) = self.project();
        let deadline = match source {
            Watched::After(after) if after.is_closed() => return Poll::Ready(()),
            Watched::After(after) => after.deadline,
            Watched::Tick(seat) => seat.watch(cx),
        };
        entry.poll(deadline, true, cx, current_shard, timer_added)
    }

    fn take(self: Pin<&mut Self>) -> Option<Instant> {
        match self.project().0 {
            Watched::After(after) => after.take(),
            Watched::Tick(seat) => seat.tick.take(),
        }
    }

    /// The first thing that an operation asks, so that it is told here that it looks at the source.
    fn is_spent(&self) -> bool {
        oracle::touched_time();
        matches!(self.source(), Watched::After(after) if after.is_closed())
    }
}

/// A place among those who wait for a tick, taken with the first poll that has to wait.
pub struct Seat<'a> {
    tick: &'a Tick,
    number: Option<usize>,
}

impl Seat<'_> {
    /// When the next tick comes. If that is in the future, a reset to an earlier time wakes the waker of `cx` from now on.
    fn watch(&mut self, cx: &Context<'_>) -> u64 {
        let mut state = self.tick.state();
        if state.next <= clock::now() {
            return state.next;
        }
        let number = *self.number.get_or_insert_with(|| state.seats.take());
        if state.seats.all[number].will_wake(cx.waker()) {
            return state.next;
        }
        drop(state);
        // A foreign waker is cloned, and the old one dropped, without the lock.
        let who = Who::of(cx.waker());
        let mut state = self.tick.state();
        let old = std::mem::replace(&mut state.seats.all[number], who);
        let next = state.next;
        drop(state);
        drop(old);
        next
    }
}

impl Drop for Seat<'_> {
    fn drop(&mut self) {
        if let Some(number) = self.number {
            let mut state = self.tick.state();
            let old = std::mem::take(&mut state.seats.all[number]);
            state.seats.free.push(number);
            drop(state);
            drop(old);
        }
    }
}

#[cfg(all(test, loom))]
mod model;
#[cfg(all(test, not(loom)))]
mod tests;
