//! `hyper` on csp: its traits on streams, an executor and a timer.
//!
//! Pass a [`TcpStream`](super::TcpStream) or a [`UnixStream`](super::UnixStream) to hyper as it is. Pass the executor and the timer to its
//! builders: `Builder::new(Executor::new())` for HTTP/2, `builder.timer(Timer::new())` for all.
//!
//! Handlers run in csp's processes. A handler that needs a tokio runtime, such as one of axum or tonic that sleeps by tokio, panics with
//! tokio's message "there is no reactor running"; wrap its future in `csp::compat::tokio::run`.
//!
//! ```
//! use csp::prelude::*;
//! use csp::net::hyper::{Executor, Timer};
//! use hyper::rt::{Executor as _, Timer as _};
//!
//! #[process]
//! fn main() {
//!     let (sender, receiver) = csp::bounded(1);
//!     Executor::new().execute(async move { sender.send("in the background").await });
//!     assert_eq!(receiver.recv(), Ok("in the background"));
//!     Timer::new().sleep(Duration::from_millis(2)).await;
//! }
//! ```

use std::future::Future;
use std::io::{self, IoSlice};
use std::mem::MaybeUninit;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::{Duration, Instant};

use ::hyper::rt::{self, ReadBufCursor};

use super::link::{Link, Raw};
use crate::time::{sleep, sleep_until};

/// An executor for hyper: its background work runs as processes of the current runtime.
///
/// # Examples
/// ```
/// use csp::net::hyper::Executor;
/// use hyper::rt::Executor as _;
///
/// let (sender, receiver) = csp::chan!(u32);
/// Executor::new().execute(async move { sender.send(7).await });
/// assert_eq!(receiver.recv_blocking(), Ok(7));
/// ```
#[derive(Clone, Copy, Debug, Default)]
pub struct Executor(());

impl Executor {
    /// Returns the executor.
    pub fn new() -> Self {
        Self(())
    }
}

impl<F> rt::Executor<F> for Executor
where
    F: Future + Send + 'static,
    F::Output: Send + 'static,
{
    fn execute(&self, future: F) {
        drop(crate::rt::go(future));
    }
}

/// A timer for hyper: it uses the timers of the runtime.
///
/// # Examples
/// ```
/// use csp::net::hyper::Timer;
/// use hyper::rt::Timer as _;
/// use std::time::Duration;
///
/// csp::block_on(Timer::new().sleep(Duration::from_millis(1)));
/// ```
#[derive(Clone, Copy, Debug, Default)]
pub struct Timer(());

impl Timer {
    /// Returns the timer.
    pub fn new() -> Self {
        Self(())
    }
}

impl rt::Timer for Timer {
    fn sleep(&self, duration: Duration) -> Pin<Box<dyn rt::Sleep>> {
        Box::pin(sleep(duration))
    }

    fn sleep_until(&self, deadline: Instant) -> Pin<Box<dyn rt::Sleep>> {
        Box::pin(sleep_until(deadline))
    }

    fn reset(&self, sleep: &mut Pin<Box<dyn rt::Sleep>>, deadline: Instant) {
        match sleep.as_mut().downcast_mut_pin::<crate::Sleep>() {
            Some(sleep) => sleep.reset_until(deadline),
            None => *sleep = self.sleep_until(deadline),
        }
    }
}

impl rt::Sleep for crate::Sleep {}

/// Reads into the unfilled part of hyper's buffer, which need not be initialized.
fn poll_read<S: Raw, P>(
    link: &Link<S, P>,
    cx: &mut Context<'_>,
    mut buf: ReadBufCursor<'_>,
    recv: impl Fn(&Link<S, P>, &mut Context<'_>, &mut [MaybeUninit<u8>]) -> Poll<io::Result<usize>>,
) -> Poll<io::Result<()>> {
    // SAFETY: `recv` writes bytes to the place, and nothing that is not initialized.
    let room = unsafe { buf.as_mut() };
    let count = ready!(recv(link, cx, room))?;
    // SAFETY: the system has written so many bytes to the front of the place.
    unsafe { buf.advance(count) };
    Poll::Ready(Ok(()))
}

macro_rules! stream {
    ($($type:ty),*) => {$(
        impl rt::Read for $type {
            fn poll_read(
                self: Pin<&mut Self>,
                cx: &mut Context<'_>,
                buf: ReadBufCursor<'_>,
            ) -> Poll<io::Result<()>> {
                poll_read(self.link(), cx, buf, |link, cx, room| link.poll_read_uninit(cx, room))
            }
        }

        impl rt::Write for $type {
            fn poll_write(self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &[u8]) -> Poll<io::Result<usize>> {
                self.link().poll_write(cx, buf)
            }

            fn poll_flush(self: Pin<&mut Self>, _cx: &mut Context<'_>) -> Poll<io::Result<()>> {
                Poll::Ready(Ok(()))
            }

            fn poll_shutdown(self: Pin<&mut Self>, _cx: &mut Context<'_>) -> Poll<io::Result<()>> {
                self.link().poll_close()
            }

            fn is_write_vectored(&self) -> bool {
                true
            }

            fn poll_write_vectored(
                self: Pin<&mut Self>,
                cx: &mut Context<'_>,
                bufs: &[IoSlice<'_>],
            ) -> Poll<io::Result<usize>> {
                self.link().poll_write_vectored(cx, bufs)
            }
        }
    )*};
}

stream!(super::TcpStream);
#[cfg(unix)]
stream!(super::UnixStream);
