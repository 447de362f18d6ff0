//! What is said of a run that fails.

use std::fmt::Write as _;
use std::panic::Location;

/// In which way a schedule failed; see `Failure::kind`.
///
/// # Examples
/// ```
/// use csp::explore::{Explore, FailureKind};
///
/// let failure = Explore::new().run(|| async { assert!(false) }).unwrap_err();
/// assert_eq!(failure.kind(), FailureKind::Panic);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum FailureKind {
    /// The body panicked, or a process of which no handle is left.
    Panic,
    /// The body returned an error.
    Error,
    /// The body waits, no process is ready, and no timer is set.
    Deadlock,
    /// The body returned, and processes that it started will never end.
    Leak,
    /// More steps than allowed.
    LiveLock,
    /// The program reached for something that no schedule decides: a socket, another thread.
    Escape,
    /// The program did something else than when the schedule was recorded.
    Diverged,
}

impl FailureKind {
    /// The first words of its report.
    pub(crate) fn title(self) -> &'static str {
        match self {
            Self::Panic => "a panic",
            Self::Error => "an error",
            Self::Deadlock => "a deadlock",
            Self::Leak => "a leaked process",
            Self::LiveLock => "no end",
            Self::Escape => "an escape",
            Self::Diverged => "another course",
        }
    }
}

pub(super) const DIVERGED: &str = "the program did not do what it did when this schedule was recorded: it, or something that \
     it asks, changed since; or it decides by something that csp does not see, such as the machine's clock, a hasher's random \
     keys, an address, or another thread";

/// The same on every machine, whatever its separators are.
pub(super) fn place(at: &Location<'_>) -> String {
    format!("{}:{}:{}", at.file().replace('\\', "/"), at.line(), at.column())
}

pub(super) fn io_refused(process: &str, place: Option<&str>) -> String {
    let place = place.map_or_else(String::new, |place| format!(", at {place}"));
    format!(
        "{process}, asked for a socket, a signal or another program{place}; what comes from outside of an explored program no \
         schedule can repeat: hand it a channel in its place"
    )
}

pub(super) fn foreign(process: &str) -> String {
    format!(
        "another thread woke {process}; no schedule decides when threads do what; start a process in its place, or run what \
         blocks with `blocking`"
    )
}

pub(super) fn blocked_thread(test: &str, process: &str) -> String {
    format!(
        "csp: in `{test}` {process}, has blocked its thread for a second, in a turn that cannot be ended: on a lock that a \
         waiting process holds, in a sleep of the standard library, or on another thread.\nIt is the one thread of an explored \
         program, so that this goes on for ever. Use `csp::sleep` and channels, hold no lock where you wait, and give what has to \
         block to `blocking`. The program ends here."
    )
}

/// A title and a line for each process.
pub(super) fn list(title: &str, processes: impl Iterator<Item = String>) -> String {
    let mut text = title.to_owned();
    for process in processes {
        let _ = write!(text, "\n  {process}");
    }
    text
}

pub(super) fn body_failed(error: &crate::task::ProcessError) -> String {
    match error.message() {
        Some(message) => format!("the body panicked: {message}"),
        None if error.is_panic() => "the body panicked".into(),
        None => "the body was cancelled".into(),
    }
}
