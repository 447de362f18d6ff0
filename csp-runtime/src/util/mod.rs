//! Pieces without knowledge of processes or channels.

pub(crate) mod caught;
pub(crate) mod ended;
#[cfg(all(unix, not(loom)))]
#[allow(unsafe_code)]
pub(crate) mod fork;
#[cfg(not(all(unix, not(loom))))]
#[path = "no_fork.rs"]
pub(crate) mod fork;
#[cfg(not(loom))]
pub(crate) mod json;
#[cfg(not(loom))]
pub(crate) mod names;
#[allow(unsafe_code)]
pub(crate) mod pages;
#[cfg(not(loom))]
#[allow(unsafe_code)]
pub(crate) mod slab;
pub(crate) mod spin;
pub(crate) mod teardown;
mod unpin;

pub(crate) use unpin::assert_not_unpin;
