//! The macros of the language, as users see them. Each hands its input, with the path of this crate in front, to the
//! procedural macro of its name.

/// Starts a process that runs beside this one, and gives its [`Handle`](crate::Handle).
///
/// `go!(worker(id, jobs.clone()))` evaluates the arguments here and now, then starts the process. `go! { .. }` starts a
/// process of the block, which takes by move what it names; in it `tx <- v` sends and `<-rx` receives.
///
/// A started process owns what it uses. Dropping the handle lets it run on; awaiting the handle gives what the process
/// returned, or its panic, or that it was cancelled. It works anywhere: outside of every runtime, the first use starts
/// the default one.
///
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

/// Makes a channel: `chan!(T)` a rendezvous, `chan!(T; n)` one that holds `n` values, `chan!(T; ..)` an unbounded one.
///
/// Gives `(Sender<T>, Receiver<T>)`; both can be cloned, any number of each. A channel closes when one side is gone, or by
/// `close()`; what was accepted before is still received.
///
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

/// Runs exactly one of its arms: one that is ready, chosen uniformly, or the first that gets ready.
///
/// | arm | is ready |
/// |---|---|
/// | `v = <-rx => ..` | when there is a value; disabled while `rx` is closed |
/// | `v = <-rx else leave => ..` | when there is a value; when `rx` is closed, `leave` runs instead of the body |
/// | `<-done => ..` | when there is a value, or `done` is closed |
/// | `tx <- value => ..` | when `tx` accepts; the value is evaluated only after the arm was chosen |
/// | `r = rx.recv() => ..`, `r = tx.send(v) => ..` | as above, and when closed; `r` is the `Result` |
/// | `v = future.await => ..` | when the future is done |
/// | `closed => ..` | when every arm that takes or gives a value is closed |
/// | `default => ..` | when nothing else is ready now |
///
/// `biased;` as the first item lets the first ready arm in the order written win. `break`, `continue`, `return` and `?` in an arm do
/// what they do outside. `#[cfg(..)]` before an arm takes it away, and other attributes belong to its body, as in a `match`.
///
/// **What is evaluated when.** Sources and sinks are evaluated once, in the order written, before any arm is tried. `if condition`
/// before `=>` (and before `else`) disables an arm: the condition comes first, and if it is false, what the arm waits for is not even
/// evaluated: no process is started, no index is out of bounds, no future is made. A variable or a field is borrowed all the same,
/// and a future that is a variable is moved. With a condition, a temporary inside of a macro or a block in the source's expression ends
/// with the expression; what has to live longer is bound by `let` before.
///
/// **An `Option`** of a source or of a sender is one, and is never ready while it is `None`: Go's nil channel. `None` disables its arm
/// as a condition does.
///
/// **What it lives for.** An arm that takes or gives a value keeps a `select!` waiting: `v = <-rx`, `r = rx.recv()`, a send,
/// `v = future.await`. One that discards, `<-stop`, `_ = rx.recv()` or `_ = future.await`, does not, nor does a timer, `after(d)` or
/// `tick(d)`, unless `r = timer.recv()` asks for its outcome. `closed` runs when all enabled arms that take or give a value are closed
/// and nothing is ready: an input that closes beside a live `<-stop` is not forgotten. If there is no such arm, or all of them are
/// disabled, it runs when all the others are closed or disabled, too. With neither `closed` nor `default` the process ends then. An
/// arm with `r = rx.recv()` or `else` fires on a close, each time that the `select!` runs, so that it is never closed itself.
///
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

/// Runs processes in parallel, waits for all of them, and gives the tuple of their values.
///
/// A branch is a call of a process, or a block. A panic in one cancels the others and goes on in the caller; so does the
/// cancellation of the caller.
///
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

/// Runs its block at the end of the enclosing scope, whichever way it is left.
///
/// The block borrows what it names until then. It is plain code: it cannot wait.
///
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
