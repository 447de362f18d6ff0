//! Time: the one clock and the timers of each worker.

pub(crate) mod clock;
mod shard;

pub(crate) use shard::Shard;
