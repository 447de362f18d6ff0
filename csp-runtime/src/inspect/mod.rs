//! What a program looks like from outside: its processes, its channels, who waits for whom, and how much has passed.
//!
//! Nothing is stopped for a snapshot, and nothing has to say that it is there: processes and channels are found in the memory that
//! they are made from (`task/slab.rs`, `chan/page.rs`). So a snapshot is not of one instant: each channel is looked at for itself,
//! under its lock, and each process without one. What moves meanwhile may be seen twice or not at all; what stands still, as all
//! do that wait for each other, is seen as it is.

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
/// Its `Display` is the text; [`to_json`](Self::to_json), [`to_dot`](Self::to_dot) and [`to_mermaid`](Self::to_mermaid) are its
/// other forms.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Snapshot {
    /// The runtimes that have not ended.
    pub runtimes: Vec<RuntimeInfo>,
    /// The processes that have not ended.
    pub processes: Vec<ProcessInfo>,
    /// The channels that have an end.
    pub channels: Vec<ChannelInfo>,
}

/// A runtime, as a snapshot saw it.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct RuntimeInfo {
    /// The name it was made with; the default runtime's is `csp`.
    pub name: String,
    /// Its numbers, by names that do not change; `docs/inspect.md` tells what each counts.
    pub counters: Vec<(&'static str, u64)>,
}

/// A process, as a snapshot saw it.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct ProcessInfo {
    /// Names the process while it lives.
    pub id: u64,
    /// The function that it is, or whose block it is: `worker`, `main {}`.
    pub name: String,
    /// Where it was started.
    pub started: &'static Location<'static>,
    /// Its runtime, in [`Snapshot::runtimes`]; `None` if that just came or went.
    pub runtime: Option<usize>,
    /// What it does.
    pub state: ProcessState,
    /// What it waits for, while it is parked; `None` if that is a future of another library.
    pub wait: Option<Wait>,
    /// The ends of channels that it is known to hold, while it is parked: the `id` of the channel and the side, once for each end.
    pub holds: Vec<(u64, Side)>,
}

/// What a process does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[non_exhaustive]
pub enum ProcessState {
    /// A worker gives it a turn.
    Running,
    /// It waits for a worker.
    Ready,
    /// It waits for something else.
    Parked,
}

/// What a parked process waits for.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Wait {
    /// The kind of operation.
    pub kind: WaitKind,
    /// Where it is written; for [`WaitKind::Join`] where the other process was started.
    pub place: Option<&'static Location<'static>>,
    /// The channels on which it waits, by their `id`, and the side on which it does.
    pub channels: Vec<(u64, Side)>,
    /// For [`WaitKind::Join`] the other process, by its `id`.
    pub process: Option<u64>,
}

/// The kinds of operations that wait.
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
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Side {
    /// Senders.
    Send,
    /// Receivers.
    Receive,
}

/// A channel, as a snapshot saw it.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct ChannelInfo {
    /// Names the channel while it lives.
    pub id: u64,
    /// Where it was made.
    pub made: &'static Location<'static>,
    /// The type of its values.
    pub type_name: String,
    /// How many values it holds.
    pub len: usize,
    /// How many it holds at most: `Some(0)` for a rendezvous, `None` for an unbounded one.
    pub capacity: Option<usize>,
    /// Whether it was closed. One that has no ends left on one side counts as open.
    pub closed: bool,
    /// How many values receivers got so far.
    pub passed: u64,
    /// Those who send.
    pub senders: SideInfo,
    /// Those who receive.
    pub receivers: SideInfo,
}

/// One side of a channel, as a snapshot saw it.
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct SideInfo {
    /// How many ends there are.
    pub ends: u32,
    /// The processes that wait here, by their `id`, those of selects included.
    pub waiting: Vec<u64>,
    /// How many others wait here: threads, and futures of other libraries.
    pub others_waiting: usize,
    /// Selects and others behind the first 64 in the queue are not looked at: there may be more than is said here.
    pub more_waiting: bool,
    /// The processes that are known to use this side, by their `id`: those that wait here and the one that was seen here last.
    pub users: Vec<u64>,
    /// The parked processes that are known to hold ends of this side, by their `id`, once for each end.
    pub holders: Vec<u64>,
}

impl Snapshot {
    /// The snapshot as JSON, by the schema in `docs/inspect.md`.
    pub fn to_json(&self) -> String {
        json::write(self)
    }

    /// The network of processes and channels in the language of Graphviz.
    pub fn to_dot(&self) -> String {
        dot::write(&graph::Graph::of(self))
    }

    /// The network of processes and channels as a Mermaid flowchart.
    pub fn to_mermaid(&self) -> String {
        mermaid::write(&graph::Graph::of(self))
    }
}

impl ChannelInfo {
    /// The side of the channel.
    pub fn side(&self, side: Side) -> &SideInfo {
        match side {
            Side::Send => &self.senders,
            Side::Receive => &self.receivers,
        }
    }
}

/// Looks at all processes and channels of the program, while they go on.
///
/// It does not wait, and holds up nobody for longer than a look at one channel takes. It may be called anywhere: in a process, on
/// any thread, in a panic hook, more than once at a time. Values are counted, never shown.
///
/// What moves meanwhile may be seen twice or not at all. A process that is parked is known to hold an end if the macros can see that it
/// never gives the end away.
///
/// ```
/// use csp_runtime::{bounded, inspect};
///
/// let (numbers, _nobody) = bounded::<u64>(8);
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
