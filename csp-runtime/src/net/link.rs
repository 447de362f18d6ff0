//! A stream of bytes, whatever the family of its addresses: what TCP and Unix streams share.

use std::fmt;
use std::future::{Future, poll_fn};
use std::io::{self, IoSlice, IoSliceMut, Read, Write};
use std::net::Shutdown;
use std::panic::Location;
use std::task::{Context, Poll, ready};

use super::error::failed;
use crate::io::{Descriptor, Registered, Seat, Side};
use crate::task::{Place, budget};

/// What a read to the end asks for at once, at first and at most.
const CHUNK: usize = 8 << 10;
const MOST: usize = 256 << 10;
/// So few bytes in several pieces are copied into one: that costs less than the system takes for a list of pieces.
const GATHERED: usize = 512;

/// What a stream of the standard library is.
pub(super) trait Raw: Descriptor + fmt::Debug {
    /// A read that gave less than it had room for took all there was, unless an event said otherwise.
    const SHORT_READ_DRAINS: bool;

    fn shutdown(&self, how: Shutdown) -> io::Result<()>;
}

impl Raw for std::net::TcpStream {
    const SHORT_READ_DRAINS: bool = true;

    fn shutdown(&self, how: Shutdown) -> io::Result<()> {
        std::net::TcpStream::shutdown(self, how)
    }
}

#[cfg(unix)]
impl Raw for std::os::unix::net::UnixStream {
    /// A read stops where a descriptor came with the bytes, or where they come from another process.
    const SHORT_READ_DRAINS: bool = false;

    fn shutdown(&self, how: Shutdown) -> io::Result<()> {
        std::os::unix::net::UnixStream::shutdown(self, how)
    }
}

/// A registered stream, and how errors call its peer.
pub(super) struct Link<S: Raw, P> {
    pub(super) io: Registered<S>,
    pub(super) peer: P,
}

impl<S: Raw, P: fmt::Display + Send + Sync> Link<S, P>
where
    for<'s> &'s S: Read + Write,
    S: Send + Sync,
{
    fn reading(&self, error: io::Error) -> io::Error {
        failed(error, format_args!("read from {}", self.peer))
    }

    fn writing(&self, error: io::Error) -> io::Error {
        failed(error, format_args!("write to {}", self.peer))
    }

    #[track_caller]
    pub(super) fn read<'a>(
        &'a self,
        buf: &'a mut [u8],
    ) -> impl Future<Output = io::Result<usize>> + Send + 'a {
        self.io.operation(Side::Read, move |s: &S| self.read_once(s, buf))
    }

    fn read_once(&self, mut source: &S, buf: &mut [u8]) -> io::Result<(usize, bool)> {
        let count = source.read(buf).map_err(|error| self.reading(error))?;
        Ok((count, S::SHORT_READ_DRAINS && count > 0 && count < buf.len()))
    }

    #[track_caller]
    pub(super) fn write<'a>(&'a self, buf: &'a [u8]) -> impl Future<Output = io::Result<usize>> + Send + 'a {
        self.io.operation(Side::Write, move |mut s: &S| {
            s.write(buf).map(|n| (n, false)).map_err(|error| self.writing(error))
        })
    }

    #[track_caller]
    pub(super) fn write_all<'a>(&'a self, buf: &'a [u8]) -> impl Future<Output = io::Result<()>> + Send + 'a {
        let mut written = 0;
        self.io.operation(Side::Write, move |mut s: &S| {
            while written < buf.len() {
                match s.write(&buf[written..]) {
                    Ok(0) => return Err(self.writing(io::ErrorKind::WriteZero.into())),
                    Ok(count) => written += count,
                    Err(error) => return Err(self.writing(error)),
                }
            }
            Ok(((), false))
        })
    }

    #[track_caller]
    pub(super) fn read_exact<'a>(
        &'a self,
        buf: &'a mut [u8],
    ) -> impl Future<Output = io::Result<()>> + Send + 'a {
        let mut got = 0;
        self.io.operation(Side::Read, move |s: &S| {
            while got < buf.len() {
                let (count, _) = self.read_once(s, &mut buf[got..])?;
                if count == 0 {
                    let text = format!("the peer closed after {got} of {} bytes", buf.len());
                    return Err(self.reading(io::Error::new(io::ErrorKind::UnexpectedEof, text)));
                }
                got += count;
            }
            Ok(((), false))
        })
    }

    #[track_caller]
    pub(super) fn read_to_end<'a>(
        &'a self,
        into: &'a mut Vec<u8>,
    ) -> impl Future<Output = io::Result<usize>> + Send + 'a {
        let at = Location::caller();
        async move {
            let before = into.len();
            let mut room = vec![0; CHUNK];
            let mut seat = Leaving { link: self, seat: Seat::NONE };
            loop {
                let count = poll_fn(|cx| {
                    ready!(budget::poll_proceed(cx));
                    self.poll_read_in(&mut seat.seat, cx, at, &mut room)
                });
                let count = count.await?;
                if count == 0 {
                    return Ok(into.len() - before);
                }
                into.extend_from_slice(&room[..count]);
                if count == room.len() && count < MOST {
                    room.resize(2 * count, 0);
                }
            }
        }
    }

    fn poll_read_in(
        &self,
        seat: &mut Seat,
        cx: &mut Context<'_>,
        at: Place,
        buf: &mut [u8],
    ) -> Poll<io::Result<usize>> {
        self.io.poll_op(Side::Read, seat, cx, at, |s| self.read_once(s, buf))
    }

    pub(super) fn try_read(&self, buf: &mut [u8]) -> io::Result<usize> {
        self.io.try_op(Side::Read, |s| self.read_once(s, buf).map(|(count, _)| count))
    }

    pub(super) fn try_write(&self, buf: &[u8]) -> io::Result<usize> {
        self.io.try_op(Side::Write, |mut s| s.write(buf).map_err(|error| self.writing(error)))
    }

    #[track_caller]
    pub(super) fn ready(&self, side: Side) -> impl Future<Output = io::Result<()>> + Send {
        // Done as soon as it is worth a try: nothing is taken.
        self.io.operation(side, |_: &S| Ok(((), false)))
    }

    pub(super) fn shutdown(&self, how: Shutdown) -> io::Result<()> {
        let shut = self.io.source().shutdown(how);
        shut.map_err(|error| failed(error, format_args!("shut down the connection to {}", self.peer)))
    }

    // What the traits of other crates poll: one reader and one writer at a time, who need not say that they leave.

    pub(super) fn poll_read(&self, cx: &mut Context<'_>, buf: &mut [u8]) -> Poll<io::Result<usize>> {
        ready!(budget::poll_proceed(cx));
        self.poll_read_in(&mut Seat::shared(), cx, Location::caller(), buf)
    }

    /// As `poll_read`, into memory that need not be initialized: as many bytes of it are as the result says.
    #[cfg(feature = "hyper")]
    pub(super) fn poll_read_uninit(
        &self,
        cx: &mut Context<'_>,
        buf: &mut [std::mem::MaybeUninit<u8>],
    ) -> Poll<io::Result<usize>> {
        ready!(budget::poll_proceed(cx));
        self.io.poll_op(Side::Read, &mut Seat::shared(), cx, Location::caller(), |s| {
            let count = socket2::SockRef::from(s).recv(buf).map_err(|error| self.reading(error))?;
            Ok((count, S::SHORT_READ_DRAINS && count > 0 && count < buf.len()))
        })
    }

    pub(super) fn poll_read_vectored(
        &self,
        cx: &mut Context<'_>,
        bufs: &mut [IoSliceMut<'_>],
    ) -> Poll<io::Result<usize>> {
        ready!(budget::poll_proceed(cx));
        self.io.poll_op(Side::Read, &mut Seat::shared(), cx, Location::caller(), |mut s| {
            s.read_vectored(bufs).map(|n| (n, false)).map_err(|error| self.reading(error))
        })
    }

    pub(super) fn poll_write(&self, cx: &mut Context<'_>, buf: &[u8]) -> Poll<io::Result<usize>> {
        ready!(budget::poll_proceed(cx));
        self.io.poll_op(Side::Write, &mut Seat::shared(), cx, Location::caller(), |mut s| {
            s.write(buf).map(|n| (n, false)).map_err(|error| self.writing(error))
        })
    }

    pub(super) fn poll_write_vectored(
        &self,
        cx: &mut Context<'_>,
        bufs: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let count = bufs.iter().map(|buf| buf.len()).sum();
        if count <= GATHERED {
            let mut gathered = [0; GATHERED];
            let mut at = 0;
            for buf in bufs {
                gathered[at..at + buf.len()].copy_from_slice(buf);
                at += buf.len();
            }
            return self.poll_write(cx, &gathered[..count]);
        }
        ready!(budget::poll_proceed(cx));
        self.io.poll_op(Side::Write, &mut Seat::shared(), cx, Location::caller(), |mut s| {
            s.write_vectored(bufs).map(|n| (n, false)).map_err(|error| self.writing(error))
        })
    }

    /// The end of what is written. A peer that is gone already needs to hear of none.
    pub(super) fn poll_close(&self) -> Poll<io::Result<()>> {
        Poll::Ready(match self.shutdown(Shutdown::Write) {
            Err(error) if error.kind() == io::ErrorKind::NotConnected => Ok(()),
            result => result,
        })
    }
}

/// A seat that is left when the future that holds it goes.
struct Leaving<'a, S: Raw, P> {
    link: &'a Link<S, P>,
    seat: Seat,
}

impl<S: Raw, P> Drop for Leaving<'_, S, P> {
    fn drop(&mut self) {
        self.link.io.leave(Side::Read, &mut self.seat);
    }
}

impl<S: Raw, P> fmt::Debug for Link<S, P> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(self.io.source(), f)
    }
}
