//! The runtime of csp-rs. Use it through the `csp-rs` package.
#![deny(unsafe_code)]

mod rt;
mod sched;
mod shim;
mod task;
mod time;
mod util;

pub use rt::{BlockingCall, Builder, Entered, Process, Runtime, ShutdownError, block_on, blocking, go};
pub use task::budget::{YieldNow, yield_now};
pub use task::{Handle, PanicPolicy, ProcessError};
