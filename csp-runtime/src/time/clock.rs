//! The one clock of the runtime: nanoseconds since its first use.

use std::time::Instant;

use crate::shim::plain::OnceLock;

static START: OnceLock<Instant> = OnceLock::new();

/// Now. Never goes backwards.
#[inline]
pub(crate) fn now() -> u64 {
    u64::try_from(START.get_or_init(Instant::now).elapsed().as_nanos()).unwrap_or(u64::MAX)
}
