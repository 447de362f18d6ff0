//! Go's way of writing concurrent programs, in safe Rust: processes, channels and [`select!`], checked by the compiler.
//!
//! A *process* is a function that runs beside others and talks to them over *channels*. Inside a process, `send` and `recv` wait for the
//! other side; the macros insert the `.await`. Processes are futures on a work-stealing runtime that starts by itself.
//!
//! ```sh
//! cargo add csp-rs     # the package is `csp-rs`, the library `csp`
//! ```
//!
//! # A first program
//!
//! ```
//! use csp::prelude::*;
//!
//! #[process]
//! fn square(numbers: Receiver<u64>, squares: Sender<u64>) {
//!     for n in numbers { // until `numbers` is closed
//!         squares.send(n * n)?; // waits for the receiver; ends the process if it is gone
//!     }
//! }
//!
//! #[process]
//! fn main() {
//!     let (numbers, input) = chan!(u64); // a rendezvous, as Go's `make(chan uint64)`
//!     let (output, squares) = chan!(u64; 8); // buffers 8 values
//!     go!(square(input, output)); // starts the process
//!     go! { // so does a block; it takes by move what it names
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
//! # The three rules
//!
//! 1. **Verbs in `#[process]`, arrows in `go! { .. }` and `select!`.** The body of a `#[process]` function is parsed by rustc, which does not
//!    know `<-`. There write `tx.send(v)?` and `rx.recv()?`. In `go! { .. }` and `select!` you may write `tx <- v` and `<-rx`, or the verbs.
//! 2. **`?` ends the process.** A communication returns a `Result`. When the channel is closed, `?` ends the process: it returns `()`, `None`
//!    or the error, by its return type. `let _ = done.recv();` waits for a close and continues, as `<-done` does in Go.
//! 3. **Everything else that waits is written with `.await`**: a sleep, a socket, a file, another process called in place, a handle, any
//!    future.
//!
//! A channel closes when all its senders or all its receivers are dropped, so most programs never call `close`. Processes own their data:
//! `go!` takes by move what it names, which must be `Send`.
//!
//! | write | to |
//! |---|---|
//! | [`#[process] fn f(..)`](macro@process) | describe a process |
//! | [`go!(f(x))`](go!), `go! { .. }` | start one; returns a [`Handle`], which can be awaited, selected on and cancelled |
//! | `f(x).await` | run one in place |
//! | [`par!(f(x), g(y))`](par!) | run several, wait for all |
//! | [`chan!(T)`](chan!), `chan!(T; n)`, `chan!(T; ..)` | make a channel: a rendezvous, buffered, unbounded |
//! | [`select!`] | wait for the first of several communications |
//! | [`defer!`] | run a block when the scope is left |
//!
//! # `select!`
//!
//! ```
//! use csp::prelude::*;
//!
//! #[process]
//! fn relay(input: Receiver<u32>, output: Sender<u32>, stop: Receiver<()>) {
//!     let mut last = None;
//!     loop {
//!         select! {
//!             n = <-input else break => last = Some(n), // `else`: the input was closed
//!             output <- last.unwrap() if last.is_some() => last = None,
//!             <-stop => break, // a value or a close
//!             <-after(Duration::from_secs(60)) => println!("nothing for a minute"),
//!         }
//!     }
//! }
//! # #[process]
//! # fn main() {
//! #     let (tx, input) = chan!(u32);
//! #     let (output, rx) = chan!(u32);
//! #     let (_end, stop) = chan!(());
//! #     go!(relay(input, output, stop));
//! #     tx.send(7)?;
//! #     assert_eq!(rx.recv(), Ok(7));
//! # }
//! ```
//!
//! A closed channel disables its arm; in Go the arm would be ready for ever. An arm that discards its value, such as `<-stop`, also becomes
//! ready when the channel closes. `closed => ..` runs when all arms that take or send a value are closed, `default => ..` when no arm is ready.
//! [All forms of an arm](select!#arms).
//!
//! # Time
//!
//! [`sleep`]`(d).await` waits, [`timeout`]`(d, future).await` limits a wait. [`after`]`(d)` and [`tick`]`(d)` are sources: arms of `select!`, and
//! `for now in tick(d)`. More in [`time`].
//!
//! # Tests
//!
//! [`#[csp::test]`](macro@test) runs a program in one thread under many schedules and a virtual clock. It finds panics, deadlocks, leaked
//! processes and live-locks, shrinks the failing schedule, and prints a line that replays it on any machine.
//!
//! ```
//! # mod hidden {
//! use csp::prelude::*;
//!
//! #[csp::test]
//! fn an_hour_takes_no_time() {
//!     let (tx, rx) = chan!(&str);
//!     go! {
//!         sleep(Duration::from_secs(3600)).await;
//!         tx <- "tea";
//!     };
//!     assert_eq!(rx.recv(), Ok("tea"));
//! }
//! # }
//! ```
//!
//! # Deadlocks
//!
//! Deadlocked processes are reported on standard error while the rest of the program keeps running: which process waits where, for which
//! channel, and which process owns the other endpoint. When nothing can run any more, the program exits with status 2.
//! [`Builder::on_deadlock`] changes that, [`inspect::snapshot`] shows every process and channel at any time.
//!
//! # Features
//!
//! Sockets ([`net`]), files ([`fs`]), standard input ([`stdio`]) and other programs ([`command`]) need no feature.
//!
//! | feature | adds |
//! |---|---|
//! | `signal` | `csp::signal`: Ctrl-C and other signals as sources |
//! | `hyper` | `csp::net::hyper`: hyper's traits on streams, an executor and a timer |
//! | `futures` | `csp::compat`: a receiver as a `Stream`, a sender as a `Sink` |
//! | `tokio` | `csp::compat::tokio`: futures that need a tokio runtime, in a process |
//! | `record` | `csp::record`: the last events of each worker, as a timeline for Perfetto |
//! | `tracing` | a span of the `tracing` crate for each process |
//!
//! Channels, `select!` and sockets work on any executor; a process awaits any future. A future that needs a tokio runtime, such as a request of
//! reqwest, needs the feature `tokio` and `csp::compat::tokio::run`.
//!
//! # Where to go from here
//!
//! * [`process`](macro@process), [`go!`], [`chan!`], [`select!`], [`par!`], [`defer!`]: the language
//! * [From Go](https://github.com/csp-rs/csp-rs/blob/main/docs/from-go.md): Go's forms beside csp's, and where the two differ
//! * [Testing](https://github.com/csp-rs/csp-rs/blob/main/docs/testing.md),
//!   [deadlocks](https://github.com/csp-rs/csp-rs/blob/main/docs/deadlocks.md),
//!   [inspecting a running program](https://github.com/csp-rs/csp-rs/blob/main/docs/inspect.md),
//!   [channels or locks](https://github.com/csp-rs/csp-rs/blob/main/docs/channels-or-locks.md),
//!   [what the compiler refuses](https://github.com/csp-rs/csp-rs/blob/main/docs/diagnostics.md)
//! * [Examples](https://github.com/csp-rs/csp-rs/tree/main/examples): the prime sieve, a chat, a proxy, a crawler, an HTTP server, a parallel
//!   text search
//! * [`Runtime::builder`]: workers and other options
#![cfg_attr(docsrs, feature(doc_cfg))]
#![forbid(unsafe_code)]

mod macros;

/// Makes a function describe a process.
///
/// The function stays an ordinary function: calling it returns a [`Process`], which does nothing until it is run. `go!(f(x))` starts it beside
/// the caller, `f(x).await` runs it in place, `par!(f(x), g(y))` runs several and waits for all.
///
/// ```
/// use csp::prelude::*;
///
/// #[process]
/// fn double(input: Receiver<u32>, output: Sender<u32>) {
///     for n in input {
///         output.send(2 * n)?;
///     }
/// }
///
/// #[process]
/// fn main() {
///     let (tx, input) = chan!(u32);
///     let (output, rx) = chan!(u32);
///     go!(double(input, output));
///     tx.send(21)?;
///     assert_eq!(rx.recv(), Ok(42));
/// }
/// ```
///
/// # What is rewritten
///
/// | in the body | means |
/// |---|---|
/// | `x.send(v)`, one argument | waits until the channel accepts `v`; returns `Result<(), SendError<T>>` |
/// | `x.recv()`, no argument | waits for a value; returns `Result<T, RecvError>` |
/// | `?` on one of these | on a closed channel, ends the process |
/// | `for v in x`, where `x` is a source | receives until `x` is closed; any other iterable works as usual |
/// | a call of the function itself | is boxed, so recursion works: `fib(n - 1).await` |
///
/// Everything else is plain Rust. Other things that wait are written with `.await`, and `rx.recv().await` is accepted too.
///
/// **Verbs, not arrows.** rustc parses the body before the macro runs, and does not know `<-`. In a `#[process]` body write `tx.send(v)?` and
/// `rx.recv()?`; `let _ = done.recv();` waits for a close. Arrows work in `go! { .. }` and `select!`, also inside of a `#[process]` body.
///
/// **By name and number of arguments.** The macro sees names, not types: every method `send` with one argument and `recv` without arguments is
/// rewritten. The compiler then checks the types. A call of another library that blocks is refused; write `.await` behind it if it returns a
/// future, or use `blocking(..)` or the path form: `Type::send(&x, v)`. The path form also returns csp's own future without waiting:
/// `timeout(d, Receiver::recv(&rx)).await`.
///
/// **Where.** Blocks, loops, `match`, `async` blocks, and the arguments of these macros of the standard library: `print!`, `println!`, `eprint!`,
/// `eprintln!`, `format!`, `format_args!`, `write!`, `writeln!`, `panic!`, `todo!`, `unimplemented!`, `unreachable!`, `assert!`, `assert_eq!`,
/// `assert_ne!`, their `debug_` forms, `matches!`, `vec!` and `dbg!`; and `go!`, `select!`, `par!` and `defer!`. Closures, nested items and other
/// macros are not rewritten: they are not the process. Receive before them: `let v = rx.recv()?; show!(v);`.
///
/// # `?`
///
/// | the function returns | `?` on a closed channel |
/// |---|---|
/// | nothing | ends the process |
/// | `Option<T>` | returns `None` |
/// | `Result<T, E>` with `E: From<RecvError>` (or `SendError<T>`) | returns the error; [`Closed`] is made from all of them |
/// | nothing, in `fn main` | ends the program with status 1 and a message that names the operation and its line |
///
/// `?` on any other `Result` works as usual: the function must return a `Result`.
///
/// # Options
///
/// | option | means |
/// |---|---|
/// | `workers = 4` | on `fn main`: the number of worker threads. Without it `CSP_WORKERS`, else the CPUs that the program may use |
/// | `boxed` | the function returns a boxed future: for trait objects, and for processes that call each other in a circle |
/// | `crate = path` | the path of this crate, if it was renamed. The default is `::csp` |
///
/// # `fn main`
///
/// On `fn main` it starts the runtime. As in Go, the program ends when `main` returns, whatever the other processes do. `main` may return a
/// `Result`.
///
/// # Receivers, borrows and generics
///
/// A process may be a free function, a method, or a method of a trait and its implementations. It may take `&self` and other references; then
/// it borrows, and is run in place: `s.run().await`. `go!` and `par!` start a process that owns its data; for these take `self: Arc<Self>`, or
/// clone.
///
/// A process may move between threads whenever it waits, so everything that it keeps over a wait is `Send`. In a generic process write the
/// bound, `T: Send`; a function that makes a channel of `T` needs `T: 'static` too.
///
/// ```
/// use csp::prelude::*;
/// use std::sync::Arc;
///
/// #[process]
/// fn relay<T: Send>(input: Receiver<T>, output: Sender<T>) {
///     for value in input {
///         output.send(value)?;
///     }
/// }
///
/// struct Greeter {
///     name: String,
/// }
///
/// impl Greeter {
///     #[process]
///     fn greeting(&self) -> String {
///         format!("hello, {}", self.name)
///     }
///
///     #[process]
///     fn run(self: Arc<Self>, out: Sender<String>) {
///         out.send(self.greeting().await)?;
///     }
/// }
///
/// #[process]
/// fn main() {
///     let greeter = Arc::new(Greeter { name: "world".to_owned() });
///     let (tx, input) = chan!(String);
///     let (output, rx) = chan!(String);
///     go!(greeter.run(tx));
///     go!(relay(input, output));
///     assert_eq!(rx.recv()?, "hello, world");
/// }
/// ```
///
/// A process is not an `async fn`; remove `async`. It cannot return `!`; remove the return type. What else the compiler refuses, and what to
/// write instead, is listed in [docs/diagnostics.md](https://github.com/csp-rs/csp-rs/blob/main/docs/diagnostics.md).
pub use csp_macros::process;
/// A test whose body is a process, run in one thread under many schedules and a virtual clock.
///
/// A panic, an `Err`, a deadlock, a leaked process or a live-lock fails it. The schedule that failed is shrunk and printed as a line that
/// replays it on any machine: `CSP_REPLAY=.. cargo test NAME`.
///
/// # Options
///
/// | option | means | default |
/// |---|---|---|
/// | `schedules = 1000` | the most schedules that are run | 100 |
/// | `policy = random`, `pct`, `dfs`, `mixed` | how they are chosen, see [`Policy`](explore::Policy) | `mixed` |
/// | `depth = 3` | the number of ordered events that `pct` looks for | 3 |
/// | `seed = 7` | the seed of random schedules | 0 |
/// | `steps = 10_000` | the most steps of a schedule | 100,000 |
/// | `leaks = allow` | processes may be left when the body returns | they fail the test |
/// | `timers = compete`, `wait` | whether a timer may fire while a process is ready | in half of the schedules of `mixed`, for short times |
/// | `crate = path` | the path of this crate | `::csp` |
///
/// [docs/testing.md](https://github.com/csp-rs/csp-rs/blob/main/docs/testing.md) describes what is explored and what escapes.
///
/// # Examples
/// ```
/// use csp::prelude::*;
///
/// #[csp::test(schedules = 500)]
/// fn the_sum_is_the_same_in_any_order() {
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
#[cfg_attr(docsrs, doc(cfg(any(feature = "futures", feature = "tokio"))))]
pub use csp_runtime::compat;
pub use csp_runtime::inspect;
#[cfg(feature = "record")]
#[cfg_attr(docsrs, doc(cfg(feature = "record")))]
pub use csp_runtime::record;
pub use csp_runtime::rules;
#[cfg(feature = "signal")]
#[cfg_attr(docsrs, doc(cfg(feature = "signal")))]
pub use csp_runtime::signal;
pub use csp_runtime::{
    After, AllClosed, Any, Builder, Closed, ClosedError, Communication, DeadlockPolicy, Elapsed, ErrorPolicy,
    Handle, Iter, Metrics, PanicPolicy, Process, ProcessError, Receiver, Recv, RecvError, RecvTimeoutError,
    Runtime, Send, SendError, SendTimeoutError, Sender, ShutdownError, Sink, Sleep, Source, Stuck,
    StuckPolicy, Tick, Timeout, TryIter, TryRecvError, TrySendError, after, any, block_on, blocking, bounded,
    command, fs, net, sleep, sleep_until, stdio, tick, timeout, unbounded, yield_now,
};

/// Runs a program under many schedules, in one thread and without waiting for time. [`#[csp::test]`](macro@test) is made of it.
pub mod explore {
    pub use csp_runtime::explore::{Explore, Failure, FailureKind, Policy, Report, Verdict};
}

/// Time: sleeps, limits, timers as sources, and the virtual clock of tests.
///
/// ```
/// use csp::prelude::*;
/// use csp::time::now;
///
/// #[process]
/// fn main() {
///     let start = now();
///     sleep(Duration::from_millis(2)).await;
///     assert!(now() - start >= Duration::from_millis(2));
/// }
/// ```
pub mod time {
    pub use csp_runtime::explore::{Settled, advance, now, settled};
    #[doc(no_inline)]
    pub use csp_runtime::{After, Elapsed, Sleep, Tick, Timeout, after, sleep, sleep_until, tick, timeout};
}

/// Everything that a program in the language needs: `use csp::prelude::*;`.
pub mod prelude {
    #[doc(no_inline)]
    pub use crate::{
        Closed, Handle, Process, ProcessError, Receiver, RecvError, RecvTimeoutError, Runtime, SendError,
        SendTimeoutError, Sender, Source, TryRecvError, TrySendError, after, any, blocking, chan, defer, go,
        par, process, select, sleep, tick, timeout, yield_now,
    };
    #[doc(no_inline)]
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
#[doc = include_str!("../docs/from-go.md")]
struct FromGo;

#[cfg(doctest)]
#[doc = include_str!("../docs/inspect.md")]
struct Inspect;

#[cfg(doctest)]
#[doc = include_str!("../docs/channels-or-locks.md")]
struct ChannelsOrLocks;

#[cfg(doctest)]
#[doc = include_str!("../docs/testing.md")]
struct Testing;
