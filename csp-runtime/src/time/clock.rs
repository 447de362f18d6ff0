//! The clock: the only file that names the machine's time.
//!
//! Time is a `u64`: nanoseconds since the clock was first asked. It lasts 584 years.

use std::time::Duration;

use crate::shim::oracle;
use crate::shim::plain::OnceLock;

pub(crate) use std::time::Instant;

/// The deadline of what never comes: later than any real one, earlier than `u64::MAX`, which says "none" to a shard.
pub(crate) const NEVER: u64 = u64::MAX >> 1;

/// Nanoseconds in a second.
const NANOS: u64 = 1_000_000_000;

static ORIGIN: OnceLock<Instant> = OnceLock::new();

fn origin() -> Instant {
    *ORIGIN.get_or_init(Instant::now)
}

/// Now. The one place where time is read: where a program is explored, the exploration's own clock answers.
#[inline]
pub(crate) fn now() -> u64 {
    match oracle::now() {
        oracle::REAL => {
            let past = origin().elapsed();
            // No process lives for 584 years.
            past.as_secs() * NANOS + u64::from(past.subsec_nanos())
        }
        virtual_time => virtual_time,
    }
}

/// The time `d` from now; `NEVER` if that is beyond the clock.
pub(crate) fn after(d: Duration) -> u64 {
    now().saturating_add(nanos(d)).min(NEVER)
}

/// The clock's reading at an instant: 0 for one before the clock's first use.
pub(crate) fn reading(instant: Instant) -> u64 {
    nanos(instant.saturating_duration_since(origin())).min(NEVER)
}

/// The instant of a reading.
pub(crate) fn instant(reading: u64) -> Instant {
    let origin = origin();
    // A platform whose `Instant` ends before 292 years have passed gets the latest one that it can say within a second.
    let mut step = Duration::from_nanos(reading);
    loop {
        match origin.checked_add(step) {
            Some(instant) => return instant,
            None => step /= 2,
        }
    }
}

/// A duration in nanoseconds; the longest ones become `u64::MAX`.
#[inline]
pub(crate) fn nanos(d: Duration) -> u64 {
    let whole = d.as_secs().checked_mul(NANOS);
    whole.and_then(|whole| whole.checked_add(u64::from(d.subsec_nanos()))).unwrap_or(u64::MAX)
}

#[cfg(all(test, not(loom)))]
mod tests {
    use super::*;

    #[test]
    fn readings_and_instants_are_the_same_time() {
        let early = now();
        let here = Instant::now();
        let late = now();
        assert!((early..=late).contains(&reading(here)));
        assert_eq!(reading(instant(late)), late);
        assert_eq!(instant(reading(here)), here);
    }

    #[test]
    fn what_lies_outside_the_clock_is_clamped() {
        let origin = origin();
        if let Some(before) = origin.checked_sub(Duration::from_nanos(1)) {
            assert_eq!(reading(before), 0);
        }
        assert_eq!(after(Duration::MAX), NEVER);
        assert_eq!(nanos(Duration::MAX), u64::MAX);
        assert!(instant(NEVER) > Instant::now());
    }
}
