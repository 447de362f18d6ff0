//! Datagrams.

use std::fmt;
use std::future::Future;
use std::io;
use std::net::Shutdown;
use std::os::unix::net::SocketAddr;
use std::path::Path;

use super::{Name, Patience, quoted};
use crate::io::{Ready, Registered, Side};
use crate::net::error::failed;
use crate::rt;
use crate::select::Communication;
use crate::select::source::Op;

/// A Unix datagram socket: messages between programs on this machine, in order and without loss.
///
/// [`send`](Self::send) has one argument, so it is a communication: in a process it waits by itself.
///
/// # Examples
/// ```
/// use csp::prelude::*;
/// use csp::net::UnixDatagram;
///
/// #[process]
/// fn main() -> std::io::Result<()> {
///     let (here, there) = UnixDatagram::pair()?;
///     here.send(b"ping").await?;
///     let mut said = [0; 16];
///     assert_eq!(there.recv(&mut said).await?, 4);
///     Ok(())
/// }
/// ```
pub struct UnixDatagram {
    io: Registered<std::os::unix::net::UnixDatagram>,
}

impl UnixDatagram {
    /// Returns a socket at a path, which must not exist and is created. Does not wait.
    ///
    /// # Errors
    /// `AddrInUse` if the path exists, and other errors of the OS, with the path in the text.
    ///
    /// # Examples
    /// ```
    /// # csp::block_on(async {
    /// # use csp::net::UnixDatagram;
    /// let path = std::env::temp_dir().join(format!("csp-datagram-{}", std::process::id()));
    /// let there = UnixDatagram::bind(&path)?;
    /// let here = UnixDatagram::unbound()?;
    /// here.send_to(b"ping", &path).await?;
    /// let mut said = [0; 16];
    /// let (count, from) = there.recv_from(&mut said).await?;
    /// assert!(count == 4 && from.is_unnamed());
    /// # std::fs::remove_file(&path)?;
    /// # std::io::Result::Ok(()) }).unwrap();
    /// ```
    pub fn bind(path: impl AsRef<Path>) -> io::Result<Self> {
        let path = path.as_ref();
        let bound = std::os::unix::net::UnixDatagram::bind(path).and_then(Self::from_std);
        bound.map_err(|error| failed(error, format_args!("bind to {}", quoted(path))))
    }

    /// Returns a socket without an address, to which others cannot send.
    ///
    /// # Errors
    /// If the OS has no more descriptors, or the runtime has ended.
    pub fn unbound() -> io::Result<Self> {
        Self::from_std(std::os::unix::net::UnixDatagram::unbound()?)
    }

    /// Returns two sockets, connected to each other.
    ///
    /// # Errors
    /// The same as of [`unbound`](Self::unbound).
    ///
    /// # Examples
    /// ```
    /// # csp::block_on(async {
    /// # use csp::net::UnixDatagram;
    /// let (here, there) = UnixDatagram::pair()?;
    /// here.send(b"ping").await?;
    /// assert_eq!(there.recv(&mut [0; 16]).await?, 4);
    /// # std::io::Result::Ok(()) }).unwrap();
    /// ```
    pub fn pair() -> io::Result<(Self, Self)> {
        let (one, other) = std::os::unix::net::UnixDatagram::pair()?;
        Ok((Self::from_std(one)?, Self::from_std(other)?))
    }

    /// Wraps a socket of the standard library, and makes it non-blocking.
    ///
    /// # Errors
    /// If the OS has no more descriptors, or the runtime has ended.
    pub fn from_std(socket: std::os::unix::net::UnixDatagram) -> io::Result<Self> {
        socket.set_nonblocking(true)?;
        Ok(Self { io: Registered::new(rt::driver()?, socket, Ready::Perhaps)? })
    }

    /// Returns the socket as one of the standard library, in blocking mode.
    ///
    /// # Errors
    /// If the OS refuses to make it blocking.
    pub fn into_std(self) -> io::Result<std::os::unix::net::UnixDatagram> {
        let socket = self.io.into_source();
        socket.set_nonblocking(false)?;
        Ok(socket)
    }

    /// Connects the socket to the one at that path, to which [`send`](Self::send) sends. Does not wait.
    ///
    /// # Errors
    /// `NotFound`, `ConnectionRefused` and other errors of the OS, with the path in the text.
    pub fn connect(&self, path: impl AsRef<Path>) -> io::Result<()> {
        let path = path.as_ref();
        let connected = self.source().connect(path);
        connected.map_err(|error| failed(error, format_args!("connect to {}", quoted(path))))
    }

    /// Sends a message to the peer that the socket is connected to; waits while the peer accepts none. Returns the number of
    /// bytes. It is a communication, so in a process it waits by itself: `socket.send(b"ping")?`.
    ///
    /// # Errors
    /// `NotConnected`; `ConnectionRefused` if the peer is gone; and other errors of the OS.
    ///
    /// # Cancel safety
    /// Dropping the future before it is ready sends nothing.
    ///
    /// # Examples
    /// ```
    /// # csp::block_on(async {
    /// # use csp::net::UnixDatagram;
    /// let (here, there) = UnixDatagram::pair()?;
    /// assert_eq!(here.send(b"ping").await?, 4);
    /// # drop(there);
    /// # std::io::Result::Ok(()) }).unwrap();
    /// ```
    #[track_caller]
    pub fn send<'a>(&'a self, buf: &'a [u8]) -> impl Communication<Output = io::Result<usize>> + Send + 'a {
        Op(self.io.operation(Side::Write, move |socket| {
            let sent = socket.send(buf).map(|count| (count, false));
            sent.map_err(|error| failed(error, format_args!("send to {}", Name(socket.peer_addr().ok()))))
        }))
    }

    /// Receives a message; returns the number of bytes. Bytes that do not fit into the buffer are lost.
    ///
    /// # Errors
    /// Errors of the OS.
    ///
    /// # Cancel safety
    /// Dropping the future before it is ready receives nothing.
    #[track_caller]
    pub fn recv<'a>(&'a self, buf: &'a mut [u8]) -> impl Future<Output = io::Result<usize>> + Send + 'a {
        self.io.operation(Side::Read, move |socket| {
            let received = socket.recv(buf).map(|count| (count, false));
            received.map_err(|error| receiving(error, socket))
        })
    }

    /// Sends a message to the socket at a path; waits while it accepts none. Returns the number of bytes.
    ///
    /// # Errors
    /// `NotFound`, `ConnectionRefused` and other errors of the OS, with the path in the text.
    ///
    /// # Cancel safety
    /// Dropping the future before it is ready sends nothing.
    pub fn send_to<'a>(
        &'a self,
        buf: &'a [u8],
        path: impl AsRef<Path>,
    ) -> impl Future<Output = io::Result<usize>> + Send + 'a {
        let path: Box<Path> = path.as_ref().into();
        async move {
            // That a peer takes messages again is told only to those that are connected to it.
            let mut patience = Patience::new();
            loop {
                match self.source().send_to(buf, &path) {
                    Err(error) if error.kind() == io::ErrorKind::WouldBlock => patience.pause().await,
                    Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                    sent => {
                        break sent.map_err(|error| failed(error, format_args!("send to {}", quoted(&path))));
                    }
                }
            }
        }
    }

    /// Receives a message from any peer; returns the number of bytes, and the address of the sender.
    ///
    /// # Errors
    /// Errors of the OS.
    ///
    /// # Cancel safety
    /// Dropping the future before it is ready receives nothing.
    #[track_caller]
    pub fn recv_from<'a>(
        &'a self,
        buf: &'a mut [u8],
    ) -> impl Future<Output = io::Result<(usize, SocketAddr)>> + Send + 'a {
        self.io.operation(Side::Read, move |socket| {
            let received = socket.recv_from(buf).map(|received| (received, false));
            received.map_err(|error| receiving(error, socket))
        })
    }

    /// Shuts one direction down, or both.
    ///
    /// # Errors
    /// `NotConnected` if it has no peer.
    pub fn shutdown(&self, how: Shutdown) -> io::Result<()> {
        self.source().shutdown(how)
    }

    /// Returns the address of the socket.
    ///
    /// # Errors
    /// Errors of the OS.
    pub fn local_addr(&self) -> io::Result<SocketAddr> {
        self.source().local_addr()
    }

    /// Returns the address of the peer that the socket is connected to.
    ///
    /// # Errors
    /// `NotConnected`.
    pub fn peer_addr(&self) -> io::Result<SocketAddr> {
        self.source().peer_addr()
    }

    /// Returns and clears the pending error of the socket.
    ///
    /// # Errors
    /// Errors of the OS when it is asked.
    pub fn take_error(&self) -> io::Result<Option<io::Error>> {
        self.source().take_error()
    }

    buffer_options!();

    fn socket(&self) -> socket2::SockRef<'_> {
        socket2::SockRef::from(self.source())
    }

    fn source(&self) -> &std::os::unix::net::UnixDatagram {
        self.io.source()
    }
}

fn receiving(error: io::Error, socket: &std::os::unix::net::UnixDatagram) -> io::Error {
    failed(error, format_args!("receive at {}", Name(socket.local_addr().ok())))
}

impl fmt::Debug for UnixDatagram {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.source().fmt(f)
    }
}

twin!(UnixDatagram, std::os::unix::net::UnixDatagram);
