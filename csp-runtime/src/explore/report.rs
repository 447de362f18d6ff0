//! What an exploration found.

use std::fmt;

use super::FailureKind;

/// The result of an exploration in which no schedule failed.
///
/// # Examples
/// ```
/// use csp::explore::Explore;
///
/// let report = Explore::new().schedules(10).run(|| async { csp::go! { 6 * 7 }.await.map(|_| ()) }).unwrap();
/// assert_eq!(report.schedules(), 10);
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Report {
    pub(super) schedules: u64,
    pub(super) steps: u64,
    pub(super) complete: bool,
    pub(super) trace: String,
}

impl Report {
    /// The number of schedules that ran.
    pub fn schedules(&self) -> u64 {
        self.schedules
    }

    /// The number of steps of all of them together.
    pub fn steps(&self) -> u64 {
        self.steps
    }

    /// Whether there are no other schedules. Only [`Policy::Dfs`](super::Policy::Dfs) knows.
    pub fn is_complete(&self) -> bool {
        self.complete
    }

    /// What every process did in every step of every schedule, if [`Explore::traced`](super::Explore::traced) was set. The same exploration
    /// of the same program always has the same trace, on any machine.
    pub fn trace(&self) -> &str {
        &self.trace
    }
}

/// A schedule that failed.
///
/// # Examples
/// ```
/// use csp::explore::{Explore, FailureKind};
///
/// let failure = Explore::new()
///     .run(|| async {
///         let (_tx, rx) = csp::chan!(u32);
///         rx.recv().await // nothing is ever sent
///     })
///     .unwrap_err();
/// assert_eq!(failure.kind(), FailureKind::Deadlock);
/// println!("{failure}\nto run it again: {}", failure.replay());
/// ```
#[derive(Clone, PartialEq, Eq)]
pub struct Failure {
    pub(super) kind: FailureKind,
    pub(super) text: String,
    pub(super) replay: String,
    pub(super) trace: String,
    pub(super) schedules: u64,
    pub(super) switches: usize,
}

impl Failure {
    /// The kind of failure.
    pub fn kind(&self) -> FailureKind {
        self.kind
    }

    /// The report: what went wrong, and what every process was waiting for.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The schedule as a text, for [`Explore::replay`](super::Explore::replay) or the variable `CSP_REPLAY`: it replays the failure on any
    /// machine. Empty if the schedule did not fail a second time.
    pub fn replay(&self) -> &str {
        &self.replay
    }

    /// What every process did in every step of this schedule.
    pub fn trace(&self) -> &str {
        &self.trace
    }

    /// The number of schedules that ran, including this one.
    pub fn schedules(&self) -> u64 {
        self.schedules
    }

    /// The number of decisions in which it differs from the plainest schedule, where each process runs until it waits.
    pub fn switches(&self) -> usize {
        self.switches
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}, in schedule {}: {}", self.kind.title(), self.schedules, self.text)
    }
}

impl fmt::Debug for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Failure({self}; replay: {})", self.replay)
    }
}

impl std::error::Error for Failure {}
