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
/// A test whose body is a process, run under many schedules in one thread and under a clock of its own.
///
/// A panic, an `Err`, a deadlock, a process that is left behind or a run without end fails it; the schedule that failed is made
/// as short as it goes, and printed as a text that runs it again: `CSP_REPLAY=.. cargo test NAME`.
///
/// | option | means | without it |
/// |---|---|---|
/// | `schedules = 1000` | how many at most | 100 |
/// | `policy = random`, `pct`, `dfs`, `mixed` | how they are chosen, see [`Policy`](explore::Policy) | `mixed` |
/// | `depth = 3` | how many ordered events `pct` looks for | 3 |
/// | `seed = 7` | which random schedules | 0 |
/// | `steps = 10_000` | the most steps of a schedule | 100,000 |
/// | `leaks = allow` | processes may be left when the body returns | they fail it |
/// | `timers = compete`, `wait` | whether a timer may fire while a process is ready | in half of the schedules of `mixed`, for short times |
/// | `crate = path` | where the facade is | `::csp` |
///
/// [docs/testing.md](https://github.com/csp-rs/csp-rs/blob/main/docs/testing.md) tells what is explored and what escapes.
///
/// ```
/// use csp::prelude::*;
///
/// #[csp::test(schedules = 500)]
/// fn whoever_is_first() {
///     let (tx, rx) = chan!(u32; 2);
///     for n in [1, 2] {
///         let tx = tx.clone();
///         go! { tx <- n; };
///     }
///     assert_eq!(rx.recv()? + rx.recv()?, 3);
/// }
/// ```
pub use csp_macros::test;
#[cfg(any(feature = "futures", feature = "tokio"))]
pub use csp_runtime::compat;
pub use csp_runtime::inspect;
#[cfg(feature = "record")]
pub use csp_runtime::record;
pub use csp_runtime::rules;
#[cfg(feature = "signal")]
pub use csp_runtime::signal;
pub use csp_runtime::{
    After, AllClosed, Any, Builder, Closed, ClosedError, Communication, DeadlockPolicy, Elapsed, ErrorPolicy,
    Handle, Iter, Metrics, PanicPolicy, Process, ProcessError, Receiver, Recv, RecvError, RecvTimeoutError,
    Runtime, Send, SendError, SendTimeoutError, Sender, ShutdownError, Sink, Sleep, Source, Stuck,
    StuckPolicy, Tick, Timeout, TryIter, TryRecvError, TrySendError, after, any, block_on, blocking, bounded,
    command, fs, net, sleep, sleep_until, stdio, tick, timeout, unbounded, yield_now,
};

/// Running one program under many schedules, in one thread and without waiting for time: what [`test`](macro@test) is made of.
pub mod explore {
    pub use csp_runtime::explore::{Explore, Failure, FailureKind, Policy, Report, Verdict};
}

/// Time: what waits for it, what reads it, and how a test has its way with it.
pub mod time {
    pub use csp_runtime::explore::{Settled, advance, now, settled};
    pub use csp_runtime::{After, Elapsed, Sleep, Tick, Timeout, after, sleep, sleep_until, tick, timeout};
}

/// Everything a program in the language needs.
pub mod prelude {
    pub use crate::{
        Closed, Handle, Process, ProcessError, Receiver, RecvError, RecvTimeoutError, Runtime, SendError,
        SendTimeoutError, Sender, Source, TryRecvError, TrySendError, after, any, blocking, chan, defer, go,
        par, process, select, sleep, tick, timeout, yield_now,
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
#[doc = include_str!("../docs/inspect.md")]
struct Inspect;

#[cfg(doctest)]
#[doc = include_str!("../docs/channels-or-locks.md")]
struct ChannelsOrLocks;

#[cfg(doctest)]
#[doc = include_str!("../docs/testing.md")]
struct Testing;
