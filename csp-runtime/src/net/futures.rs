//! Streams under the traits of `futures-io`, by which protocols of other crates read and write them.

use std::io::{self, IoSlice, IoSliceMut};
use std::pin::Pin;
use std::task::{Context, Poll};

use futures_io::{AsyncRead, AsyncWrite};

macro_rules! reads {
    ($([$($generics:tt)*] $type:ty),* $(,)?) => {$(
        impl<$($generics)*> AsyncRead for $type {
            fn poll_read(self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &mut [u8]) -> Poll<io::Result<usize>> {
                self.link().poll_read(cx, buf)
            }

            fn poll_read_vectored(
                self: Pin<&mut Self>,
                cx: &mut Context<'_>,
                bufs: &mut [IoSliceMut<'_>],
            ) -> Poll<io::Result<usize>> {
                self.link().poll_read_vectored(cx, bufs)
            }
        }
    )*};
}

macro_rules! writes {
    ($([$($generics:tt)*] $type:ty),* $(,)?) => {$(
        impl<$($generics)*> AsyncWrite for $type {
            fn poll_write(self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &[u8]) -> Poll<io::Result<usize>> {
                self.link().poll_write(cx, buf)
            }

            fn poll_write_vectored(
                self: Pin<&mut Self>,
                cx: &mut Context<'_>,
                bufs: &[IoSlice<'_>],
            ) -> Poll<io::Result<usize>> {
                self.link().poll_write_vectored(cx, bufs)
            }

            fn poll_flush(self: Pin<&mut Self>, _cx: &mut Context<'_>) -> Poll<io::Result<()>> {
                // What was written is the system's: nothing is kept here.
                Poll::Ready(Ok(()))
            }

            fn poll_close(self: Pin<&mut Self>, _cx: &mut Context<'_>) -> Poll<io::Result<()>> {
                self.link().poll_close()
            }
        }
    )*};
}

use super::tcp;

reads! {
    [] tcp::TcpStream,
    ['a] &'a tcp::TcpStream,
    ['a] tcp::ReadHalf<'a>,
    [] tcp::OwnedReadHalf,
}

writes! {
    [] tcp::TcpStream,
    ['a] &'a tcp::TcpStream,
    ['a] tcp::WriteHalf<'a>,
    [] tcp::OwnedWriteHalf,
}

#[cfg(unix)]
mod unix {
    use super::super::unix;
    use super::*;

    reads! {
        [] unix::UnixStream,
        ['a] &'a unix::UnixStream,
        ['a] unix::ReadHalf<'a>,
        [] unix::OwnedReadHalf,
    }

    writes! {
        [] unix::UnixStream,
        ['a] &'a unix::UnixStream,
        ['a] unix::WriteHalf<'a>,
        [] unix::OwnedWriteHalf,
    }
}
