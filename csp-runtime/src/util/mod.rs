//! Small pieces without knowledge of processes or channels.

#[cfg(not(loom))]
pub(crate) mod json;
#[cfg(not(loom))]
pub(crate) mod names;
pub(crate) mod spin;
