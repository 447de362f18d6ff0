//! How a runtime is made.

use std::ffi::OsStr;
use std::io;

use super::cpus;
use super::runtime::Runtime;
use crate::sched::pool::{Config, MOST_SPARES, MOST_WORKERS, Pool};
use crate::sched::stuck::StuckPolicy;
use crate::task::{DeadlockPolicy, ErrorPolicy, PanicPolicy};
use crate::util::fork;

/// Options of a [`Runtime`]; made by [`Runtime::builder`].
///
/// # Examples
/// ```
/// use csp::{DeadlockPolicy, PanicPolicy, Runtime};
///
/// let runtime = Runtime::builder()
///     .workers(2)
///     .name("job")
///     .on_panic(PanicPolicy::Silent)
///     .on_deadlock(DeadlockPolicy::Ignore)
///     .build()
///     .unwrap();
/// assert_eq!(runtime.block_on(async { 6 * 7 }), 42);
/// ```
#[derive(Clone, Debug)]
pub struct Builder {
    workers: Option<usize>,
    name: String,
    on_panic: PanicPolicy,
    on_error: Option<ErrorPolicy>,
    max_blocking: usize,
    max_spares: usize,
    on_stuck: Option<StuckPolicy>,
    on_deadlock: DeadlockPolicy,
}

impl Builder {
    pub(crate) fn new() -> Self {
        Self {
            workers: None,
            name: "csp".into(),
            on_panic: PanicPolicy::Report,
            on_error: None,
            max_blocking: 512,
            max_spares: 64,
            on_stuck: None,
            on_deadlock: DeadlockPolicy::Report,
        }
    }

    /// Sets how many threads run processes.
    ///
    /// Without it: the number in `CSP_WORKERS`, else the CPUs that this program may really use. These are the CPUs of its affinity mask and, on
    /// Linux, not more than its cgroup quota, rounded up and at least two, as in Go.
    pub fn workers(mut self, workers: usize) -> Self {
        self.workers = Some(workers);
        self
    }

    /// Sets the prefix of its threads' names. The default is `csp`.
    pub fn name(mut self, name: impl Into<String>) -> Self {
        self.name = name.into();
        self
    }

    /// Sets what happens when a process panics and no handle of it is left. The default is [`PanicPolicy::Report`].
    pub fn on_panic(mut self, policy: PanicPolicy) -> Self {
        self.on_panic = policy;
        self
    }

    /// Sets what happens when a process that `go!` started returns an `Err` and no handle of it is left.
    ///
    /// Without it the environment variable `CSP_ON_ERROR` decides: `report`, `silent` or `abort`. If that is unset too, the error is
    /// reported.
    ///
    /// # Examples
    /// ```
    /// use csp::{ErrorPolicy, Runtime};
    ///
    /// let runtime = Runtime::builder().workers(1).on_error(ErrorPolicy::Silent).build().unwrap();
    /// # drop(runtime);
    /// ```
    pub fn on_error(mut self, policy: ErrorPolicy) -> Self {
        self.on_error = Some(policy);
        self
    }

    /// Sets what happens about a deadlock. The default is [`DeadlockPolicy::Report`].
    ///
    /// # Examples
    /// ```
    /// use csp::{DeadlockPolicy, Runtime, bounded};
    ///
    /// let runtime = Runtime::builder().workers(1).on_deadlock(DeadlockPolicy::Ignore).build().unwrap();
    /// runtime.go(async {
    ///     let (tx, rx) = bounded::<u8>(0);
    ///     // Nothing is ever sent: it waits until the runtime ends.
    ///     rx.recv().await.unwrap();
    ///     drop(tx);
    /// });
    /// ```
    pub fn on_deadlock(mut self, policy: DeadlockPolicy) -> Self {
        self.on_deadlock = policy;
        self
    }

    /// Sets how many closures of [`blocking`](crate::blocking) may run at once; the others are queued. The default is 512.
    pub fn max_blocking_threads(mut self, threads: usize) -> Self {
        self.max_blocking = threads;
        self
    }

    /// Sets how many compensation threads there may be. The default is 64.
    ///
    /// Such a thread replaces a worker whose process blocks the thread, or computes for long, while others wait. It starts when it is
    /// needed and ends when it is not. If there may be two, one is reserved for processes that have waited before, for a message, a
    /// socket or a timer: these continue even if newly started ones block all other threads.
    ///
    /// With 0, processes queued behind one that blocks wait until another worker takes them.
    ///
    /// # Examples
    /// ```
    /// use std::{sync::mpsc, thread, time::Duration};
    ///
    /// let runtime = csp::Runtime::builder().workers(1).max_spare_threads(8).build().unwrap();
    /// let (tx, rx) = mpsc::channel();
    /// let blocks = runtime.go(async move { rx.recv() });
    /// let other = runtime.go(async move { tx.send(7) });
    /// assert_eq!(blocks.join().unwrap(), Ok(7));
    /// # other.join().unwrap().unwrap();
    /// ```
    pub fn max_spare_threads(mut self, threads: usize) -> Self {
        self.max_spares = threads;
        self
    }

    /// Sets what happens about a long poll: a process that runs for a tenth of a second or more while others wait for its thread.
    ///
    /// Without it nothing is reported, unless the environment variable `CSP_ON_STUCK` is `report`.
    ///
    /// # Examples
    /// ```
    /// use csp::{Runtime, StuckPolicy};
    ///
    /// let runtime = Runtime::builder().workers(1).on_stuck(StuckPolicy::Silent).build().unwrap();
    /// # drop(runtime);
    /// ```
    pub fn on_stuck(mut self, policy: StuckPolicy) -> Self {
        self.on_stuck = Some(policy);
        self
    }

    /// Starts the runtime.
    ///
    /// # Errors
    /// `InvalidInput` if a number is zero, if there are more than 256 workers or 16,384 compensation threads, or if the name has a zero
    /// byte. Errors of the OS when it cannot start a thread. `Unsupported` in the child of a `fork` that was called while a runtime was
    /// running: the child has none of its threads.
    pub fn build(self) -> io::Result<Runtime> {
        fork::check()?;
        let invalid = |text: &str| Err(io::Error::new(io::ErrorKind::InvalidInput, text));
        let workers = self.workers.unwrap_or_else(workers_from_environment);
        if workers == 0 {
            return invalid("a runtime needs at least one worker");
        }
        if workers > MOST_WORKERS {
            return invalid("a runtime has at most 256 workers");
        }
        if self.max_blocking == 0 {
            return invalid("a runtime needs at least one thread for blocking calls");
        }
        if self.max_spares > MOST_SPARES {
            return invalid("a runtime has at most 16384 spare threads");
        }
        if self.name.contains('\0') {
            return invalid("the name of a thread cannot hold a zero byte");
        }
        let config = Config {
            workers,
            name: self.name,
            on_panic: self.on_panic,
            on_error: self.on_error.unwrap_or_else(error_from_environment),
            max_blocking: self.max_blocking,
            max_spares: self.max_spares,
            on_stuck: self.on_stuck.unwrap_or_else(stuck_from_environment),
            on_deadlock: self.on_deadlock,
        };
        #[cfg(all(unix, not(loom)))]
        crate::inspect::watch();
        Pool::start(config).map(Runtime::of)
    }
}

/// `CSP_WORKERS`, else the number of CPUs.
pub(super) fn workers_from_environment() -> usize {
    or_exit(parse_workers(std::env::var_os("CSP_WORKERS").as_deref()))
}

fn stuck_from_environment() -> StuckPolicy {
    or_exit(parse_stuck(std::env::var_os("CSP_ON_STUCK").as_deref()))
}

fn error_from_environment() -> ErrorPolicy {
    or_exit(parse_error(std::env::var_os("CSP_ON_ERROR").as_deref()))
}

/// A variable with a value that makes no sense ends the program: what was meant is unknown.
fn or_exit<T>(parsed: Result<T, String>) -> T {
    parsed.unwrap_or_else(|message| {
        eprintln!("{message}");
        std::process::exit(2)
    })
}

fn parse_stuck(value: Option<&OsStr>) -> Result<StuckPolicy, String> {
    match value.map(OsStr::as_encoded_bytes) {
        None | Some(b"silent") => Ok(StuckPolicy::Silent),
        Some(b"report") => Ok(StuckPolicy::Report),
        Some(_) => Err(format!(
            "csp: `CSP_ON_STUCK` is {:?}; it must be `report` or `silent`, or unset",
            value.unwrap_or_default()
        )),
    }
}

fn parse_error(value: Option<&OsStr>) -> Result<ErrorPolicy, String> {
    match value.map(OsStr::as_encoded_bytes) {
        None | Some(b"report") => Ok(ErrorPolicy::Report),
        Some(b"silent") => Ok(ErrorPolicy::Silent),
        Some(b"abort") => Ok(ErrorPolicy::Abort),
        Some(_) => Err(format!(
            "csp: `CSP_ON_ERROR` is {:?}; it must be `report`, `silent` or `abort`, or unset",
            value.unwrap_or_default()
        )),
    }
}

fn parse_workers(value: Option<&OsStr>) -> Result<usize, String> {
    let Some(value) = value else {
        return Ok(cpus::usable().min(MOST_WORKERS));
    };
    match value.to_str().and_then(|text| text.trim().parse().ok()) {
        Some(workers @ 1..=MOST_WORKERS) => Ok(workers),
        _ => Err(format!(
            "csp: `CSP_WORKERS` is {value:?}; it must be a whole number from 1 to {MOST_WORKERS}, or unset"
        )),
    }
}

#[cfg(all(test, not(loom)))]
mod tests {
    use super::*;

    #[test]
    fn the_variable_is_a_positive_number_or_an_error() {
        let parse = |text: &str| parse_workers(Some(text.as_ref()));
        assert_eq!(parse("3"), Ok(3));
        assert_eq!(parse(" 12\n"), Ok(12));
        for wrong in ["", "0", "-1", "two", "1.5", "257", "99999999999999999999"] {
            let message = parse(wrong).unwrap_err();
            assert!(message.contains("`CSP_WORKERS`") && message.contains(wrong.trim()), "{message}");
        }
        assert!(parse_workers(None).unwrap() >= 1);
    }

    #[test]
    fn what_is_said_of_stuck_processes_is_a_word_or_an_error() {
        let parse = |text: &str| parse_stuck(Some(text.as_ref())).map(|policy| format!("{policy:?}"));
        assert_eq!(parse("report").unwrap(), "Report");
        assert_eq!(parse("silent").unwrap(), "Silent");
        assert_eq!(format!("{:?}", parse_stuck(None).unwrap()), "Silent");
        assert_eq!(
            parse("Report ").unwrap_err(),
            "csp: `CSP_ON_STUCK` is \"Report \"; it must be `report` or `silent`, or unset"
        );
    }

    #[test]
    fn what_is_done_about_errors_is_a_word_or_an_error() {
        let parse = |text: &str| parse_error(Some(text.as_ref()));
        assert_eq!(parse("report"), Ok(ErrorPolicy::Report));
        assert_eq!(parse("silent"), Ok(ErrorPolicy::Silent));
        assert_eq!(parse("abort"), Ok(ErrorPolicy::Abort));
        assert_eq!(parse_error(None), Ok(ErrorPolicy::Report));
        assert_eq!(
            parse("panic").unwrap_err(),
            "csp: `CSP_ON_ERROR` is \"panic\"; it must be `report`, `silent` or `abort`, or unset"
        );
    }

    #[test]
    fn numbers_that_make_no_sense_are_refused() {
        let build = |b: Builder| b.build().map(drop).unwrap_err().to_string();
        assert_eq!(build(Runtime::builder().workers(0)), "a runtime needs at least one worker");
        assert_eq!(build(Runtime::builder().workers(257)), "a runtime has at most 256 workers");
        assert!(build(Runtime::builder().workers(1).max_blocking_threads(0)).contains("blocking"));
        assert!(build(Runtime::builder().workers(1).max_spare_threads(20_000)).contains("spare"));
        assert!(build(Runtime::builder().workers(1).name("a\0b")).contains("zero byte"));
    }
}
