//! What `hyper` asks of a runtime: its traits on streams, an executor and a timer.
//!
//! A [`TcpStream`](super::TcpStream) or a [`UnixStream`](super::UnixStream) is given to hyper as it is.
//!
//! The other two are given to its builders: `Builder::new(Executor::new())` of HTTP/2, `builder.timer(Timer::new())` of all.
//!
//! ```
//! use csp_runtime::net::hyper::{Executor, Timer};
//! use hyper::rt::{Executor as _, Timer as _};
//! use std::time::Duration;
//!
//! csp_runtime::block_on(async {
//!     let (sender, receiver) = csp_runtime::bounded(1);
//!     Executor::new().execute(async move { sender.send("in the background").await });
//!     assert_eq!(receiver.recv().await, Ok("in the background"));
//!     Timer::new().sleep(Duration::from_millis(2)).await;
//! });
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

/// Starts what hyper has to do in the background as processes of the current runtime.
#[derive(Clone, Copy, Debug, Default)]
pub struct Executor(());

impl Executor {
    /// The executor.
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

/// Gives hyper the time of the runtime.
#[derive(Clone, Copy, Debug, Default)]
pub struct Timer(());

impl Timer {
    /// The timer.
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
