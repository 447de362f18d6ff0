//! Linux: one epoll, edge-triggered, each descriptor added once for both directions.

use std::io;
use std::mem::MaybeUninit;
use std::os::fd::OwnedFd;
use std::time::Duration;

use rustix::event::{EventfdFlags, Timespec, epoll, eventfd};
use rustix::time::{
    Itimerspec, TimerfdClockId, TimerfdFlags, TimerfdTimerFlags, timerfd_create, timerfd_settime,
};

use super::{Descriptor, Event};

/// A read that gave less than it had room for took all there was.
pub(in crate::io) const SHORT_READ_DRAINS: bool = true;

/// The keys of the selector's own descriptors; a registration's index is never that large.
const NOTIFIER: u64 = u64::MAX;
const TIMER: u64 = u64::MAX - 1;

/// Events of one system call.
const ROOM: usize = 256;
/// Shorter waits are measured by the timer, longer ones by epoll, which counts milliseconds.
const FINE: Duration = Duration::from_millis(2);

/// A report may use up what was asked for, so that it has to be asked for again.
pub(in crate::io) const MAY_FORGET: bool = false;

pub(in crate::io) struct Selector {
    epoll: OwnedFd,
    /// Written to wake the waiter. Never read: each write is an edge.
    notifier: OwnedFd,
    /// Never read: setting it anew makes it silent.
    timer: OwnedFd,
}

pub(in crate::io) struct Events {
    list: Vec<Event>,
}

impl Events {
    pub(in crate::io) fn new() -> Self {
        Self { list: Vec::with_capacity(ROOM) }
    }

    pub(in crate::io) fn iter(&self) -> impl Iterator<Item = Event> + '_ {
        self.list.iter().copied()
    }

    /// Keeps what the system said, unless it is the selector's own.
    fn take(&mut self, said: &[epoll::Event]) {
        use epoll::EventFlags as Is;
        let over = Is::HUP | Is::ERR;
        let happened = said.iter().map(|event| {
            let (flags, data) = (event.flags, event.data);
            Event {
                key: data.u64(),
                read: flags.intersects(Is::IN | Is::RDHUP | Is::PRI | over),
                write: flags.intersects(Is::OUT | over),
                held: flags.intersects(Is::RDHUP | Is::PRI | over),
            }
        });
        self.list.extend(happened.filter(|event| event.key < TIMER));
    }
}

impl Selector {
    pub(in crate::io) fn new() -> io::Result<Self> {
        use epoll::EventFlags as On;
        let epoll = epoll::create(epoll::CreateFlags::CLOEXEC)?;
        let notifier = eventfd(0, EventfdFlags::CLOEXEC | EventfdFlags::NONBLOCK)?;
        let timer =
            timerfd_create(TimerfdClockId::Monotonic, TimerfdFlags::CLOEXEC | TimerfdFlags::NONBLOCK)?;
        epoll::add(&epoll, &notifier, epoll::EventData::new_u64(NOTIFIER), On::IN | On::ET)?;
        epoll::add(&epoll, &timer, epoll::EventData::new_u64(TIMER), On::IN | On::ET)?;
        Ok(Self { epoll, notifier, timer })
    }

    /// Watches a descriptor for both directions, from now until `delete`.
    pub(in crate::io) fn add(&self, source: &impl Descriptor, key: u64) -> io::Result<()> {
        use epoll::EventFlags as On;
        let flags = On::IN | On::OUT | On::RDHUP | On::PRI | On::ET;
        Ok(epoll::add(&self.epoll, source, epoll::EventData::new_u64(key), flags)?)
    }

    /// True where a report uses up the interest of both directions.
    pub(in crate::io) fn is_oneshot(&self) -> bool {
        false
    }

    /// Asks for a report of what is ready, or will be. Nothing to do: `add` asked for all of them.
    #[expect(clippy::unused_self, reason = "the other selectors need it")]
    pub(in crate::io) fn rearm(
        &self,
        _source: &impl Descriptor,
        _key: u64,
        _read: bool,
        _write: bool,
    ) -> io::Result<()> {
        Ok(())
    }

    pub(in crate::io) fn delete(&self, source: &impl Descriptor) -> io::Result<()> {
        Ok(epoll::delete(&self.epoll, source)?)
    }

    /// Waits for events, up to `most`; may return without any. One thread at a time.
    pub(in crate::io) fn wait(&self, events: &mut Events, most: Option<Duration>) -> io::Result<()> {
        events.list.clear();
        let timeout = match most {
            None => None,
            Some(most) if most.is_zero() => Some(Timespec::default()),
            Some(most) if most < FINE => {
                self.set_timer(most)?;
                None
            }
            // Whole milliseconds, rounded down; what is left is short enough for the timer.
            Some(most) => Timespec::try_from(Duration::from_millis(millis(most))).ok(),
        };
        let mut said = [const { MaybeUninit::uninit() }; ROOM];
        match epoll::wait(&self.epoll, &mut said, timeout.as_ref()) {
            Ok((said, _)) => {
                events.take(said);
                Ok(())
            }
            Err(rustix::io::Errno::INTR) => Ok(()),
            Err(error) => Err(error.into()),
        }
    }

    fn set_timer(&self, most: Duration) -> io::Result<()> {
        let it_value = Timespec { tv_sec: 0, tv_nsec: i64::from(most.subsec_nanos().max(1)) };
        let once = Itimerspec { it_interval: Timespec::default(), it_value };
        timerfd_settime(&self.timer, TimerfdTimerFlags::empty(), &once)?;
        Ok(())
    }

    /// Ends the wait of now, or the next one.
    pub(in crate::io) fn notify(&self) {
        // It fails only when the count is full, and then an edge is on its way.
        let _ = rustix::io::write(&self.notifier, &1u64.to_ne_bytes());
    }
}

/// What epoll can count to.
fn millis(most: Duration) -> u64 {
    u64::try_from(most.as_millis()).unwrap_or(u64::MAX).min(i32::MAX as u64)
}
