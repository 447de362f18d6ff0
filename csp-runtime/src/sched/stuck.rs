//! What is said of a process that keeps others from running.

use std::collections::HashSet;
use std::fmt;
use std::io::Write as _;
use std::panic::Location;
use std::time::Duration;

use crate::shim::plain::Arc;
use crate::task::Place;
use crate::util::caught::caught;

/// What a runtime does about a long poll: a process that blocks its thread, or computes, so long that others had to wait.
///
/// The others run in any case, on a compensation thread; see [`Builder::max_spare_threads`](crate::Builder::max_spare_threads). Without a
/// policy the environment variable `CSP_ON_STUCK` decides, `report` or `silent`; if that is unset, nothing is reported.
///
/// # Examples
/// ```
/// use csp::{Runtime, StuckPolicy};
///
/// let log = StuckPolicy::call(|stuck| println!("{stuck}"));
/// let runtime = Runtime::builder().workers(2).on_stuck(log).build().unwrap();
/// # drop(runtime);
/// ```
#[derive(Clone, Default)]
#[non_exhaustive]
pub enum StuckPolicy {
    /// Reports nothing.
    #[default]
    Silent,
    /// Reports it on standard error, once for each location where such processes are started.
    Report,
    /// Calls this, once for each location, on a thread that should not be blocked. A panic in it ends the call only.
    Call(Arc<dyn Fn(&Stuck) + Send + Sync>),
}

impl StuckPolicy {
    /// Calls `f`; see [`StuckPolicy::Call`].
    ///
    /// # Examples
    /// ```
    /// let policy = csp::StuckPolicy::call(|stuck| eprintln!("{:?}", stuck.lasted()));
    /// assert_eq!(format!("{policy:?}"), "Call(..)");
    /// ```
    pub fn call(f: impl Fn(&Stuck) + Send + Sync + 'static) -> Self {
        Self::Call(Arc::new(f))
    }
}

impl fmt::Debug for StuckPolicy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Report => "Report",
            Self::Silent => "Silent",
            Self::Call(_) => "Call(..)",
        })
    }
}

/// A long poll of a process; see [`StuckPolicy`].
///
/// # Examples
/// ```
/// use csp::{Runtime, StuckPolicy};
/// use std::{sync::mpsc, thread, time::Duration};
///
/// let (tx, rx) = mpsc::channel();
/// let policy = StuckPolicy::call(move |stuck| _ = tx.send((stuck.started().line(), stuck.lasted())));
/// let runtime = Runtime::builder().workers(1).on_stuck(policy).build().unwrap();
/// let line = line!() + 1;
/// let blocks = runtime.go(async { thread::sleep(Duration::from_millis(500)) });
/// let waits = runtime.go(async { 1 });
/// assert_eq!(waits.join().unwrap(), 1);
/// runtime.go(async { csp::sleep(Duration::from_millis(300)).await });
/// # let other = runtime.go(async { loop { csp::sleep(Duration::from_millis(1)).await } });
/// let (place, lasted) = rx.recv().unwrap();
/// assert_eq!(place, line);
/// assert!(lasted >= Duration::from_millis(100));
/// # other.cancel();
/// ```
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Stuck {
    pub(super) started: Place,
    pub(super) lasted: Duration,
    pub(super) blocks: bool,
}

impl Stuck {
    /// Where the process was started.
    pub fn started(&self) -> &'static Location<'static> {
        self.started
    }

    /// How long its poll has lasted so far.
    pub fn lasted(&self) -> Duration {
        self.lasted
    }

    /// Whether its thread is blocked in the OS; otherwise it computes. Always true where the OS does not report that.
    pub fn blocks(&self) -> bool {
        self.blocks
    }
}

impl fmt::Display for Stuck {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (place, lasted) = (self.started, self.lasted.as_millis());
        match self.blocks {
            true => write!(
                f,
                "the process started at {place} has blocked its thread for {lasted} ms while others waited; `blocking` is for such calls"
            ),
            false => write!(
                f,
                "the process started at {place} has computed for {lasted} ms while others waited; `yield_now` lets them run, `blocking` is for long computations"
            ),
        }
    }
}

/// Which places were told of.
#[derive(Default)]
pub(super) struct Told(HashSet<Place>);

impl Told {
    pub(super) fn tell(&mut self, policy: &StuckPolicy, stuck: &Stuck) {
        if matches!(policy, StuckPolicy::Silent) || !self.0.insert(stuck.started) {
            return;
        }
        match policy {
            StuckPolicy::Call(f) => caught(|| f(stuck)),
            // Nothing can be done if standard error is closed.
            _ => _ = writeln!(std::io::stderr().lock(), "csp: {stuck} (said once for this place)"),
        }
    }
}
