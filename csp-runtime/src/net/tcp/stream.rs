//! A connection.

use std::fmt;
use std::future::Future;
use std::io;
use std::net::{Shutdown, SocketAddr};
use std::time::Duration;

use super::TcpSocket;
use crate::io::{Driver, Ready, Registered, Side};
use crate::net::ToSocketAddrs;
use crate::net::addr::NoHost;
use crate::net::error::failed;
use crate::net::link::Link;
use crate::rt;
use crate::shim::plain::Arc;
use crate::time::timeout;

/// A TCP connection: bytes both ways, in order.
///
/// Dropping it closes it. It, references to it and its halves implement `AsyncRead` and `AsyncWrite` of `futures-io`; there, one reader
/// and one writer may wait at a time.
///
/// # Examples
/// ```
/// use csp::prelude::*;
/// use csp::net::{TcpListener, TcpStream};
///
/// #[process]
/// fn main() -> std::io::Result<()> {
///     let listener = TcpListener::bind("127.0.0.1:0").await?;
///     let here = TcpStream::connect(listener.local_addr()?).await?;
///     let (there, _) = listener.accept().await?;
///     here.write_all(b"ping").await?;
///     let mut said = [0; 4];
///     there.read_exact(&mut said).await?;
///     assert_eq!(&said, b"ping");
///     Ok(())
/// }
/// ```
pub struct TcpStream {
    link: Link<std::net::TcpStream, Peer>,
}

/// Who is at the other end, if that was known when the connection was made.
#[derive(Clone, Copy)]
pub(in crate::net) struct Peer(Option<SocketAddr>);

impl fmt::Display for Peer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            Some(address) => address.fmt(f),
            None => f.write_str("an unknown peer"),
        }
    }
}

impl TcpStream {
    /// Connects to the first of the addresses that answers. `":8080"` means that port of `127.0.0.1`.
    ///
    /// Waits while the OS looks up a name, and until the peer answers.
    ///
    /// # Errors
    /// Errors of the lookup; otherwise the error of the last address, such as `ConnectionRefused`, with the address in the text.
    ///
    /// # Cancel safety
    /// Dropping the future abandons the attempt.
    ///
    /// # Examples
    /// ```
    /// # csp::block_on(async {
    /// use csp::net::TcpStream;
    ///
    /// // There is no listener at port 1.
    /// let error = TcpStream::connect("127.0.0.1:1").await.unwrap_err();
    /// assert_eq!(error.to_string(), "connect to 127.0.0.1:1: connection refused");
    /// # });
    /// ```
    pub fn connect(address: impl ToSocketAddrs) -> impl Future<Output = io::Result<Self>> + Send + 'static {
        let target = address.target();
        target.first(NoHost::Here, |address| async move {
            TcpSocket::for_address(address)?.connect(address).await
        })
    }

    /// Connects within `most`, lookups and all addresses together. Otherwise the same as [`connect`](Self::connect).
    ///
    /// # Errors
    /// `TimedOut` after that time; otherwise the same as of `connect`.
    ///
    /// # Cancel safety
    /// The same as of `connect`.
    ///
    /// # Examples
    /// ```
    /// # csp::block_on(async {
    /// use csp::net::{TcpListener, TcpStream};
    /// use std::time::Duration;
    ///
    /// let listener = TcpListener::bind("localhost:0").await?;
    /// TcpStream::connect_timeout(listener.local_addr()?, Duration::from_secs(5)).await?;
    /// # std::io::Result::Ok(()) }).unwrap();
    /// ```
    pub fn connect_timeout(
        address: impl ToSocketAddrs,
        most: Duration,
    ) -> impl Future<Output = io::Result<Self>> + Send + 'static {
        let target = address.target();
        let said = target.to_string();
        let connect = target.first(NoHost::Here, |address| async move {
            TcpSocket::for_address(address)?.connect(address).await
        });
        async move {
            let late = |_| failed(io::ErrorKind::TimedOut.into(), format_args!("connect to {said}"));
            timeout(most, connect).await.map_err(late)?
        }
    }

    /// Wraps a connection of the standard library, and makes it non-blocking.
    ///
    /// # Errors
    /// If the OS has no more descriptors, or the runtime has ended.
    ///
    /// # Examples
    /// ```
    /// # csp::block_on(async {
    /// use csp::net::TcpStream;
    ///
    /// let listener = std::net::TcpListener::bind("127.0.0.1:0")?;
    /// let blocking = std::net::TcpStream::connect(listener.local_addr()?)?;
    /// let stream = TcpStream::from_std(blocking)?;
    /// stream.write_all(b"hello").await?;
    /// let blocking_again: std::net::TcpStream = stream.into_std()?;
    /// # drop(blocking_again);
    /// # std::io::Result::Ok(()) }).unwrap();
    /// ```
    pub fn from_std(stream: std::net::TcpStream) -> io::Result<Self> {
        stream.set_nonblocking(true)?;
        let peer = stream.peer_addr().ok();
        Self::register(rt::driver()?, stream, peer, Ready::Perhaps)
    }

    /// Returns the connection as one of the standard library, in blocking mode.
    ///
    /// # Errors
    /// If the OS refuses to make it blocking.
    ///
    /// # Examples
    /// ```
    /// # csp::block_on(async {
    /// # use csp::net::{TcpListener, TcpStream};
    /// # let listener = TcpListener::bind("127.0.0.1:0").await?;
    /// # let here = TcpStream::connect(listener.local_addr()?).await?;
    /// # let (there, _) = listener.accept().await?;
    /// let blocking: std::net::TcpStream = here.into_std()?;
    /// # drop((there, blocking));
    /// # std::io::Result::Ok(()) }).unwrap();
    /// ```
    pub fn into_std(self) -> io::Result<std::net::TcpStream> {
        let stream = self.link.io.into_source();
        stream.set_nonblocking(false)?;
        Ok(stream)
    }

    /// Watches a connection that does not block.
    pub(super) fn register(
        driver: &'static Driver,
        stream: std::net::TcpStream,
        peer: Option<SocketAddr>,
        ready: Ready,
    ) -> io::Result<Self> {
        Ok(Self { link: Link { io: Registered::new(driver, stream, ready)?, peer: Peer(peer) } })
    }

    /// Waits until a connection that was begun is made.
    pub(super) async fn connected(&self) -> io::Result<()> {
        let done = |stream: &std::net::TcpStream| match stream.take_error()? {
            Some(error) => Err(error),
            None => match stream.peer_addr() {
                Ok(_) => Ok(((), false)),
                Err(error) if error.kind() == io::ErrorKind::NotConnected => {
                    Err(io::ErrorKind::WouldBlock.into())
                }
                Err(error) => Err(error),
            },
        };
        self.link.io.operation(Side::Write, done).await
    }

    read_operations!();
    write_operations!();

    /// Reads without removing the bytes: the next read returns them again. Otherwise the same as [`read`](Self::read).
    ///
    /// # Errors
    /// The same as of `read`.
    ///
    /// # Cancel safety
    /// Nothing is removed.
    ///
    /// # Examples
    /// ```
    /// # csp::block_on(async {
    /// # use csp::net::{TcpListener, TcpStream};
    /// # let listener = TcpListener::bind("127.0.0.1:0").await?;
    /// # let here = TcpStream::connect(listener.local_addr()?).await?;
    /// # let (there, _) = listener.accept().await?;
    /// here.write_all(b"hello").await?;
    /// let mut buf = [0; 2];
    /// assert_eq!(there.peek(&mut buf).await?, 2);
    /// assert_eq!(there.read(&mut buf).await?, 2);
    /// assert_eq!(&buf, b"he");
    /// # std::io::Result::Ok(()) }).unwrap();
    /// ```
    #[track_caller]
    pub fn peek<'a>(&'a self, buf: &'a mut [u8]) -> impl Future<Output = io::Result<usize>> + Send + 'a {
        self.link.io.operation(Side::Read, move |stream| {
            let peeked = stream.peek(buf).map(|count| (count, false));
            peeked.map_err(|error| failed(error, format_args!("read from {}", self.link.peer)))
        })
    }

    /// Shuts one direction down, or both. Bytes written before still arrive; it does not wait for that.
    ///
    /// # Errors
    /// `NotConnected` if the connection is gone.
    ///
    /// # Examples
    /// ```
    /// # csp::block_on(async {
    /// # use csp::net::{TcpListener, TcpStream};
    /// # let listener = TcpListener::bind("127.0.0.1:0").await?;
    /// # let here = TcpStream::connect(listener.local_addr()?).await?;
    /// # let (there, _) = listener.accept().await?;
    /// here.shutdown(std::net::Shutdown::Write)?;
    /// assert_eq!(there.read(&mut [0; 8]).await?, 0);
    /// // The other direction goes on.
    /// there.write_all(b"hello").await?;
    /// here.read_exact(&mut [0; 5]).await?;
    /// # std::io::Result::Ok(()) }).unwrap();
    /// ```
    pub fn shutdown(&self, how: Shutdown) -> io::Result<()> {
        self.link.shutdown(how)
    }

    /// Returns the local address.
    ///
    /// # Errors
    /// Errors of the OS.
    ///
    /// # Examples
    /// ```
    /// # csp::block_on(async {
    /// # use csp::net::{TcpListener, TcpStream};
    /// # let listener = TcpListener::bind("127.0.0.1:0").await?;
    /// # let here = TcpStream::connect(listener.local_addr()?).await?;
    /// # let (there, _) = listener.accept().await?;
    /// assert_eq!(here.local_addr()?, there.peer_addr()?);
    /// # std::io::Result::Ok(()) }).unwrap();
    /// ```
    pub fn local_addr(&self) -> io::Result<SocketAddr> {
        self.source().local_addr()
    }

    /// Returns the address of the peer.
    ///
    /// # Errors
    /// `NotConnected` if the connection is gone.
    ///
    /// # Examples
    /// ```
    /// # csp::block_on(async {
    /// # use csp::net::{TcpListener, TcpStream};
    /// # let listener = TcpListener::bind("127.0.0.1:0").await?;
    /// # let here = TcpStream::connect(listener.local_addr()?).await?;
    /// # let (there, _) = listener.accept().await?;
    /// assert_eq!(here.peer_addr()?, listener.local_addr()?);
    /// # drop(there);
    /// # std::io::Result::Ok(()) }).unwrap();
    /// ```
    pub fn peer_addr(&self) -> io::Result<SocketAddr> {
        self.source().peer_addr()
    }

    /// Returns and clears the pending error of the connection.
    ///
    /// # Errors
    /// Errors of the OS when it is asked.
    ///
    /// # Examples
    /// ```
    /// # csp::block_on(async {
    /// # use csp::net::{TcpListener, TcpStream};
    /// # let listener = TcpListener::bind("127.0.0.1:0").await?;
    /// # let here = TcpStream::connect(listener.local_addr()?).await?;
    /// # let (there, _) = listener.accept().await?;
    /// assert!(here.take_error()?.is_none());
    /// # drop(there);
    /// # std::io::Result::Ok(()) }).unwrap();
    /// ```
    pub fn take_error(&self) -> io::Result<Option<io::Error>> {
        self.source().take_error()
    }

    tcp_options!();

    fn socket(&self) -> socket2::SockRef<'_> {
        socket2::SockRef::from(self.source())
    }

    pub(in crate::net) fn link(&self) -> &Link<std::net::TcpStream, Peer> {
        &self.link
    }

    fn source(&self) -> &std::net::TcpStream {
        self.link.io.source()
    }
}

impl fmt::Debug for TcpStream {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.link.fmt(f)
    }
}

twin!(TcpStream, std::net::TcpStream);

halves!(
    TcpStream,
    Link<std::net::TcpStream, Peer>,
    r#"
```
# csp::block_on(async {
use csp::net::{TcpListener, TcpStream};

let listener = TcpListener::bind("127.0.0.1:0").await?;
let mut stream = TcpStream::connect(listener.local_addr()?).await?;
let (echo, _) = listener.accept().await?;
echo.write_all(b"hello").await?;

let (reader, writer) = stream.split();
let mut said = [0; 5];
reader.read_exact(&mut said).await?;
writer.write_all(&said).await?;
# std::io::Result::Ok(()) }).unwrap();
```
"#,
    r#"
```
# csp::block_on(async {
use csp::net::{TcpListener, TcpStream};

let listener = TcpListener::bind("127.0.0.1:0").await?;
let stream = TcpStream::connect(listener.local_addr()?).await?;
let (there, _) = listener.accept().await?;

let (reader, writer) = stream.into_split();
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
use csp::net::{TcpListener, TcpStream};

let listener = TcpListener::bind("127.0.0.1:0").await?;
let one = TcpStream::connect(listener.local_addr()?).await?;
let other = TcpStream::connect(listener.local_addr()?).await?;
let ((reader, _writer), (_reader, writer)) = (one.into_split(), other.into_split());
let error = reader.reunite(writer).unwrap_err();
assert_eq!(error.to_string(), "the halves are of different streams");
# std::io::Result::Ok(()) }).unwrap();
```
"#
);
