//! A listener.

use std::fmt;
use std::future::Future;
use std::io;
use std::net::SocketAddr;
use std::pin::Pin;
use std::task::{Context, Poll};

use super::{TcpSocket, TcpStream};
use crate::chan::RecvError;
use crate::io::{Driver, Ready, Registered};
use crate::net::ToSocketAddrs;
use crate::net::accept::{Accepting, Backlog, Listens};
use crate::net::addr::NoHost;
use crate::net::error::failed;
use crate::rt;
use crate::select::op::OnClose;
use crate::select::poll_arm::{PollArm, Readiness};
use crate::select::source::Sealed;
use crate::select::{Communication, Source};

/// A TCP listener: a source of connections.
///
/// In a process `for conn in listener` receives one connection after the other, and `<-listener` is an arm of `select!`.
/// [`accept`](Self::accept) also returns the peer's address. Each item is an [`io::Result`] of a connection. The source never closes.
///
/// After an error of one connection (`ConnectionAborted`) the next accept is tried at once. After any other error, such as when there are no
/// more descriptors, it waits a little, longer each time up to half a second; connections stay in the backlog meanwhile.
///
/// Any number of processes may receive from one listener, through a reference or an `Arc`; each connection goes to one of them.
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
///     let there = listener.recv().expect("a listener never closes")?;
///     assert_eq!(there.peer_addr()?, here.local_addr()?);
///     Ok(())
/// }
/// ```
pub struct TcpListener {
    backlog: Backlog<std::net::TcpListener>,
    driver: &'static Driver,
}

impl Listens for std::net::TcpListener {
    type Accepted = (std::net::TcpStream, SocketAddr);

    fn accept(&self) -> io::Result<Self::Accepted> {
        self.accept()
    }
}

impl TcpListener {
    /// Listens at the first of the addresses that can be bound. Port 0 means any free port; `":8080"` means that port of every interface.
    ///
    /// Waits while the OS looks up a name. An address that an earlier connection used can be bound again at once, except on Windows,
    /// where other programs could take it then. [`TcpSocket`] has more options.
    ///
    /// # Errors
    /// Errors of the lookup; otherwise the error of the last address, such as `AddrInUse`, with the address in the text.
    ///
    /// # Cancel safety
    /// There is no listener then.
    ///
    /// # Examples
    /// ```
    /// # csp::block_on(async {
    /// use csp::net::TcpListener;
    ///
    /// let listener = TcpListener::bind("127.0.0.1:0").await?;
    /// let address = listener.local_addr()?;
    /// let error = TcpListener::bind(address).await.unwrap_err();
    /// assert_eq!(error.kind(), std::io::ErrorKind::AddrInUse);
    ///
    /// let everywhere = TcpListener::bind(":0").await?;
    /// assert!(everywhere.local_addr()?.ip().is_unspecified());
    /// # std::io::Result::Ok(()) }).unwrap();
    /// ```
    pub fn bind(address: impl ToSocketAddrs) -> impl Future<Output = io::Result<Self>> + Send + 'static {
        let target = address.target();
        let everywhere = target.is_everywhere();
        target.first(NoHost::Everywhere, move |address| async move {
            let socket = TcpSocket::for_address(address)?;
            if everywhere && address.is_ipv6() {
                socket.accept_ipv4()?;
            }
            if cfg!(not(windows)) {
                socket.set_reuse_address(true)?;
            }
            socket.bind(address)?;
            socket.listen(TcpSocket::BACKLOG)
        })
    }

    /// Wraps a listener of the standard library, and makes it non-blocking.
    ///
    /// # Errors
    /// If the OS has no more descriptors, or the runtime has ended.
    ///
    /// # Examples
    /// ```
    /// # csp::block_on(async {
    /// use csp::net::TcpListener;
    ///
    /// let listener = TcpListener::from_std(std::net::TcpListener::bind("127.0.0.1:0")?)?;
    /// # drop(listener);
    /// # std::io::Result::Ok(()) }).unwrap();
    /// ```
    pub fn from_std(listener: std::net::TcpListener) -> io::Result<Self> {
        listener.set_nonblocking(true)?;
        Self::register(listener)
    }

    /// Returns the listener as one of the standard library, in blocking mode.
    ///
    /// # Errors
    /// If the OS refuses to make it blocking.
    ///
    /// # Examples
    /// ```
    /// # csp::block_on(async {
    /// use csp::net::TcpListener;
    ///
    /// let blocking = TcpListener::bind("127.0.0.1:0").await?.into_std()?;
    /// # drop(blocking);
    /// # std::io::Result::Ok(()) }).unwrap();
    /// ```
    pub fn into_std(self) -> io::Result<std::net::TcpListener> {
        let listener = self.backlog.io.into_source();
        listener.set_nonblocking(false)?;
        Ok(listener)
    }

    /// Watches a listener that does not block.
    pub(super) fn register(listener: std::net::TcpListener) -> io::Result<Self> {
        let driver = rt::driver()?;
        let place = listener.local_addr().map_or_else(|_| "an unknown address".into(), |a| a.to_string());
        let io = Registered::new(driver, listener, Ready::Perhaps)?;
        Ok(Self { backlog: Backlog::new(io, place), driver })
    }

    /// Waits for a connection; returns it and the address of the peer.
    ///
    /// # Errors
    /// Errors of the OS, with the address of the listener in the text. The listener can still be used: see [`TcpListener`].
    ///
    /// # Cancel safety
    /// A connection that was not returned stays in the backlog.
    ///
    /// # Examples
    /// ```
    /// # csp::block_on(async {
    /// use csp::net::{TcpListener, TcpStream};
    ///
    /// let listener = TcpListener::bind("127.0.0.1:0").await?;
    /// let here = TcpStream::connect(listener.local_addr()?).await?;
    /// let (there, peer) = listener.accept().await?;
    /// assert_eq!(peer, here.local_addr()?);
    /// # drop(there);
    /// # std::io::Result::Ok(()) }).unwrap();
    /// ```
    #[track_caller]
    pub fn accept(&self) -> impl Future<Output = io::Result<(TcpStream, SocketAddr)>> + Send + '_ {
        let accept = self.backlog.accept();
        async move {
            let (stream, peer) = accept.await?;
            Ok((self.adopt(stream, peer)?, peer))
        }
    }

    /// Waits for a connection, as `<-listener` does.
    ///
    /// # Errors
    /// Never [`RecvError`]: a listener does not close. The item may be an error, the same as of [`accept`](Self::accept).
    ///
    /// # Cancel safety
    /// A connection that was not returned stays in the backlog.
    ///
    /// # Examples
    /// ```
    /// # csp::block_on(async {
    /// use csp::net::{TcpListener, TcpStream};
    ///
    /// let listener = TcpListener::bind("127.0.0.1:0").await?;
    /// let here = TcpStream::connect(listener.local_addr()?).await?;
    /// let there = listener.recv().await.expect("a listener never closes")?;
    /// # drop((here, there));
    /// # std::io::Result::Ok(()) }).unwrap();
    /// ```
    #[track_caller]
    pub fn recv(&self) -> impl Communication<Output = Result<io::Result<TcpStream>, RecvError>> + Send {
        Source::recv(self)
    }

    fn adopt(&self, stream: std::net::TcpStream, peer: SocketAddr) -> io::Result<TcpStream> {
        let stream = stream
            .set_nonblocking(true)
            .and_then(|()| TcpStream::register(self.driver, stream, Some(peer), Ready::Perhaps));
        stream.map_err(|error| failed(error, format_args!("accept on {}", self.backlog.place)))
    }

    /// Returns the address at which it listens.
    ///
    /// # Errors
    /// Errors of the OS.
    ///
    /// # Examples
    /// ```
    /// # csp::block_on(async {
    /// use csp::net::TcpListener;
    ///
    /// let listener = TcpListener::bind("127.0.0.1:0").await?;
    /// assert_ne!(listener.local_addr()?.port(), 0);
    /// # std::io::Result::Ok(()) }).unwrap();
    /// ```
    pub fn local_addr(&self) -> io::Result<SocketAddr> {
        self.source().local_addr()
    }

    options! {
        /// How many routers a packet may pass (IPv4).
        ttl, set_ttl: u32 = ttl_v4, set_ttl_v4;
    }

    fn socket(&self) -> socket2::SockRef<'_> {
        socket2::SockRef::from(self.source())
    }

    fn source(&self) -> &std::net::TcpListener {
        self.backlog.io.source()
    }

    /// How many wait for a connection.
    #[cfg(test)]
    pub(in crate::net) fn waiting(&self) -> usize {
        self.backlog.io.waiting()
    }
}

impl Sealed for TcpListener {}

#[diagnostic::do_not_recommend]
impl Source for TcpListener {
    type Item = io::Result<TcpStream>;
    type Arm<'a> = PollArm<Connection<'a>>;

    fn arm(&self, enabled: bool, on_close: OnClose) -> Self::Arm<'_> {
        PollArm::new(Connection { of: self, wait: self.backlog.waiting() }, enabled, on_close)
    }
}

/// One wait for a connection.
pub struct Connection<'a> {
    of: &'a TcpListener,
    wait: Accepting<'a, std::net::TcpListener>,
}

impl Readiness for Connection<'_> {
    type Item = io::Result<TcpStream>;

    fn poll_ready(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        self.wait.poll_ready(cx)
    }

    fn take(mut self: Pin<&mut Self>) -> Option<Self::Item> {
        let taken = self.wait.take()?;
        Some(taken.and_then(|(stream, peer)| self.of.adopt(stream, peer)))
    }

    fn is_spent(&self) -> bool {
        false
    }
}

impl fmt::Debug for TcpListener {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.source().fmt(f)
    }
}

twin!(TcpListener, std::net::TcpListener);
