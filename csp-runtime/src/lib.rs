//! The runtime of csp-rs. Use it through the `csp-rs` package.
#![deny(unsafe_code)]

mod chan;
pub(crate) mod lang;
mod select;
mod shim;
mod task;
mod time;
mod util;
mod wait;

pub use chan::{
    AllClosed, Closed, ClosedError, Iter, Receiver, Recv, RecvError, Send, SendError, Sender, TryIter,
    TryRecvError, TrySendError, bounded, unbounded,
};
pub use select::{Any, Communication, Sink, Source, any};
pub use time::{After, Elapsed, Sleep, Tick, Timeout, after, sleep, sleep_until, tick, timeout};
#[cfg(not(loom))]
pub use wait::block_on::block_on;

#[cfg(all(test, not(loom)))]
mod tests;
