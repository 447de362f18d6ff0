//! The runtime of csp-rs. Use it through the `csp-rs` package.
#![cfg_attr(docsrs, feature(doc_cfg))]
#![deny(unsafe_code)]

#[cfg(not(target_pointer_width = "64"))]
compile_error!(
    "csp-rs supports 64-bit targets only: it keeps flags in the low bits of pointers and two numbers in a word"
);

mod chan;
#[cfg(all(any(feature = "futures", feature = "tokio"), not(loom)))]
pub mod compat;
#[cfg(not(loom))]
pub mod explore;
#[cfg(not(loom))]
pub mod inspect;
mod io;
mod lang;
#[cfg(not(loom))]
pub mod net;
#[cfg(not(loom))]
mod os;
pub mod private;
#[cfg(all(feature = "record", not(loom)))]
pub mod record;
#[cfg(not(all(feature = "record", not(loom))))]
#[path = "record/off.rs"]
mod record;
mod rt;
mod sched;
mod select;
mod shim;
mod task;
mod time;
mod util;
mod wait;

pub use chan::{
    AllClosed, Closed, ClosedError, Iter, Receiver, Recv, RecvError, RecvTimeoutError, Send, SendError,
    SendTimeoutError, Sender, TryIter, TryRecvError, TrySendError, bounded, unbounded,
};
#[cfg(all(feature = "signal", not(loom)))]
pub use os::signal;
#[cfg(not(loom))]
pub use os::{command, fs, stdio};
pub use rt::{
    BlockingCall, Builder, Entered, Metrics, Process, Runtime, ShutdownError, Stuck, StuckPolicy, block_on,
    blocking, go,
};
pub use select::{Any, Communication, Sink, Source, any};
pub use task::budget::{YieldNow, yield_now};
pub use task::{DeadlockPolicy, ErrorPolicy, Handle, PanicPolicy, ProcessError};
pub use time::{After, Elapsed, Sleep, Tick, Timeout, after, sleep, sleep_until, tick, timeout};

/// The traits that the compiler's messages name: what a rule of the language asks of a type. No program needs to name them.
pub mod rules {
    pub use crate::chan::roles::{Awaited, Consumes, Produces};
    pub use crate::lang::each::Each;
    pub use crate::lang::flow::{EndsProgram, EndsWith, EndsWithSelect, Question};
    pub use crate::select::Waits;
}

#[cfg(all(test, not(loom)))]
mod tests;
