//! The ends of a program's standard streams: on Unix the driver watches them; elsewhere they are read and written on
//! threads for blocking calls, as files are.

use std::fmt;
use std::future::Future;
use std::io;

/// The standard output or error of a [`Child`](super::Child), to read.
///
/// Dropping it closes it: the next write of the program fails. On Unix it implements `AsyncRead` of `futures-io`.
///
/// # Examples
/// ```
/// use csp::prelude::*;
/// use csp::command::{Command, Stdio, spawn};
///
/// #[process]
/// fn main() -> std::io::Result<()> {
///     let mut child = spawn(Command::new("echo").arg("hi").stdout(Stdio::piped()))?;
///     let mut said = Vec::new();
///     child.stdout.take().expect("piped").read_to_end(&mut said).await?;
///     assert_eq!(said, b"hi\n");
///     Ok(())
/// }
/// ```
pub struct ReadPipe(imp::Pipe);

/// The standard input of a [`Child`](super::Child), to write.
///
/// Dropping it closes it: the program reads what was written, then the end. On Unix it implements `AsyncWrite` of `futures-io`.
///
/// # Examples
/// ```
/// use csp::prelude::*;
/// use csp::command::{Command, Stdio, spawn};
///
/// #[process]
/// fn main() -> std::io::Result<()> {
///     let mut child = spawn(Command::new("cat").stdin(Stdio::piped()).stdout(Stdio::null()))?;
///     child.stdin.take().expect("piped").write_all(b"hi").await?;
///     assert!(child.wait().await?.success());
///     Ok(())
/// }
/// ```
pub struct WritePipe(imp::Pipe);

impl ReadPipe {
    pub(super) fn new(pipe: impl imp::Source, name: String) -> io::Result<Self> {
        imp::Pipe::new(pipe, name).map(Self)
    }

    /// Reads the bytes that have arrived, up to the length of `buf`; waits while there are none. Returns their number: 0 when the
    /// program has closed its side.
    ///
    /// # Errors
    /// Errors of the OS.
    ///
    /// # Cancel safety
    /// On Unix nothing was read; elsewhere the next bytes are lost.
    ///
    /// # Examples
    /// ```
    /// # #[cfg(unix)]
    /// # csp::block_on(async {
    /// use std::process::{Command, Stdio};
    ///
    /// let mut child = csp::command::spawn(Command::new("echo").arg("hi").stdout(Stdio::piped()))?;
    /// let said = child.stdout.take().expect("piped");
    /// let mut buf = [0; 16];
    /// assert_eq!(said.read(&mut buf).await?, 3);
    /// assert_eq!(said.read(&mut buf).await?, 0);
    /// # child.wait().await }).unwrap();
    /// ```
    #[track_caller]
    pub fn read<'a>(&'a self, buf: &'a mut [u8]) -> impl Future<Output = io::Result<usize>> + Send + 'a {
        self.0.read(buf)
    }

    /// Reads until the program closes its side; returns the number of bytes.
    ///
    /// # Errors
    /// Errors of the OS; `into` contains the bytes read before.
    ///
    /// # Cancel safety
    /// On Unix `into` contains the bytes that were read; elsewhere some may be lost.
    ///
    /// # Examples
    /// ```
    /// # #[cfg(unix)]
    /// # csp::block_on(async {
    /// use std::process::{Command, Stdio};
    ///
    /// let mut child = csp::command::spawn(Command::new("echo").arg("hi").stdout(Stdio::piped()))?;
    /// let mut said = Vec::new();
    /// child.stdout.take().expect("piped").read_to_end(&mut said).await?;
    /// assert_eq!(said, b"hi\n");
    /// # child.wait().await }).unwrap();
    /// ```
    pub async fn read_to_end(&self, into: &mut Vec<u8>) -> io::Result<usize> {
        let (mut buf, before) = (vec![0; 16 << 10], into.len());
        loop {
            let count = self.read(&mut buf).await?;
            if count == 0 {
                return Ok(into.len() - before);
            }
            into.extend_from_slice(&buf[..count]);
        }
    }
}

impl WritePipe {
    pub(super) fn new(pipe: impl imp::Source, name: String) -> io::Result<Self> {
        imp::Pipe::new(pipe, name).map(Self)
    }

    /// Waits until the pipe accepts bytes, and returns how many it accepted.
    ///
    /// # Errors
    /// `BrokenPipe` when the program has closed it, and other errors of the OS.
    ///
    /// # Cancel safety
    /// On Unix nothing was written; elsewhere the bytes are written nevertheless.
    ///
    /// # Examples
    /// ```
    /// # #[cfg(unix)]
    /// # csp::block_on(async {
    /// use std::process::{Command, Stdio};
    ///
    /// let mut child = csp::command::spawn(Command::new("cat").stdin(Stdio::piped()).stdout(Stdio::null()))?;
    /// assert_eq!(child.stdin.as_ref().expect("piped").write(b"bytes").await?, 5);
    /// drop(child.stdin.take());
    /// # child.wait().await }).unwrap();
    /// ```
    #[track_caller]
    pub fn write<'a>(&'a self, buf: &'a [u8]) -> impl Future<Output = io::Result<usize>> + Send + 'a {
        self.0.write(buf)
    }

    /// Writes all of `buf`; waits while the pipe is full.
    ///
    /// # Errors
    /// The same as of [`write`](Self::write); a part may have been written.
    ///
    /// # Cancel safety
    /// A part may have been written.
    ///
    /// # Examples
    /// ```
    /// # #[cfg(unix)]
    /// # csp::block_on(async {
    /// use std::process::{Command, Stdio};
    ///
    /// let mut child = csp::command::spawn(Command::new("cat").stdin(Stdio::piped()).stdout(Stdio::null()))?;
    /// child.stdin.take().expect("piped").write_all(&[b'.'; 200_000]).await?;
    /// # child.wait().await }).unwrap();
    /// ```
    pub async fn write_all(&self, mut buf: &[u8]) -> io::Result<()> {
        while !buf.is_empty() {
            match self.write(buf).await? {
                0 => return Err(io::ErrorKind::WriteZero.into()),
                count => buf = &buf[count..],
            }
        }
        Ok(())
    }
}

impl fmt::Debug for ReadPipe {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ReadPipe").finish_non_exhaustive()
    }
}

impl fmt::Debug for WritePipe {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("WritePipe").finish_non_exhaustive()
    }
}

#[cfg(unix)]
mod imp {
    use std::fs::File;
    use std::future::Future;
    use std::io::{self, Read, Write};
    use std::os::fd::OwnedFd;
    use std::panic::Location;
    use std::pin::Pin;
    use std::task::{Context, Poll, ready};

    use crate::io::error::failed;
    use crate::io::{Ready, Registered, Seat, Side};
    use crate::rt;
    use crate::task::budget;

    pub(in crate::os) trait Source: Into<OwnedFd> {}
    impl<S: Into<OwnedFd>> Source for S {}

    pub(super) struct Pipe {
        /// Pipes have no type of their own there; only reads and writes are done.
        io: Registered<File>,
        name: String,
    }

    impl Pipe {
        pub(super) fn new(pipe: impl Source, name: String) -> io::Result<Self> {
            let pipe: OwnedFd = pipe.into();
            // This end's mode is no concern of the program at the other.
            rustix::io::ioctl_fionbio(&pipe, true)?;
            Ok(Self { io: Registered::new(rt::driver()?, pipe.into(), Ready::Perhaps)?, name })
        }

        #[track_caller]
        pub(super) fn read<'a>(
            &'a self,
            buf: &'a mut [u8],
        ) -> impl Future<Output = io::Result<usize>> + Send + 'a {
            self.io.operation(Side::Read, move |mut pipe: &File| self.done("read", pipe.read(buf)))
        }

        #[track_caller]
        pub(super) fn write<'a>(
            &'a self,
            buf: &'a [u8],
        ) -> impl Future<Output = io::Result<usize>> + Send + 'a {
            self.io.operation(Side::Write, move |mut pipe: &File| self.done("write", pipe.write(buf)))
        }

        fn done(&self, verb: &str, result: io::Result<usize>) -> io::Result<(usize, bool)> {
            let count = result.map_err(|error| failed(error, format_args!("{verb} {}", self.name)))?;
            Ok((count, false))
        }
    }

    impl futures_io::AsyncRead for super::ReadPipe {
        fn poll_read(self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &mut [u8]) -> Poll<io::Result<usize>> {
            ready!(budget::poll_proceed(cx));
            let (pipe, at) = (&self.0, Location::caller());
            let read = |mut file: &File| pipe.done("read", file.read(buf));
            pipe.io.poll_op(Side::Read, &mut Seat::shared(), cx, at, read)
        }
    }

    impl futures_io::AsyncWrite for super::WritePipe {
        fn poll_write(self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &[u8]) -> Poll<io::Result<usize>> {
            ready!(budget::poll_proceed(cx));
            let (pipe, at) = (&self.0, Location::caller());
            let write = |mut file: &File| pipe.done("write", file.write(buf));
            pipe.io.poll_op(Side::Write, &mut Seat::shared(), cx, at, write)
        }

        fn poll_flush(self: Pin<&mut Self>, _cx: &mut Context<'_>) -> Poll<io::Result<()>> {
            Poll::Ready(Ok(()))
        }

        /// A pipe is closed by its drop.
        fn poll_close(self: Pin<&mut Self>, _cx: &mut Context<'_>) -> Poll<io::Result<()>> {
            Poll::Ready(Ok(()))
        }
    }
}

#[cfg(windows)]
mod imp {
    use std::future::Future;
    use std::io;
    use std::os::windows::io::OwnedHandle;

    use crate::os::fs::File;

    pub(in crate::os) trait Source: Into<OwnedHandle> {}
    impl<S: Into<OwnedHandle>> Source for S {}

    pub(super) struct Pipe(File);

    impl Pipe {
        pub(super) fn new(pipe: impl Source, name: String) -> io::Result<Self> {
            Ok(Self(File::named(std::fs::File::from(pipe.into()), name)))
        }

        #[track_caller]
        pub(super) fn read<'a>(
            &'a self,
            buf: &'a mut [u8],
        ) -> impl Future<Output = io::Result<usize>> + Send + 'a {
            self.0.read(buf)
        }

        #[track_caller]
        pub(super) fn write<'a>(
            &'a self,
            buf: &'a [u8],
        ) -> impl Future<Output = io::Result<usize>> + Send + 'a {
            let wrote = self.0.write_all(buf);
            async move { wrote.await.map(|()| buf.len()) }
        }
    }
}
