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

/// Takes connections by TCP: a source of them.
///
/// In a process `for conn in listener` receives one after the other, `<-listener` is an arm of `select!`, and
/// [`accept`](Self::accept) gives the peer's address too. What it gives is an [`io::Result`]: a connection, or why there is none. It never
/// ends by itself. A failure that is about one connection (`ConnectionAborted`) is followed by the next at once; after any other,
/// as when there are no more descriptors, the next accept waits a little, longer each time up to half a second, and the
/// connections keep waiting in the backlog.
///
/// Any number of processes may receive from one listener, through a reference or an `Arc`; each connection goes to one.
///
/// ```
/// use csp_runtime::net::{TcpListener, TcpStream};
///
/// csp_runtime::block_on(async {
///     let listener = TcpListener::bind("127.0.0.1:0").await?;
///     let here = TcpStream::connect(listener.local_addr()?).await?;
///     let there = listener.recv().await.expect("a listener never closes")?;
///     assert_eq!(there.peer_addr()?, here.local_addr()?);
///     std::io::Result::Ok(())
/// })
/// .unwrap();
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
    /// Listens at the first of the addresses that can be had; port 0 is any that is free, and `":8080"` is that port of every
    /// interface. An address that a connection used
    /// lately can be had, except on Windows, where that would let others take it. [`TcpSocket`] has more options.
    ///
    /// Waits for the system to look up a name.
    ///
    /// **Errors:** those of the lookup; else what the last address says, as `AddrInUse`, with the address in the text.
    /// **Cancellation:** nothing listens.
    ///
    /// ```
    /// # csp_runtime::block_on(async {
    /// use csp_runtime::net::TcpListener;
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

    /// Watches a listener of the standard library, which becomes non-blocking.
    ///
    /// **Errors:** if the system gives no poller, or the runtime has ended.
    ///
    /// ```
    /// # csp_runtime::block_on(async {
    /// use csp_runtime::net::TcpListener;
    ///
    /// let listener = TcpListener::from_std(std::net::TcpListener::bind("127.0.0.1:0")?)?;
    /// # drop(listener);
    /// # std::io::Result::Ok(()) }).unwrap();
    /// ```
    pub fn from_std(listener: std::net::TcpListener) -> io::Result<Self> {
        listener.set_nonblocking(true)?;
        Self::register(listener)
    }

    /// The listener as one of the standard library that blocks its thread.
    ///
    /// **Errors:** if the system refuses to make it blocking.
    ///
    /// ```
    /// # csp_runtime::block_on(async {
    /// use csp_runtime::net::TcpListener;
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

    /// Waits for a connection; gives it and the address of the peer.
    ///
    /// **Errors:** what the system says, with the address of the listener in the text. The listener goes on: see [`TcpListener`].
    /// **Cancellation:** a connection that has not been given stays in the backlog.
    ///
    /// ```
    /// # csp_runtime::block_on(async {
    /// use csp_runtime::net::{TcpListener, TcpStream};
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
    /// Never [`RecvError`]: a listener does not close. The item is an error as of [`accept`](Self::accept).
    ///
    /// # Cancellation
    /// A connection that has not been given stays in the backlog.
    ///
    /// ```
    /// # csp_runtime::block_on(async {
    /// use csp_runtime::net::{TcpListener, TcpStream};
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

    /// Where it listens.
    ///
    /// **Errors:** what the system says.
    ///
    /// ```
    /// # csp_runtime::block_on(async {
    /// use csp_runtime::net::TcpListener;
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
