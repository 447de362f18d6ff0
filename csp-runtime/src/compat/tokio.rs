//! Futures that need a tokio runtime around them: its timers, its sockets, the libraries that are built on these.
//!
//! Such a future panics in a process, whose thread is no tokio's. [`run`] polls it with a tokio runtime entered: the one that the
//! caller is in, or one of a single thread that is started for the purpose and drives its timers and sockets. The process stays on
//! csp's workers.
//!
//! Many of tokio's futures ask for the runtime when they are made, before anybody polls them. An `async` block around them
//! makes them in time: `run(async { tokio::time::sleep(d).await })`.
//!
//! ```
//! use csp_runtime::compat::tokio;
//!
//! let process = csp_runtime::go(async {
//!     // `spawn` needs a runtime, and has one here.
//!     tokio::run(async { ::tokio::spawn(async { 6 * 7 }).await.unwrap() }).await
//! });
//! assert_eq!(process.join().unwrap(), 42);
//! ```

use std::fmt;
use std::future::{Future, IntoFuture};
use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};

use ::tokio::runtime::{self, Handle};

use crate::shim::plain::{OnceLock, thread};

/// The future, polled and dropped with a tokio runtime entered: the one that the caller is in now, or a common one that starts
/// when the first of its futures is polled.
///
/// It waits for what the future waits for. What the future starts with `tokio::spawn` runs on that runtime.
///
/// **Panics:** if the common runtime is needed and cannot start. A panic in the future goes on.
/// **Cancellation:** that of the future, which is dropped with the runtime entered.
pub fn run<F: IntoFuture>(future: F) -> Run<F::IntoFuture> {
    Run { handle: Handle::try_current().ok(), future: Some(Box::pin(future.into_future())) }
}

/// As [`run`], with that runtime entered.
///
/// ```
/// use csp_runtime::compat::tokio;
///
/// let runtime = ::tokio::runtime::Builder::new_current_thread().build().unwrap();
/// let process = csp_runtime::go(tokio::run_on(runtime.handle().clone(), async {
///     ::tokio::spawn(async { "over there" }).await.unwrap()
/// }));
/// // The other way about, tokio awaits a process as any future.
/// assert_eq!(runtime.block_on(process).unwrap(), "over there");
/// ```
pub fn run_on<F: IntoFuture>(handle: Handle, future: F) -> Run<F::IntoFuture> {
    Run { handle: Some(handle), future: Some(Box::pin(future.into_future())) }
}

/// The future of [`run`] and [`run_on`].
#[must_use = "a future does nothing unless it is awaited"]
pub struct Run<F> {
    /// None until the first poll, if it is the common one.
    handle: Option<Handle>,
    /// None while it is being dropped.
    future: Option<Pin<Box<F>>>,
}

impl<F: Future> Future for Run<F> {
    type Output = F::Output;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<F::Output> {
        let this = self.get_mut();
        let _entered = this.handle.get_or_insert_with(|| common().clone()).enter();
        this.future.as_mut().expect("it is there until the drop").as_mut().poll(cx)
    }
}

impl<F> Drop for Run<F> {
    fn drop(&mut self) {
        let _entered = self.handle.as_ref().map(Handle::enter);
        self.future = None;
    }
}

impl<F> fmt::Debug for Run<F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Run").field("runtime", &self.handle.as_ref().map(Handle::id)).finish_non_exhaustive()
    }
}

/// The runtime of those who are in none, with a thread that drives it until the program ends.
fn common() -> &'static Handle {
    static COMMON: OnceLock<Handle> = OnceLock::new();
    COMMON.get_or_init(|| start().unwrap_or_else(|error| panic!("no tokio runtime can start: {error}")))
}

fn start() -> io::Result<Handle> {
    let runtime = runtime::Builder::new_current_thread().enable_all().build()?;
    let handle = runtime.handle().clone();
    let drives = move || runtime.block_on(std::future::pending::<()>());
    thread::Builder::new().name("csp-tokio".into()).spawn(drives)?;
    Ok(handle)
}
