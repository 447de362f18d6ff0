//! All systems but Linux: the `polling` crate. The one file of `io` that is trusted with raw descriptors.

use std::io;
use std::time::Duration;

use polling::{Event as Polled, PollMode, Poller};

use super::{Descriptor, Event};

/// The poller does not tell that a peer closed, which may have come with the last bytes.
pub(in crate::io) const SHORT_READ_DRAINS: bool = false;

/// A report may use up what was asked for, so that it has to be asked for again.
pub(in crate::io) const MAY_FORGET: bool = true;

pub(in crate::io) struct Selector {
    poller: Poller,
}

pub(in crate::io) struct Events {
    list: polling::Events,
}

impl Events {
    pub(in crate::io) fn new() -> Self {
        Self { list: polling::Events::new() }
    }

    pub(in crate::io) fn iter(&self) -> impl Iterator<Item = Event> + '_ {
        self.list.iter().map(|event| Event {
            key: event.key as u64,
            read: event.readable,
            write: event.writable,
            held: false,
        })
    }
}

impl Selector {
    pub(in crate::io) fn new() -> io::Result<Self> {
        Ok(Self { poller: Poller::new()? })
    }

    /// Watches a descriptor until `delete`: for both directions, or for what `rearm` says.
    pub(in crate::io) fn add(&self, source: &impl Descriptor, key: u64) -> io::Result<()> {
        let (interest, mode) = if self.is_oneshot() {
            (Polled::none(key as usize), PollMode::Oneshot)
        } else {
            (Polled::all(key as usize), PollMode::Edge)
        };
        // SAFETY: the poller must forget the descriptor before that is closed. `Registered` owns both the source and the
        // registration, and deletes the one before it lets go of the other; if it is leaked, so is the descriptor.
        unsafe { self.poller.add_with_mode(&borrowed(source), interest, mode) }
    }

    /// True where a report uses up the interest of both directions.
    pub(in crate::io) fn is_oneshot(&self) -> bool {
        cfg!(csp_oneshot_poller) || !self.poller.supports_edge()
    }

    /// Asks for a report of what is ready, or will be.
    pub(in crate::io) fn rearm(
        &self,
        source: &impl Descriptor,
        key: u64,
        read: bool,
        write: bool,
    ) -> io::Result<()> {
        if !self.is_oneshot() {
            return Ok(());
        }
        self.poller.modify(source, Polled::new(key as usize, read, write))
    }

    pub(in crate::io) fn delete(&self, source: &impl Descriptor) -> io::Result<()> {
        self.poller.delete(source)
    }

    /// Waits for events, up to `most`; may return without any. One thread at a time.
    pub(in crate::io) fn wait(&self, events: &mut Events, most: Option<Duration>) -> io::Result<()> {
        events.list.clear();
        self.poller.wait(&mut events.list, most).map(|_| ())
    }

    /// Ends the wait of now, or the next one.
    pub(in crate::io) fn notify(&self) {
        let _ = self.poller.notify();
    }
}

#[cfg(unix)]
fn borrowed(source: &impl Descriptor) -> std::os::fd::BorrowedFd<'_> {
    source.as_fd()
}

#[cfg(windows)]
fn borrowed(source: &impl Descriptor) -> std::os::windows::io::BorrowedSocket<'_> {
    source.as_socket()
}
