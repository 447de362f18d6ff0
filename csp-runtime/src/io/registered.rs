//! A source beside its entry, and operations on it that wait when they would block.

use std::future::Future;
use std::io;
use std::panic::Location;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use super::driver::{Driver, over};
use super::entry::{Entry, Ready, Seat, Side};
use super::sys::{Descriptor, MAY_FORGET, SHORT_READ_DRAINS};
use crate::task::reason::Waits;
use crate::task::{Place, TaskRef, budget};

/// A source that does not block, watched by a driver as long as this lives.
pub(crate) struct Registered<S: Descriptor> {
    /// None only while `into_source` takes it away.
    source: Option<S>,
    driver: &'static Driver,
    entry: &'static Entry,
    key: u64,
}

impl<S: Descriptor> Registered<S> {
    /// Watches the source, which must not block.
    pub(crate) fn new(driver: &'static Driver, source: S, ready: Ready) -> io::Result<Self> {
        let (key, entry) = driver.begin(&source, ready)?;
        Ok(Self { source: Some(source), driver, entry, key })
    }

    #[inline]
    pub(crate) fn source(&self) -> &S {
        self.source.as_ref().expect("it is there until the end")
    }

    /// Stops watching it.
    pub(crate) fn into_source(mut self) -> S {
        let source = self.source.take().expect("it is there until the end");
        self.driver.end(&source, self.key);
        source
    }

    /// Ready if an operation in that direction is worth a try; else the waker of `cx` is woken when it is.
    pub(crate) fn poll_ready(
        &self,
        side: Side,
        seat: &mut Seat,
        cx: &Context<'_>,
        at: Place,
    ) -> Poll<io::Result<()>> {
        self.poll_seen(side, seat, cx, at).map(|seen| seen.map(|_| ()))
    }

    fn poll_seen(
        &self,
        side: Side,
        seat: &mut Seat,
        cx: &Context<'_>,
        at: Place,
    ) -> Poll<io::Result<super::entry::Seen>> {
        let rearm = |read, write| {
            if MAY_FORGET { self.driver.rearm(self.source(), self.key, read, write) } else { Ok(()) }
        };
        let poll = self.entry.poll(side, seat, cx, rearm);
        if poll.is_pending()
            && let Some(task) = TaskRef::of(cx.waker())
        {
            task.waits_for(Waits::Io, self.key as u32 as usize, at);
        }
        poll
    }

    /// Tries the operation until it does something else than block. True beside its result: it was a read that took all there was.
    pub(crate) fn poll_op<R>(
        &self,
        side: Side,
        seat: &mut Seat,
        cx: &Context<'_>,
        at: Place,
        mut op: impl FnMut(&S) -> io::Result<(R, bool)>,
    ) -> Poll<io::Result<R>> {
        loop {
            let seen = ready!(self.poll_seen(side, seat, cx, at))?;
            match op(self.source()) {
                Ok((result, drained)) => {
                    if drained && SHORT_READ_DRAINS {
                        self.entry.short_read(seen);
                    }
                    return Poll::Ready(Ok(result));
                }
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => {
                    if seen.is_over() {
                        return Poll::Ready(Err(over()));
                    }
                    self.entry.would_block(side, seen);
                }
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Poll::Ready(Err(error)),
            }
        }
    }

    /// Tries the operation once. `WouldBlock`: it is not worth a try before the next event.
    pub(crate) fn try_op<R>(&self, side: Side, mut op: impl FnMut(&S) -> io::Result<R>) -> io::Result<R> {
        let seen = self.entry.seen();
        loop {
            match op(self.source()) {
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => {
                    self.entry.would_block(side, seen);
                    return Err(if seen.is_over() { over() } else { error });
                }
                result => return result,
            }
        }
    }

    /// Leaves a seat taken by `poll_ready` or `poll_op`.
    pub(crate) fn leave(&self, side: Side, seat: &mut Seat) {
        self.entry.leave(side, seat);
    }

    /// The operation as a future.
    #[track_caller]
    pub(crate) fn operation<R, F>(&self, side: Side, op: F) -> Operation<'_, S, F>
    where
        F: FnMut(&S) -> io::Result<(R, bool)>,
    {
        self.operation_at(side, Location::caller(), op)
    }

    /// The same, by whoever waits at `at`.
    pub(crate) fn operation_at<R, F>(&self, side: Side, at: Place, op: F) -> Operation<'_, S, F>
    where
        F: FnMut(&S) -> io::Result<(R, bool)>,
    {
        Operation { on: self, side, over: false, seat: Seat::NONE, at, op }
    }

    /// How many operations wait for it.
    #[cfg(all(test, not(loom)))]
    pub(crate) fn waiting(&self) -> usize {
        self.entry.waiting()
    }
}

impl<S: Descriptor> Drop for Registered<S> {
    fn drop(&mut self) {
        if let Some(source) = &self.source {
            self.driver.end(source, self.key);
        }
    }
}

/// A future that tries an operation, and waits for readiness while that would block.
pub(crate) struct Operation<'a, S: Descriptor, F> {
    on: &'a Registered<S>,
    side: Side,
    /// It has returned its result.
    over: bool,
    seat: Seat,
    at: Place,
    op: F,
}

impl<S: Descriptor, F> Unpin for Operation<'_, S, F> {}

impl<R, S: Descriptor, F> Future for Operation<'_, S, F>
where
    F: FnMut(&S) -> io::Result<(R, bool)>,
{
    type Output = io::Result<R>;

    /// # Panics
    /// If it is polled after it was ready: a second result would be that of another operation.
    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<R>> {
        let this = self.get_mut();
        assert!(!this.over, "the operation on a socket or pipe at {} was polled after it was ready", this.at);
        // Before the operation, so that a turn that is used up takes nothing.
        ready!(budget::poll_proceed(cx));
        let poll = this.on.poll_op(this.side, &mut this.seat, cx, this.at, &mut this.op);
        this.over = poll.is_ready();
        poll
    }
}

impl<S: Descriptor, F> Drop for Operation<'_, S, F> {
    fn drop(&mut self) {
        self.on.leave(self.side, &mut self.seat);
    }
}
