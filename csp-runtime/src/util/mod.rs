//! Small pieces without knowledge of processes or channels.

pub(crate) mod spin;
