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
/// | `<-done => ..` | when there is a value, or `done` is closed |
/// | `tx <- value => ..` | when `tx` accepts; the value is evaluated only after the arm was chosen |
/// | `r = rx.recv() => ..`, `r = tx.send(v) => ..` | as above, and when closed; `r` is the `Result` |
/// | `v = future.await => ..` | when the future is done |
/// | `closed => ..` | when every arm is closed or disabled |
/// | `default => ..` | when nothing else is ready now |
///
/// `if condition` before `=>` disables an arm. `biased;` as the first item lets the first ready arm in the order written
/// win. Sources and sinks are evaluated once, in the order written. `break`, `continue`, `return` and `?` in an arm do
/// what they do outside. When every arm is closed and there is neither `closed` nor `default`, the process ends.
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
