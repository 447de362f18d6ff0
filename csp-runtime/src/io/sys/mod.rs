//! The system's poller, behind one face. Nothing else in the crate names an operating system's way to wait for descriptors.
//!
//! Linux has a file of its own, `epoll`: one system call for a wait where the portable poller needs five, and it tells that
//! a peer closed, without which a short read does not mean that nothing is left. All other systems share `portable`, which
//! can be had on Linux too, for tests: `RUSTFLAGS="--cfg csp_portable_poller"`, and with `--cfg csp_oneshot_poller` as on Windows,
//! where a report uses up the interest.
//!
//! A selector reports *edges*: what became ready since it was last reported. Where the system has none, `rearm` asks for one
//! more report, of either direction.

#[cfg(all(not(loom), target_os = "linux", not(csp_portable_poller)))]
#[path = "epoll.rs"]
mod imp;
#[cfg(loom)]
#[path = "model.rs"]
mod imp;
#[cfg(all(not(loom), any(not(target_os = "linux"), csp_portable_poller)))]
#[allow(unsafe_code)]
#[path = "portable.rs"]
mod imp;

pub(super) use imp::{Events, Selector};
#[cfg(not(loom))]
pub(super) use imp::{MAY_FORGET, SHORT_READ_DRAINS};

/// What a selector can watch.
#[cfg(all(unix, not(loom)))]
pub(crate) trait Descriptor: std::os::fd::AsFd {}
#[cfg(all(unix, not(loom)))]
impl<T: std::os::fd::AsFd> Descriptor for T {}

/// What a selector can watch.
#[cfg(windows)]
pub(crate) trait Descriptor: std::os::windows::io::AsSocket {}
#[cfg(windows)]
impl<T: std::os::windows::io::AsSocket> Descriptor for T {}

/// What happened to one descriptor.
#[derive(Clone, Copy, Debug)]
pub(super) struct Event {
    /// What it was added with.
    pub(super) key: u64,
    /// A read may succeed now, or tell an end or an error.
    pub(super) read: bool,
    /// The same for a write.
    pub(super) write: bool,
    /// From now on a short read does not say that nothing is left: the peer has closed, or sent urgent data.
    pub(super) held: bool,
}

/// Whether a connection was begun and will be made or refused later.
#[cfg(not(loom))]
pub(crate) fn in_progress(error: &std::io::Error) -> bool {
    #[cfg(unix)]
    let begun = error.raw_os_error() == Some(rustix::io::Errno::INPROGRESS.raw_os_error());
    #[cfg(windows)]
    let begun = error.kind() == std::io::ErrorKind::WouldBlock;
    begun || error.kind() == std::io::ErrorKind::Interrupted
}
