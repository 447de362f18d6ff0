//! Go's way of writing concurrent programs, in safe Rust.
//!
//! A *process* is a function that runs beside others and talks to them over *channels*. Sending and receiving wait, and
//! the macros write the waiting for you; [`select!`] waits for whichever of several communications is ready first.
//!
//! ```
//! use csp::prelude::*;
//!
//! #[process]
//! fn square(numbers: Receiver<u64>, squares: Sender<u64>) {
//!     for n in numbers {
//!         squares.send(n * n)?;
//!     }
//! }
//!
//! #[process]
//! fn main() {
//!     let (numbers, input) = chan!(u64);
//!     let (output, squares) = chan!(u64);
//!     go!(square(input, output));
//!     go! {
//!         for n in 1..=3 {
//!             numbers <- n;
//!         }
//!     };
//!     let mut sum = 0;
//!     for square in squares {
//!         sum += square;
//!     }
//!     assert_eq!(sum, 14);
//! }
//! ```
//!
//! Start with [`process`], then [`go!`], [`chan!`], [`select!`], [`par!`] and [`defer!`].
#![forbid(unsafe_code)]

mod macros;

pub use csp_macros::process;
#[cfg(any(feature = "futures", feature = "tokio"))]
pub use csp_runtime::compat;
#[cfg(feature = "signal")]
pub use csp_runtime::signal;
pub use csp_runtime::{
    After, AllClosed, Any, Builder, Closed, ClosedError, Communication, DeadlockPolicy, Elapsed, Handle,
    Iter, PanicPolicy, Process, ProcessError, Receiver, Recv, RecvError, Runtime, Send, SendError, Sender,
    ShutdownError, Sink, Sleep, Source, Tick, Timeout, TryIter, TryRecvError, TrySendError, after, any,
    block_on, blocking, bounded, command, fs, net, sleep, sleep_until, stdio, tick, timeout, unbounded,
    yield_now,
};

/// Everything a program in the language needs.
pub mod prelude {
    pub use crate::{
        Closed, Handle, Process, ProcessError, Receiver, RecvError, Runtime, SendError, Sender, Source,
        TryRecvError, TrySendError, after, any, blocking, chan, defer, go, par, process, select, sleep, tick,
        timeout, yield_now,
    };
    pub use std::time::Duration;
}

/// What expansions name. Not for use by hand, and not covered by version promises.
#[doc(hidden)]
pub mod __private {
    pub use csp_runtime::private::*;

    /// The procedural macros behind the facade's.
    pub mod macros {
        pub use csp_macros::{chan, defer, go, par, select};
    }
}

#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;

#[cfg(doctest)]
#[doc = include_str!("../docs/channels-or-locks.md")]
struct ChannelsOrLocks;
