//! What a program looks like from outside: its processes, its channels, who waits for whom, and how much has passed.
//!
//! [`snapshot`] returns a [`Snapshot`]; `CSP_DUMP_SIGNAL=USR1 ./program` prints one whenever the program gets that signal.
//! [docs/inspect.md](https://github.com/csp-rs/csp-rs/blob/main/docs/inspect.md) describes the forms and their costs.
//!
//! Nothing is stopped for a snapshot and nothing has to register: processes and channels are found in the memory that they are allocated
//! from. So a snapshot is not of one instant: each channel is read under its own lock, and each process without one. What moves meanwhile
//! may be seen twice or not at all; what stands still, such as processes that wait for each other, is seen as it is.
//!
//! ```
//! println!("{}", csp::inspect::snapshot());
//! ```

mod collect;
mod dot;
#[cfg(unix)]
mod dump;
mod graph;
mod json;
mod mermaid;
#[cfg(unix)]
#[allow(unsafe_code)]
mod signal;
mod text;

use std::panic::Location;

#[cfg(unix)]
pub(crate) use signal::watch;

use crate::sched::pool::Pool;

/// What a program looked like; see [`snapshot`].
///
/// `Display` prints it as text; [`to_json`](Self::to_json), [`to_dot`](Self::to_dot) and [`to_mermaid`](Self::to_mermaid) are its other
/// forms.
///
/// # Examples
/// ```
/// use csp::prelude::*;
///
/// #[process]
/// fn main() {
///     let (_tx, rx) = chan!(u32);
///     let handle = go! { rx.recv() };
///     sleep(Duration::from_millis(1)).await;
///     let seen = csp::inspect::snapshot();
///     println!("{seen}");
///     assert!(seen.to_mermaid().starts_with("flowchart"));
///     handle.cancel();
/// }
/// ```
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Snapshot {
    /// The runtimes that exist.
    pub runtimes: Vec<RuntimeInfo>,
    /// The processes that have not ended.
    pub processes: Vec<ProcessInfo>,
    /// The channels that exist.
    pub channels: Vec<ChannelInfo>,
}

/// A runtime, as a snapshot saw it.
///
/// # Examples
/// ```
/// let runtime = csp::Runtime::builder().workers(2).name("job").build().unwrap();
/// let seen = runtime.snapshot();
/// let job = seen.runtimes.iter().find(|runtime| runtime.name == "job").unwrap();
/// assert!(job.counters.contains(&("workers", 2)));
/// ```
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct RuntimeInfo {
    /// The name it was made with; the default runtime's is `csp`.
    pub name: String,
    /// Its counters, by names that do not change; `docs/inspect.md` lists them.
    pub counters: Vec<(&'static str, u64)>,
}

/// A process, as a snapshot saw it.
///
/// # Examples
/// ```
/// for process in csp::inspect::snapshot().processes {
///     println!("{} {}, started at {}: {:?}", process.id, process.name, process.started, process.state);
/// }
/// ```
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct ProcessInfo {
    /// Identifies the process while it exists.
    pub id: u64,
    /// The name of its function, or of the function whose `go!` block it is: `worker`, `main {}`.
    pub name: String,
    /// Where it was started.
    pub started: &'static Location<'static>,
    /// Its runtime, in [`Snapshot::runtimes`]; `None` if that just came or went.
    pub runtime: Option<usize>,
    /// What it does.
    pub state: ProcessState,
    /// What it waits for, while it is parked; `None` if that is a future of another library.
    pub wait: Option<Wait>,
    /// The endpoints that it is known to own while it is parked: the `id` of the channel and the side, once for each endpoint.
    pub holds: Vec<(u64, Side)>,
}

/// What a process does.
///
/// # Examples
/// ```
/// use csp::inspect::{ProcessState, snapshot};
///
/// let seen = snapshot();
/// let parked = seen.processes.iter().filter(|process| process.state == ProcessState::Parked).count();
/// println!("{parked} processes wait");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[non_exhaustive]
pub enum ProcessState {
    /// A worker polls it.
    Running,
    /// It waits for a worker.
    Ready,
    /// It waits for something else.
    Parked,
}

/// What a parked process waits for.
///
/// # Examples
/// ```
/// for process in csp::inspect::snapshot().processes {
///     if let Some(wait) = process.wait {
///         println!("{} waits: {:?} at {:?}", process.name, wait.kind, wait.place);
///     }
/// }
/// ```
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Wait {
    /// The kind of operation.
    pub kind: WaitKind,
    /// The location of the operation; for [`WaitKind::Join`] the location where the other process was started.
    pub place: Option<&'static Location<'static>>,
    /// The channels on which it waits, by their `id`, and the side on which it does.
    pub channels: Vec<(u64, Side)>,
    /// For [`WaitKind::Join`] the other process, by its `id`.
    pub process: Option<u64>,
}

/// The kinds of operations that wait.
///
/// # Examples
/// ```
/// use csp::inspect::{WaitKind, snapshot};
///
/// let sends = |wait: &csp::inspect::Wait| wait.kind == WaitKind::Send;
/// let count = snapshot().processes.iter().filter(|process| process.wait.as_ref().is_some_and(sends)).count();
/// println!("{count} processes wait to send");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[non_exhaustive]
pub enum WaitKind {
    /// To send on a channel.
    Send,
    /// To receive from a channel.
    Receive,
    /// A `select!`.
    Select,
    /// For the end of another process.
    Join,
    /// For a time.
    Sleep,
    /// For a closure that was given to `blocking`.
    Blocking,
    /// For a socket, a pipe, or a signal.
    Io,
}

/// A side of a channel.
///
/// # Examples
/// ```
/// use csp::inspect::{Side, snapshot};
///
/// for channel in snapshot().channels {
///     println!("{} senders, {} receivers", channel.side(Side::Send).ends, channel.side(Side::Receive).ends);
/// }
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Side {
    /// Senders.
    Send,
    /// Receivers.
    Receive,
}

/// A channel, as a snapshot saw it.
///
/// # Examples
/// ```
/// let (tx, _rx) = csp::chan!(u8; 4);
/// tx.try_send(7).unwrap();
/// let made = line!() - 2;
/// let seen = csp::inspect::snapshot();
/// let channel = seen.channels.iter().find(|channel| channel.made.line() == made).unwrap();
/// assert_eq!((channel.len, channel.capacity, channel.passed), (1, Some(4), 0));
/// ```
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct ChannelInfo {
    /// Identifies the channel while it exists.
    pub id: u64,
    /// Where it was made.
    pub made: &'static Location<'static>,
    /// The type of its values.
    pub type_name: String,
    /// The number of buffered values.
    pub len: usize,
    /// The most values that it buffers: `Some(0)` for a rendezvous, `None` for an unbounded one.
    pub capacity: Option<usize>,
    /// Whether it was closed by `close`. One that has lost all endpoints of one side counts as open.
    pub closed: bool,
    /// The number of values received so far.
    pub passed: u64,
    /// The sending side.
    pub senders: SideInfo,
    /// The receiving side.
    pub receivers: SideInfo,
}

/// One side of a channel, as a snapshot saw it.
///
/// # Examples
/// ```
/// for channel in csp::inspect::snapshot().channels {
///     println!("{}: {} processes wait to receive", channel.type_name, channel.receivers.waiting.len());
/// }
/// ```
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct SideInfo {
    /// The number of endpoints.
    pub ends: u32,
    /// The processes that wait here, by their `id`, those of selects included.
    pub waiting: Vec<u64>,
    /// The number of other waiters: threads, and futures of other libraries.
    pub others_waiting: usize,
    /// Whether there may be more: selects and others behind the first 64 in the queue are not inspected.
    pub more_waiting: bool,
    /// The processes that are known to use this side, by their `id`: those that wait here, and the one that used it last.
    pub users: Vec<u64>,
    /// The parked processes that are known to own endpoints of this side, by their `id`, once for each endpoint.
    pub holders: Vec<u64>,
}

impl Snapshot {
    /// Returns the snapshot as JSON; the schema is in `docs/inspect.md`.
    pub fn to_json(&self) -> String {
        json::write(self)
    }

    /// Returns the network of processes and channels in the language of Graphviz.
    pub fn to_dot(&self) -> String {
        dot::write(&graph::Graph::of(self))
    }

    /// Returns the network of processes and channels as a Mermaid flowchart.
    pub fn to_mermaid(&self) -> String {
        mermaid::write(&graph::Graph::of(self))
    }
}

impl ChannelInfo {
    /// Returns one side of the channel.
    pub fn side(&self, side: Side) -> &SideInfo {
        match side {
            Side::Send => &self.senders,
            Side::Receive => &self.receivers,
        }
    }
}

/// Returns a snapshot of all processes and channels of the program, which continues meanwhile.
///
/// It does not wait; a channel is locked only while it is read. It may be called anywhere: in a process, on any thread, in a panic hook,
/// several times at once. Values are counted, never shown.
///
/// What moves meanwhile may be seen twice or not at all. A parked process is known to own an endpoint if the macros can see that it never
/// gives the endpoint away.
///
/// # Examples
/// ```
/// use csp::{bounded, inspect};
///
/// let (numbers, _receiver) = bounded::<u64>(8);
/// numbers.try_send(7).unwrap();
/// let made = line!() - 2;
/// let snapshot = inspect::snapshot();
/// let channel = snapshot.channels.iter().find(|c| c.made.line() == made).unwrap();
/// assert_eq!((channel.len, channel.capacity, channel.type_name.as_str()), (1, Some(8), "u64"));
/// assert!(snapshot.to_string().contains("u64"));
/// ```
pub fn snapshot() -> Snapshot {
    collect::collect(None)
}

/// As `snapshot`, of one runtime: its processes, and the channels that they are known to use.
pub(crate) fn snapshot_of(pool: &'static Pool) -> Snapshot {
    collect::collect(Some(pool))
}
