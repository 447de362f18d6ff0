//! What an exploration found.

use std::fmt;

use super::FailureKind;

/// An exploration in which no schedule failed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Report {
    pub(super) schedules: u64,
    pub(super) steps: u64,
    pub(super) complete: bool,
    pub(super) trace: String,
}

impl Report {
    /// How many schedules ran.
    pub fn schedules(&self) -> u64 {
        self.schedules
    }

    /// How many steps all of them took together.
    pub fn steps(&self) -> u64 {
        self.steps
    }

    /// Whether there is no other schedule: only [`Policy::Dfs`](super::Policy::Dfs) knows.
    pub fn is_complete(&self) -> bool {
        self.complete
    }

    /// What every process did in every step of every schedule, if that was asked for; the same text whenever and wherever the
    /// same exploration of the same program runs.
    pub fn trace(&self) -> &str {
        &self.trace
    }
}

/// A schedule that fails.
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
    /// In which way it fails.
    pub fn kind(&self) -> FailureKind {
        self.kind
    }

    /// What went wrong, and where every process stood.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// What [`Explore::replay`](super::Explore::replay) takes, or the variable `CSP_REPLAY`, to run this schedule again, on any
    /// machine. Empty if the schedule did not fail a second time.
    pub fn replay(&self) -> &str {
        &self.replay
    }

    /// What every process did in every step of this schedule.
    pub fn trace(&self) -> &str {
        &self.trace
    }

    /// How many schedules ran until this one was found, with it.
    pub fn schedules(&self) -> u64 {
        self.schedules
    }

    /// In how many decisions it is not the plainest schedule, in which each process goes on until it waits.
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
