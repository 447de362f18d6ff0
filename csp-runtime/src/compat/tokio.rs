//! Futures that need a tokio runtime: its timers, its sockets, libraries built on these (such as reqwest).
//!
//! In a bare process such a future panics: "there is no reactor running". [`run`] polls it inside a tokio runtime: the one that the caller
//! is in, or else a shared one with a single thread that drives timers and sockets. The process stays on csp's workers.
//!
//! Many of tokio's futures need the runtime when they are created. Create them in an `async` block:
//! `run(async { tokio::time::sleep(d).await })`.
//!
//! ```
//! use csp::compat::tokio;
//!
//! let process = csp::go! {
//!     // `spawn` needs a runtime, and has one here.
//!     tokio::run(async { ::tokio::spawn(async { 6 * 7 }).await.unwrap() }).await
//! };
//! assert_eq!(process.join().unwrap(), 42);
//! ```

use std::fmt;
use std::future::{Future, IntoFuture};
use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};

use ::tokio::runtime::{self, Handle};

use crate::shim::plain::{OnceLock, thread};

/// Runs a future inside a tokio runtime: the one that the caller is in, or else a shared one that starts when it is first needed.
///
/// The future is polled and dropped there. Tasks that it starts with `tokio::spawn` run on that runtime.
///
/// # Panics
/// If the shared runtime is needed and cannot start. A panic of the future resumes in the caller.
///
/// # Cancel safety
/// That of the future.
///
/// # Examples
/// ```
/// use csp::prelude::*;
/// use csp::compat::tokio;
///
/// #[process]
/// fn main() {
///     let value = tokio::run(async { ::tokio::spawn(async { 7 }).await.unwrap() }).await;
///     assert_eq!(value, 7);
/// }
/// ```
pub fn run<F: IntoFuture>(future: F) -> Run<F::IntoFuture> {
    Run { handle: Handle::try_current().ok(), future: Some(Box::pin(future.into_future())) }
}

/// The same as [`run`], inside the given runtime.
///
/// # Examples
/// ```
/// use csp::compat::tokio;
///
/// let runtime = ::tokio::runtime::Builder::new_current_thread().build().unwrap();
/// let handle = runtime.handle().clone();
/// let process = csp::go! {
///     tokio::run_on(handle, async { ::tokio::spawn(async { "over there" }).await.unwrap() }).await
/// };
/// // The other way round, tokio awaits a process as any future.
/// assert_eq!(runtime.block_on(process).unwrap(), "over there");
/// ```
pub fn run_on<F: IntoFuture>(handle: Handle, future: F) -> Run<F::IntoFuture> {
    Run { handle: Some(handle), future: Some(Box::pin(future.into_future())) }
}

/// The future of [`run`] and [`run_on`].
///
/// # Examples
/// ```
/// use csp::compat::tokio::{Run, run};
///
/// let wrapped: Run<_> = run(async { 7 });
/// assert_eq!(csp::block_on(wrapped), 7);
/// ```
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
