//! The macros of the language, as users see them. Each hands its input, with the path of this crate in front, to the
//! procedural macro of its name.

/// Starts a process that runs beside this one, and returns its [`Handle`](crate::Handle).
///
/// `go!(worker(id, jobs.clone()))` evaluates the arguments now, then starts the process. `go! { .. }` starts the block as a process. The block
/// takes by move what it names. In it `tx <- v` sends and `<-rx` receives; the verbs `tx.send(v)?` and `rx.recv()?` work too.
///
/// | in `go! { .. }` | on a closed channel |
/// |---|---|
/// | `tx <- v;`, `let v = <-rx;` | ends the process, as `?` does |
/// | `<-done;` | continues: an arrow whose value is discarded waits for a value or the close |
/// | `tx.send(v)`, `rx.recv()` | returns an `Err` |
///
/// A started process owns what it uses: `Send`, and no borrows. It works anywhere; outside of every runtime, the first use starts the default
/// one.
///
/// Dropping the handle lets the process run on. Awaiting it returns the process's value, or a [`ProcessError`](crate::ProcessError) after a panic
/// or a cancellation. An `Err` that a process returns is reported on standard error if its handle was dropped, unless it means no more than "the
/// channel is closed". See [`ErrorPolicy`](crate::ErrorPolicy).
///
/// `go!(|| ..)` with a closure starts nothing useful; write the body as a block: `go! { .. }`.
///
/// # Panics
/// If the default runtime cannot start. In the child of a `fork` that was called while the runtime was running.
///
/// # Examples
/// ```
/// use csp::prelude::*;
///
/// #[process]
/// fn double(n: u32) -> u32 {
///     2 * n
/// }
///
/// #[process]
/// fn main() {
///     let (tx, rx) = chan!(u32);
///     go! {
///         tx <- 20;
///     };
///     let handle = go!(double(rx.recv()?));
///     assert_eq!(handle.await.unwrap(), 40);
/// }
/// ```
#[macro_export]
macro_rules! go {
    ($($input:tt)*) => { $crate::__private::macros::go! { [$crate] $($input)* } };
}

/// Makes a channel and returns its two endpoints, `(Sender<T>, Receiver<T>)`.
///
/// | form | is |
/// |---|---|
/// | `chan!(T)` | a rendezvous: a send returns when a receiver took the value |
/// | `chan!(T; n)` | a channel that buffers `n` values; `n` is any expression |
/// | `chan!(T; ..)` | an unbounded channel: a send never waits |
///
/// Both endpoints can be cloned. Values are `'static`: a channel cannot carry borrows of local variables.
///
/// The channel closes when all endpoints of one side are dropped, or by `close()`. Values accepted before are still received.
///
/// # Examples
/// ```
/// use csp::prelude::*;
///
/// let (tx, rx) = chan!(&str; 2);
/// tx.try_send("a").unwrap();
/// tx.try_send("b").unwrap();
/// assert!(tx.try_send("c").is_err());
/// drop(tx);
/// assert!(rx.iter().eq(["a", "b"]));
/// ```
#[macro_export]
macro_rules! chan {
    ($($input:tt)*) => { $crate::__private::macros::chan! { [$crate] $($input)* } };
}

/// Runs exactly one of its arms: chosen uniformly among those that are ready, or the first that becomes ready.
///
/// # Arms
///
/// | arm | is ready |
/// |---|---|
/// | `v = <-rx => ..` | when there is a value; disabled while `rx` is closed |
/// | `v = <-rx else leave => ..` | when there is a value; when `rx` is closed, `leave` runs instead of the body |
/// | `<-done => ..` | when there is a value, or `done` is closed |
/// | `tx <- value => ..` | when `tx` accepts a value |
/// | `r = rx.recv() => ..`, `r = tx.send(v) => ..` | as above, and when closed; `r` is the `Result` |
/// | `v = future.await => ..` | when the future is ready |
/// | `closed => ..` | when every arm that takes or sends a value is closed |
/// | `default => ..` | when no other arm is ready now |
///
/// `<-` takes any [`Source`](crate::Source): a receiver, a handle, `after(d)`, `tick(d)`, a listener, `any(&receivers)`.
///
/// With `biased;` as the first item, the first ready arm in the order written wins. `break`, `continue`, `return` and `?` in an arm mean what
/// they mean outside. A `select!` is an expression. `#[cfg(..)]` before an arm removes it; other attributes belong to its body, as in a
/// `match`.
///
/// # Evaluation
///
/// Sources and sinks are evaluated once, in the order written, before any arm is tried.
///
/// `if condition` before `=>` (and before `else`) disables an arm. The condition is evaluated first. If it is false, the rest of the arm is not
/// evaluated: no process is started, no index is out of bounds, no future is made. A variable or a field is borrowed nevertheless, and a future
/// that is a variable is moved. With a condition, temporaries in a macro or a block of the source's expression are dropped with the expression;
/// bind by `let` before the `select!` what must live longer.
///
/// An `Option` of a source or of a sender is never ready while it is `None`: Go's nil channel.
///
/// # Values of send arms
///
/// A literal, and a variable or field of a `Copy` type, is put into the arm when the `select!` begins, as in Go.
///
/// Any other value is evaluated only after its arm was chosen: an arm that was not chosen moves nothing. It is evaluated when a receiver is
/// there. A receiver that only polls (`try_recv`, a `default`) asks for the value, and finds it the next time it polls.
///
/// # What it waits for
///
/// An arm that takes or sends a value keeps a `select!` waiting: `v = <-rx`, `r = rx.recv()`, a send, `v = future.await`. An arm that discards
/// its value does not: `<-stop`, `_ = rx.recv()`, `_ = future.await`. Nor does a timer, `after(d)` or `tick(d)`, unless `r = timer.recv()` asks
/// for its outcome.
///
/// `closed` runs when all enabled arms that take or send a value are closed, and no arm is ready. So an input that closes beside a live
/// `<-stop` is not forgotten. If there is no such arm, or all of them are disabled, `closed` runs when all the others are closed or disabled
/// too. With neither `closed` nor `default` the process ends then.
///
/// An arm with `r = rx.recv()` or `else` runs on a close, each time that the `select!` runs; so it never counts as closed.
///
/// # Cancel safety
/// Dropping a waiting `select!` loses no value: no arm has been chosen.
///
/// # Examples
/// ```
/// use csp::prelude::*;
///
/// #[process]
/// fn main() {
///     let (tx, rx) = chan!(u32; 1);
///     let (stop, quit) = chan!(());
///     go! {
///         for n in 0..3 {
///             tx <- n;
///         }
///         drop(stop);
///     };
///     let mut got = Vec::new();
///     loop {
///         select! {
///             n = <-rx => got.push(n),
///             <-quit if got.len() == 3 => break,
///             <-after(Duration::from_secs(60)) => panic!("too late"),
///         }
///     }
///     assert_eq!(got, [0, 1, 2]);
/// }
/// ```
#[macro_export]
macro_rules! select {
    ($($input:tt)*) => { $crate::__private::macros::select! { [$crate] $($input)* } };
}

/// Runs processes in parallel, waits for all of them, and returns the tuple of their values.
///
/// A branch is a call of a process, or a block. In a block arrows and verbs work as in `go! { .. }`; its value is that of the branch. Each branch
/// is started as a process: like in `go!` it owns its data.
///
/// A panic in one branch cancels the others and resumes in the caller. The same happens to the branches when the caller is cancelled.
///
/// # Panics
/// When a branch panics.
///
/// # Cancel safety
/// Dropping it cancels all branches.
///
/// # Examples
/// ```
/// use csp::prelude::*;
///
/// #[process]
/// fn sum(numbers: Vec<u32>) -> u32 {
///     numbers.into_iter().sum()
/// }
///
/// #[process]
/// fn main() {
///     let (a, b) = par!(sum(vec![1, 2, 3]), { 10 * 2 });
///     assert_eq!((a, b), (6, 20));
/// }
/// ```
#[macro_export]
macro_rules! par {
    ($($input:tt)*) => { $crate::__private::macros::par! { [$crate] $($input)* } };
}

/// Runs its block at the end of the enclosing scope, however the scope is left: by its end, `return`, `?`, a panic or a cancellation.
///
/// The block borrows what it names until then. It is plain code: it cannot wait.
///
/// # Examples
/// ```
/// use csp::prelude::*;
///
/// let (log, lines) = chan!(&str; ..);
/// {
///     defer! {
///         log.try_send("last").unwrap();
///     }
///     log.try_send("first").unwrap();
/// }
/// assert!(lines.try_iter().eq(["first", "last"]));
/// ```
#[macro_export]
macro_rules! defer {
    ($($input:tt)*) => { $crate::__private::macros::defer! { [$crate] $($input)* } };
}
