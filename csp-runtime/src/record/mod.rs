//! The recorder: the last events of each worker, written as a trace that a viewer shows as a timeline.
//!
//! Each worker has a ring buffer of events: processes started and woken, their polls, values sent and received. Other threads share one
//! more ring. The newest event replaces the oldest. A trace contains the events that the rings contain at that moment.
//!
//! With the feature `record` each event reads the clock and takes an uncontended lock, and each process and channel is a few bytes
//! larger. Without the feature there is no code.

mod ring;
mod trace;

use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::panic::Location;
use std::path::{Path, PathBuf};

use crate::shim::atomic::{AtomicU64, Ordering};
use crate::shim::plain::{Mutex, try_lock};
use crate::task::{Place, TaskRef, budget};
use crate::time::clock;
use crate::wait::Who;
use ring::{Event, What};

/// Writes the recorded events to a file, as a trace in the JSON format that Perfetto and Chrome's viewer open.
///
/// The program continues meanwhile. [docs/inspect.md](https://github.com/csp-rs/csp-rs/blob/main/docs/inspect.md#the-recorder) describes the
/// trace.
///
/// # Errors
/// If the file cannot be written.
///
/// # Examples
/// ```no_run
/// csp::record::write("trace.json").unwrap();
/// ```
pub fn write(path: impl AsRef<Path>) -> io::Result<()> {
    let mut file = BufWriter::new(File::create(path)?);
    write_to(&mut file)?;
    file.flush()
}

/// The same as [`write()`], to any writer.
///
/// # Errors
/// Errors of the writer.
///
/// # Examples
/// ```
/// let mut trace = Vec::new();
/// csp::record::write_to(&mut trace).unwrap();
/// assert!(trace.starts_with(b"{"));
/// ```
pub fn write_to(writer: impl Write) -> io::Result<()> {
    let now = clock::now();
    trace::write(&trace::Trace::of(ring::all(), now), writer)
}

/// Writes the trace to the file named by `CSP_RECORD_FILE`, and returns its path, or `None` if the variable is unset. The runtime does the
/// same when a process panics and when it reports a deadlock. A later trace replaces an earlier one.
///
/// # Errors
/// If the file cannot be written.
///
/// # Examples
/// ```
/// // Nothing, unless the variable is set.
/// assert_eq!(csp::record::save().unwrap(), None);
/// ```
pub fn save() -> io::Result<Option<PathBuf>> {
    let Some(path) = std::env::var_os("CSP_RECORD_FILE").map(PathBuf::from) else { return Ok(None) };
    match write(&path) {
        Ok(()) => Ok(Some(path)),
        Err(error) => Err(io::Error::new(error.kind(), format!("`CSP_RECORD_FILE` is {path:?}: {error}"))),
    }
}

/// Who did it: whose turn it is, or whoever waited.
#[derive(Clone, Copy)]
pub(crate) enum By<'a> {
    Here,
    There(&'a Who),
}

impl By<'_> {
    fn task(self) -> Option<TaskRef> {
        match self {
            Self::Here => budget::current(),
            Self::There(who) => who.process(),
        }
    }
}

/// Names a process among all that there ever were.
#[derive(Debug)]
pub(crate) struct Serial(AtomicU64);

/// The last number that was given away.
static PROCESSES: AtomicU64 = AtomicU64::new(0);
static CHANNELS: AtomicU64 = AtomicU64::new(0);

fn next(of: &AtomicU64) -> u64 {
    // ORDERING: Relaxed: a number of one's own.
    of.fetch_add(1, Ordering::Relaxed) + 1
}

impl Serial {
    #[cfg_attr(not(loom), allow(dead_code))]
    pub(crate) fn new() -> Self {
        Self(AtomicU64::new(0))
    }

    pub(crate) fn renew(&self) {
        // ORDERING: Relaxed: `publish` follows.
        self.0.store(next(&PROCESSES), Ordering::Relaxed);
    }

    pub(crate) fn get(&self) -> u64 {
        // ORDERING: Relaxed: as in `renew`.
        self.0.load(Ordering::Relaxed)
    }
}

/// A process, as events name it.
#[derive(Clone, Copy, Debug)]
struct Process {
    serial: u64,
    started: Place,
    type_name: &'static str,
}

impl Process {
    fn of(task: TaskRef) -> Self {
        Self { serial: task.serial(), started: task.started(), type_name: task.type_name() }
    }
}

/// A channel, as events name it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct ChannelTag {
    serial: u64,
    made: Place,
    type_name: fn() -> &'static str,
}

impl ChannelTag {
    pub(crate) fn new<T>(made: &'static Location<'static>) -> Self {
        Self { serial: next(&CHANNELS), made, type_name: std::any::type_name::<T> }
    }

    /// A value was sent; under the channel's lock.
    pub(crate) fn sent(&self, number: u64, by: By<'_>) {
        emit(by.task(), What::Sent(*self, number));
    }

    /// A value was received; under the channel's lock.
    pub(crate) fn received(&self, number: u64, by: By<'_>) {
        emit(by.task(), What::Received(*self, number));
    }
}

pub(crate) fn started(task: TaskRef) {
    ring::begin();
    emit(Some(task), What::Started(budget::current().map(TaskRef::serial)));
}

pub(crate) fn woken(task: TaskRef) {
    emit(Some(task), What::Woken(budget::current().map(TaskRef::serial)));
}

pub(crate) fn turn_begins(task: TaskRef) {
    ring::move_in();
    emit(Some(task), What::Turn);
}

pub(crate) fn turn_ends(task: TaskRef, ready: bool, yielded: bool) {
    let how = match (ready, yielded) {
        (true, _) => "ended",
        (false, true) => "yielded",
        (false, false) => "parked",
    };
    emit(Some(task), What::Pause(how));
}

/// A process panicked: the trace is saved, if somebody asked for it.
#[cold]
pub(crate) fn panicked(task: TaskRef) {
    emit(Some(task), What::Panicked);
    save_and_say();
}

/// Saves the trace, if somebody asked for it, and says where it is.
pub(crate) fn save_and_say() {
    static ONE: Mutex<()> = Mutex::new(());
    // Of several that have a reason at once one writes.
    let Some(_one) = try_lock(&ONE) else { return };
    match save() {
        Ok(None) => {}
        // Nothing can be done if standard error is closed.
        Ok(Some(path)) => _ = writeln!(io::stderr().lock(), "csp: the last events are in {}", path.display()),
        Err(error) => _ = writeln!(io::stderr().lock(), "csp: the last events could not be written: {error}"),
    }
}

fn emit(task: Option<TaskRef>, what: What) {
    ring::emit(Event { at: clock::now(), process: task.map(Process::of), what });
}
