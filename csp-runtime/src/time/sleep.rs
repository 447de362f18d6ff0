//! Waiting for a time, and for something else but no longer than that.

use std::fmt;
use std::future::{Future, IntoFuture};
use std::panic::Location;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use super::clock::{self, Instant};
use super::shard::Entry;
use super::{current_shard, timer_added};
use crate::task::reason::Waits;
use crate::task::{TaskRef, budget};

/// Waits for at least `duration`, counted from this call.
///
/// The duration is rounded up to the timers' resolution of about 65 microseconds; the process is then scheduled as any other. A
/// duration of zero does not wait; one beyond the clock's range waits indefinitely. A sleep of a tenth of a second or more that is
/// first polled after its deadline yields once.
///
/// # Cancel safety
/// Dropping the sleep cancels it.
///
/// # Panics
/// On a thread that belongs to no runtime, when the timer thread cannot be started; never on a worker.
///
/// # Examples
/// ```
/// use csp::prelude::*;
/// use std::time::Instant;
///
/// #[process]
/// fn main() {
///     let start = Instant::now();
///     sleep(Duration::from_millis(5)).await;
///     assert!(start.elapsed() >= Duration::from_millis(5));
/// }
/// ```
#[track_caller]
#[inline]
pub fn sleep(duration: Duration) -> Sleep {
    Sleep { is_long: duration >= LONG, ..Sleep::at(clock::after(duration), Location::caller()) }
}

/// So long a sleep is hardly over when it is polled for the first time, and to ask the clock costs as much as the rest of it.
const LONG: Duration = Duration::from_millis(100);

/// Waits until `deadline`; does not wait if it has passed. Otherwise the same as [`sleep`].
///
/// # Examples
/// ```
/// use csp::prelude::*;
/// use std::time::Instant;
///
/// #[process]
/// fn main() {
///     let start = Instant::now();
///     for round in 1..=3 {
///         csp::sleep_until(start + round * Duration::from_millis(2)).await;
///     }
///     assert!(start.elapsed() >= Duration::from_millis(6));
/// }
/// ```
#[track_caller]
pub fn sleep_until(deadline: Instant) -> Sleep {
    Sleep::at(clock::reading(deadline), Location::caller())
}

/// The future of [`sleep`] and [`sleep_until`]. Once it was ready it stays ready.
///
/// # Examples
/// ```
/// use csp::prelude::*;
/// use std::pin::pin;
///
/// #[process]
/// fn main() {
///     let mut rest = pin!(csp::sleep(Duration::from_millis(1)));
///     rest.as_mut().await;
///     assert!(rest.is_elapsed());
///     rest.as_mut().reset(Duration::from_millis(1)); // again
///     rest.await;
/// }
/// ```
#[must_use = "a sleep does nothing unless it is awaited"]
pub struct Sleep {
    deadline: u64,
    set_at: &'static Location<'static>,
    is_long: bool,
    entry: Entry,
}

crate::util::assert_not_unpin!(Sleep);

impl Sleep {
    #[inline]
    fn at(deadline: u64, set_at: &'static Location<'static>) -> Self {
        Self { deadline, set_at, is_long: false, entry: Entry::new() }
    }

    fn entry(self: Pin<&mut Self>) -> Pin<&mut Entry> {
        // SAFETY: `entry` is pinned whenever the sleep is: nothing moves it out, `Sleep` has no `Drop` and is not `Unpin`.
        unsafe { self.map_unchecked_mut(|this| &mut this.entry) }
    }

    fn set(mut self: Pin<&mut Self>, deadline: u64) {
        self.as_mut().entry().disarm();
        // SAFETY: only plain values are written; the entry stays where it is.
        let this = unsafe { self.get_unchecked_mut() };
        (this.deadline, this.is_long) = (deadline, false);
    }

    /// Sets a new deadline, `duration` from now. An earlier deadline is forgotten, also if it has passed.
    ///
    /// A task that was waiting must poll again, as after any change of a future.
    ///
    /// # Examples
    /// ```
    /// use csp::prelude::*;
    /// use std::{pin::pin, time::Instant};
    ///
    /// #[process]
    /// fn main() {
    ///     let mut sleep = pin!(sleep(Duration::ZERO));
    ///     let start = Instant::now();
    ///     sleep.as_mut().reset(Duration::from_millis(3));
    ///     sleep.await;
    ///     assert!(start.elapsed() >= Duration::from_millis(3));
    /// }
    /// ```
    pub fn reset(self: Pin<&mut Self>, duration: Duration) {
        self.set(clock::after(duration));
    }

    /// Sets a new deadline; otherwise the same as [`reset`](Self::reset).
    pub fn reset_until(self: Pin<&mut Self>, deadline: Instant) {
        self.set(clock::reading(deadline));
    }

    /// The deadline. That of an indefinite sleep is centuries ahead.
    pub fn deadline(&self) -> Instant {
        clock::instant(self.deadline)
    }

    /// Whether the deadline has passed.
    pub fn is_elapsed(&self) -> bool {
        clock::now() >= self.deadline
    }

    /// `poll` without the process's budget.
    fn poll_deadline(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        let (deadline, set_at) = (self.deadline, self.set_at);
        let may_be_over = !self.is_long;
        let poll = self.entry().poll(deadline, may_be_over, cx, current_shard, timer_added);
        if poll.is_pending()
            && let Some(task) = TaskRef::of(cx.waker())
        {
            task.waits_for(Waits::Sleep, 0, set_at);
        }
        poll
    }
}

impl Future for Sleep {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        ready!(self.as_mut().poll_deadline(cx));
        // A loop over sleeps that are over waits for nobody; the budget makes it give way.
        budget::poll_proceed(cx)
    }
}

impl fmt::Debug for Sleep {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Sleep").field("deadline", &self.deadline()).finish_non_exhaustive()
    }
}

/// Waits for `future`, but not longer than `duration` from this call.
///
/// Returns `Ok` with the future's output, or `Err(Elapsed)` if the time passed first. The future is polled first: one that is ready when the
/// time is up counts as in time, also when the process has to yield before it can poll it. A future that never waits is not interrupted.
///
/// In a `#[process]` body `rx.recv()` and `tx.send(v)` wait by themselves and are not futures. For a limit on these write
/// `Receiver::recv(&rx)` or `Sender::send(&tx, v)`, or an arm `<-after(d)` of a `select!`.
///
/// # Panics
/// The same as [`sleep`], and when the future panics.
///
/// # Cancel safety
/// When the time is up, the future is dropped together with the `Timeout`. So it is as cancel safe as the future: a `recv` that timed out took
/// nothing from its channel, a `send` drops its value unless it was received.
///
/// # Examples
/// ```
/// use csp::prelude::*;
///
/// #[process]
/// fn main() {
///     let (_tx, rx) = chan!(u32);
///     assert_eq!(timeout(Duration::from_secs(60), async { 7 }).await, Ok(7));
///     assert!(timeout(Duration::from_millis(2), Receiver::recv(&rx)).await.is_err());
/// }
/// ```
#[track_caller]
pub fn timeout<F: IntoFuture>(duration: Duration, future: F) -> Timeout<F::IntoFuture> {
    Timeout { future: future.into_future(), sleep: sleep(duration), refused: false }
}

/// The future of [`timeout`].
///
/// # Examples
/// ```
/// use csp::prelude::*;
///
/// #[process]
/// fn main() {
///     let limited: csp::Timeout<_> = timeout(Duration::from_secs(60), async { 7 });
///     assert_eq!(limited.await, Ok(7));
/// }
/// ```
#[must_use = "a timeout does nothing unless it is awaited"]
pub struct Timeout<F> {
    future: F,
    sleep: Sleep,
    /// The last poll of the future was refused by the budget.
    refused: bool,
}

crate::util::assert_not_unpin!(Timeout<std::future::Ready<()>>);

impl<F> Timeout<F> {
    /// The future that has the limit.
    pub(crate) fn limited(self: Pin<&mut Self>) -> Pin<&mut F> {
        self.project().0
    }

    fn project(self: Pin<&mut Self>) -> (Pin<&mut F>, Pin<&mut Sleep>, &mut bool) {
        // SAFETY: both futures are pinned whenever the timeout is: nothing moves them out, `Timeout` has no `Drop`, and it is
        // not `Unpin` because `Sleep` is not. The flag is not pinned.
        unsafe {
            let this = self.get_unchecked_mut();
            (Pin::new_unchecked(&mut this.future), Pin::new_unchecked(&mut this.sleep), &mut this.refused)
        }
    }
}

impl<F: Future> Future for Timeout<F> {
    type Output = Result<F::Output, Elapsed>;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let (future, sleep, refused) = self.project();
        let refusals = budget::refusals();
        if let Poll::Ready(value) = future.poll(cx) {
            return Poll::Ready(Ok(value));
        }
        // A future that is Pending for the budget alone is polled once more before the time counts. Not again and again: one that
        // uses all of the budget every turn must not keep the time from coming.
        *refused = !*refused && budget::refusals() != refusals;
        if *refused {
            return Poll::Pending;
        }
        sleep.poll_deadline(cx).map(|()| Err(Elapsed(())))
    }
}

impl<F> fmt::Debug for Timeout<F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Timeout").field("deadline", &self.sleep.deadline()).finish_non_exhaustive()
    }
}

/// The error of [`timeout`] when the time passed first.
///
/// # Examples
/// ```
/// use csp::prelude::*;
///
/// #[process]
/// fn main() {
///     let late = timeout(Duration::from_millis(1), std::future::pending::<()>()).await;
///     assert!(matches!(late, Err(csp::Elapsed { .. })));
/// }
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Elapsed(());

impl fmt::Display for Elapsed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the time is up")
    }
}

impl std::error::Error for Elapsed {}

/// Of the kind [`TimedOut`](std::io::ErrorKind::TimedOut), with the error inside.
impl From<Elapsed> for std::io::Error {
    fn from(error: Elapsed) -> Self {
        std::io::Error::new(std::io::ErrorKind::TimedOut, error)
    }
}

/// An entry beside what it waits for: the wait of one process on a source that several may share.
pub struct Waiting<S> {
    source: S,
    entry: Entry,
}

crate::util::assert_not_unpin!(Waiting<()>);

impl<S: Unpin> Waiting<S> {
    pub(super) fn new(source: S) -> Self {
        Self { source, entry: Entry::new() }
    }

    pub(super) fn source(&self) -> &S {
        &self.source
    }

    pub(super) fn project(self: Pin<&mut Self>) -> (&mut S, Pin<&mut Entry>) {
        // SAFETY: `entry` is pinned whenever the whole is: nothing moves it out, and `Waiting` has no `Drop` and is not
        // `Unpin`. `source` is not pinned.
        unsafe {
            let this = self.get_unchecked_mut();
            (&mut this.source, Pin::new_unchecked(&mut this.entry))
        }
    }
}
