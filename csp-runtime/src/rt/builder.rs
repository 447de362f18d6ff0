//! How a runtime is made.

use std::ffi::OsStr;
use std::io;

use super::cpus;
use super::runtime::Runtime;
use crate::sched::pool::{Config, MOST_SPARES, MOST_WORKERS, Pool};
use crate::sched::stuck::StuckPolicy;
use crate::task::{DeadlockPolicy, ErrorPolicy, PanicPolicy};
use crate::util::fork;

/// Options of a [`Runtime`]; see [`Runtime::builder`].
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

    /// How many threads run processes. Without it `CSP_WORKERS`, else the CPUs that this program may really use: those that it may
    /// run on, and on Linux not more than its cgroup's quota is worth, rounded up and two at least, as in Go.
    pub fn workers(mut self, workers: usize) -> Self {
        self.workers = Some(workers);
        self
    }

    /// What the names of its threads begin with; `csp` without it.
    pub fn name(mut self, name: impl Into<String>) -> Self {
        self.name = name.into();
        self
    }

    /// What happens when a process panics and nobody holds its handle.
    pub fn on_panic(mut self, policy: PanicPolicy) -> Self {
        self.on_panic = policy;
        self
    }

    /// What happens when a process that `go!` started returns an `Err` and nobody holds its handle. Without it what the environment
    /// variable `CSP_ON_ERROR` says, `report`, `silent` or `abort`; it is reported if that is unset.
    ///
    /// ```
    /// use csp_runtime::{ErrorPolicy, Runtime};
    ///
    /// let runtime = Runtime::builder().workers(1).on_error(ErrorPolicy::Silent).build().unwrap();
    /// # drop(runtime);
    /// ```
    pub fn on_error(mut self, policy: ErrorPolicy) -> Self {
        self.on_error = Some(policy);
        self
    }

    /// What happens when processes wait for each other and will never go on. Without it they are reported, once.
    ///
    /// ```
    /// use csp_runtime::{DeadlockPolicy, Runtime, bounded};
    ///
    /// let runtime = Runtime::builder().workers(1).on_deadlock(DeadlockPolicy::Ignore).build().unwrap();
    /// runtime.go(async {
    ///     let (tx, rx) = bounded::<u8>(0);
    ///     // Nobody sends: it waits until the runtime ends.
    ///     rx.recv().await.unwrap();
    ///     drop(tx);
    /// });
    /// ```
    pub fn on_deadlock(mut self, policy: DeadlockPolicy) -> Self {
        self.on_deadlock = policy;
        self
    }

    /// How many closures given to [`blocking`](crate::blocking) may run at once; 512 without it. The others wait their turn.
    pub fn max_blocking_threads(mut self, threads: usize) -> Self {
        self.max_blocking = threads;
        self
    }

    /// How many threads may take the place of workers whose process blocks its thread, or computes for long, while others wait; 64
    /// without it. They start when they are needed and end when they are not.
    ///
    /// One of them, if there may be two, is kept for processes that have waited before, for a message, a socket or a time: these go on even
    /// if newly started ones block all other threads. With 0 processes behind one that blocks wait until another worker takes them.
    ///
    /// ```
    /// use std::{sync::mpsc, thread, time::Duration};
    ///
    /// let runtime = csp_runtime::Runtime::builder().workers(1).max_spare_threads(8).build().unwrap();
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

    /// What happens when the turn of a process lasts so long, a tenth of a second, that others had to wait for it; nothing without it,
    /// unless the environment variable `CSP_ON_STUCK` is `report`.
    ///
    /// ```
    /// use csp_runtime::{Runtime, StuckPolicy};
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
    /// If a number is zero or there are more than 256 workers or 16,384 spare threads, if the name has a zero byte, or if the system gives no thread.
    /// `Unsupported` in the child of a `fork` that was called while a runtime was running, which has none of its threads.
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
