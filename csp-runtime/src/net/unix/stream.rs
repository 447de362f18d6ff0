//! A connection.

use std::fmt;
use std::future::Future;
use std::io;
use std::net::Shutdown;
use std::os::unix::net::SocketAddr;
use std::path::Path;

use socket2::{Domain, SockAddr, Socket, Type};

use super::{Name, Patience, quoted};
use crate::io::{Driver, Ready, Registered, Side, in_progress};
use crate::net::error::failed;
use crate::net::link::Link;
use crate::rt;
use crate::shim::plain::Arc;

/// A connection to a program on this machine: bytes both ways, in order.
///
/// Dropping it closes it. It, references to it and its halves implement `AsyncRead` and `AsyncWrite` of `futures-io`; there, one reader
/// and one writer may wait at a time.
///
/// # Examples
/// ```
/// use csp::prelude::*;
/// use csp::net::UnixStream;
///
/// #[process]
/// fn main() -> std::io::Result<()> {
///     let (here, there) = UnixStream::pair()?;
///     here.write_all(b"ping").await?;
///     drop(here);
///     let mut said = Vec::new();
///     there.read_to_end(&mut said).await?;
///     assert_eq!(said, b"ping");
///     Ok(())
/// }
/// ```
pub struct UnixStream {
    link: Link<std::os::unix::net::UnixStream, Peer>,
}

/// Who is at the other end: its path, if it has one.
pub(in crate::net) struct Peer(Option<Box<Path>>);

impl fmt::Display for Peer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Some(path) => quoted(path).fmt(f),
            None => Name(None).fmt(f),
        }
    }
}

impl UnixStream {
    /// Connects to the listener at a path; waits while its backlog is full.
    ///
    /// # Errors
    /// `NotFound`, `ConnectionRefused` and other errors of the OS, with the path in the text; `InvalidInput` if the
    /// path is too long or holds a zero byte.
    ///
    /// # Cancel safety
    /// Dropping the future abandons the attempt.
    ///
    /// # Examples
    /// ```
    /// # csp::block_on(async {
    /// use csp::net::UnixStream;
    ///
    /// let error = UnixStream::connect("/no/listener/here").await.unwrap_err();
    /// assert_eq!(error.kind(), std::io::ErrorKind::NotFound);
    /// # });
    /// ```
    pub fn connect(path: impl AsRef<Path>) -> impl Future<Output = io::Result<Self>> + Send + 'static {
        let path: Box<Path> = path.as_ref().into();
        async move {
            let connected = Self::to(&path).await;
            connected.map_err(|error| failed(error, format_args!("connect to {}", quoted(&path))))
        }
    }

    async fn to(path: &Path) -> io::Result<Self> {
        let driver = rt::driver()?;
        // It refuses a path that is too long or holds a zero byte, at which the OS would cut it off.
        SocketAddr::from_pathname(path)?;
        let address = SockAddr::unix(path)?;
        let socket = Socket::new(Domain::UNIX, Type::STREAM, None)?;
        socket.set_nonblocking(true)?;
        let mut patience = Patience::new();
        loop {
            match socket.connect(&address) {
                // The backlog is full, and no event tells when it is not.
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => patience.pause().await,
                Err(error) if !in_progress(&error) => return Err(error),
                begun => {
                    let ready = if begun.is_ok() { Ready::Perhaps } else { Ready::No };
                    let stream = Self::register(driver, socket.into(), Some(path.into()), ready)?;
                    if begun.is_err() {
                        stream.connected().await?;
                    }
                    return Ok(stream);
                }
            }
        }
    }

    /// Waits until a connection that was begun is made.
    async fn connected(&self) -> io::Result<()> {
        let done = |stream: &std::os::unix::net::UnixStream| match stream.take_error()? {
            Some(error) => Err(error),
            None => Ok(((), false)),
        };
        self.link.io.operation(Side::Write, done).await
    }

    /// Returns two connections, connected to each other.
    ///
    /// # Errors
    /// If the OS has no more descriptors, or the runtime has ended.
    ///
    /// # Examples
    /// ```
    /// # csp::block_on(async {
    /// use csp::net::UnixStream;
    ///
    /// let (here, there) = UnixStream::pair()?;
    /// here.write_all(b"hello").await?;
    /// there.read_exact(&mut [0; 5]).await?;
    /// # std::io::Result::Ok(()) }).unwrap();
    /// ```
    pub fn pair() -> io::Result<(Self, Self)> {
        let pair = std::os::unix::net::UnixStream::pair();
        let (one, other) = pair.map_err(|error| failed(error, "make a pair of sockets"))?;
        Ok((Self::from_std(one)?, Self::from_std(other)?))
    }

    /// Wraps a connection of the standard library, and makes it non-blocking.
    ///
    /// # Errors
    /// If the OS has no more descriptors, or the runtime has ended.
    pub fn from_std(stream: std::os::unix::net::UnixStream) -> io::Result<Self> {
        stream.set_nonblocking(true)?;
        let peer = stream.peer_addr().ok().and_then(|peer| peer.as_pathname().map(Box::from));
        Self::register(rt::driver()?, stream, peer, Ready::Perhaps)
    }

    /// Returns the connection as one of the standard library, in blocking mode.
    ///
    /// # Errors
    /// If the OS refuses to make it blocking.
    pub fn into_std(self) -> io::Result<std::os::unix::net::UnixStream> {
        let stream = self.link.io.into_source();
        stream.set_nonblocking(false)?;
        Ok(stream)
    }

    /// Watches a connection that does not block.
    pub(super) fn register(
        driver: &'static Driver,
        stream: std::os::unix::net::UnixStream,
        peer: Option<Box<Path>>,
        ready: Ready,
    ) -> io::Result<Self> {
        Ok(Self { link: Link { io: Registered::new(driver, stream, ready)?, peer: Peer(peer) } })
    }

    read_operations!();
    write_operations!();

    /// Shuts one direction down, or both. Bytes written before still arrive; it does not wait for that.
    ///
    /// # Errors
    /// `NotConnected` if the connection is gone.
    ///
    /// # Examples
    /// ```
    /// # csp::block_on(async {
    /// use csp::net::UnixStream;
    ///
    /// let (here, there) = UnixStream::pair()?;
    /// here.shutdown(std::net::Shutdown::Write)?;
    /// assert_eq!(there.read(&mut [0; 8]).await?, 0);
    /// # std::io::Result::Ok(()) }).unwrap();
    /// ```
    pub fn shutdown(&self, how: Shutdown) -> io::Result<()> {
        self.link.shutdown(how)
    }

    /// Returns the local address.
    ///
    /// # Errors
    /// Errors of the OS.
    pub fn local_addr(&self) -> io::Result<SocketAddr> {
        self.source().local_addr()
    }

    /// Returns the address of the peer.
    ///
    /// # Errors
    /// `NotConnected` if the connection is gone.
    pub fn peer_addr(&self) -> io::Result<SocketAddr> {
        self.source().peer_addr()
    }

    /// Returns and clears the pending error of the connection.
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

    pub(in crate::net) fn link(&self) -> &Link<std::os::unix::net::UnixStream, Peer> {
        &self.link
    }

    fn source(&self) -> &std::os::unix::net::UnixStream {
        self.link.io.source()
    }
}

impl fmt::Debug for UnixStream {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.link.fmt(f)
    }
}

twin!(UnixStream, std::os::unix::net::UnixStream);

halves!(
    UnixStream,
    Link<std::os::unix::net::UnixStream, Peer>,
    r#"
```
# csp::block_on(async {
use csp::net::UnixStream;

let (mut here, there) = UnixStream::pair()?;
there.write_all(b"hello").await?;
let (reader, writer) = here.split();
let mut said = [0; 5];
reader.read_exact(&mut said).await?;
writer.write_all(&said).await?;
# std::io::Result::Ok(()) }).unwrap();
```
"#,
    r#"
```
# csp::block_on(async {
use csp::net::UnixStream;

let (here, there) = UnixStream::pair()?;
let (reader, writer) = here.into_split();
let writes = csp::go! { writer.write_all(b"hello").await };
let mut said = Vec::new();
there.read_to_end(&mut said).await?;
assert_eq!(said, b"hello");
writes.await.unwrap()?;
drop(reader);
# std::io::Result::Ok(()) }).unwrap();
```
"#,
    r#"
```
# csp::block_on(async {
use csp::net::UnixStream;

let (one, other) = UnixStream::pair()?;
let ((reader, _writer), (_reader, writer)) = (one.into_split(), other.into_split());
let error = reader.reunite(writer).unwrap_err();
assert_eq!(error.to_string(), "the halves are of different streams");
# std::io::Result::Ok(()) }).unwrap();
```
"#
);
