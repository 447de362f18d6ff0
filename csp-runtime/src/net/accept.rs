//! A listener, whatever the family of its addresses: connections that wait to be accepted, as a source.

use std::future::Future;
use std::io;
use std::panic::Location;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use super::error::failed;
use crate::io::{Descriptor, Registered, Seat, Side};
use crate::shim::atomic::{AtomicU64, Ordering};
use crate::task::{Place, budget};
use crate::time::{Sleep, clock, sleep_until};

/// After the first failure that is not about one connection, accepting waits for so long (nanoseconds), after each further one for
/// twice as long, up to the most.
const PAUSE: u64 = 5_000_000;
const MOST: u64 = 500_000_000;

/// What a listener of the standard library is.
pub(super) trait Listens: Descriptor + Send + Sync {
    /// A connection, and who made it.
    type Accepted: Send;

    fn accept(&self) -> io::Result<Self::Accepted>;
}

/// A registered listener.
pub(super) struct Backlog<L: Listens> {
    pub(super) io: Registered<L>,
    /// What errors call the place where it listens.
    pub(super) place: String,
    /// How long the last pause was, 0 after a success.
    pause: AtomicU64,
    /// Nobody accepts before that time.
    until: AtomicU64,
}

impl<L: Listens> Backlog<L> {
    pub(super) fn new(io: Registered<L>, place: String) -> Self {
        Self { io, place, pause: AtomicU64::new(0), until: AtomicU64::new(0) }
    }

    #[track_caller]
    pub(super) fn waiting(&self) -> Accepting<'_, L> {
        Accepting { on: self, seat: Seat::NONE, timer: None, refused: None, at: Location::caller() }
    }

    #[track_caller]
    pub(super) fn accept(&self) -> impl Future<Output = io::Result<L::Accepted>> + Send {
        Accept(self.waiting())
    }

    /// A connection or an error, if there is one now.
    fn take(&self) -> Option<io::Result<L::Accepted>> {
        match self.io.try_op(Side::Read, L::accept) {
            Ok(accepted) => {
                // ORDERING: Relaxed, here and below: the times guard nothing.
                if self.pause.load(Ordering::Relaxed) != 0 {
                    self.pause.store(0, Ordering::Relaxed);
                }
                Some(Ok(accepted))
            }
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => None,
            Err(error) => {
                if !is_about_one_connection(error.kind()) {
                    let pause = (2 * self.pause.load(Ordering::Relaxed)).clamp(PAUSE, MOST);
                    self.pause.store(pause, Ordering::Relaxed);
                    self.until.store(clock::after(Duration::from_nanos(pause)), Ordering::Relaxed);
                }
                Some(Err(failed(error, format_args!("accept on {}", self.place))))
            }
        }
    }
}

/// A connection that came to nothing before it was accepted. The next one may be better at once; all other failures last.
fn is_about_one_connection(kind: io::ErrorKind) -> bool {
    use io::ErrorKind as Kind;
    matches!(
        kind,
        Kind::ConnectionAborted
            | Kind::ConnectionReset
            | Kind::ConnectionRefused
            | Kind::HostUnreachable
            | Kind::NetworkUnreachable
            | Kind::NetworkDown
            | Kind::TimedOut
    )
}

/// One wait for a connection.
pub(super) struct Accepting<'a, L: Listens> {
    on: &'a Backlog<L>,
    seat: Seat,
    /// While accepting pauses.
    timer: Option<Pin<Box<Sleep>>>,
    /// What the poller said instead of watching the listener.
    refused: Option<io::Error>,
    at: Place,
}

impl<L: Listens> Accepting<'_, L> {
    /// Whether a `take` is worth it; if not, the waker of `cx` is woken when it is.
    pub(super) fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        // ORDERING: Relaxed: a time, and it guards nothing.
        let until = self.on.until.load(Ordering::Relaxed);
        if until != 0 && until > clock::now() {
            let timer = self.timer.get_or_insert_with(|| Box::pin(sleep_until(clock::instant(until))));
            ready!(timer.as_mut().poll(cx));
        }
        self.timer = None;
        self.refused = ready!(self.on.io.poll_ready(Side::Read, &mut self.seat, cx, self.at)).err();
        Poll::Ready(())
    }

    /// A connection or an error, if nobody else was faster.
    pub(super) fn take(&mut self) -> Option<io::Result<L::Accepted>> {
        match self.refused.take() {
            Some(error) => Some(Err(failed(error, format_args!("accept on {}", self.on.place)))),
            None => self.on.take(),
        }
    }
}

impl<L: Listens> Drop for Accepting<'_, L> {
    fn drop(&mut self) {
        self.on.io.leave(Side::Read, &mut self.seat);
    }
}

/// The wait as a future.
struct Accept<'a, L: Listens>(Accepting<'a, L>);

impl<L: Listens> Unpin for Accept<'_, L> {}

impl<L: Listens> Future for Accept<'_, L> {
    type Output = io::Result<L::Accepted>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        ready!(budget::poll_proceed(cx));
        loop {
            ready!(self.0.poll_ready(cx));
            if let Some(accepted) = self.0.take() {
                return Poll::Ready(accepted);
            }
        }
    }
}
