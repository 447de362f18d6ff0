//! A socket before it is a listener or a connection.

use std::fmt;
use std::future::Future;
use std::io;
use std::net::SocketAddr;

use socket2::{Domain, Protocol, Socket, Type};

use super::{TcpListener, TcpStream};
use crate::io::{Ready, in_progress};
use crate::net::error::failed;
use crate::rt;

/// A TCP socket that is not a listener or a connection yet, for options that must be set before.
///
/// # Examples
/// ```
/// use csp::prelude::*;
/// use csp::net::TcpSocket;
///
/// #[process]
/// fn main() -> std::io::Result<()> {
///     let socket = TcpSocket::new_v4()?;
///     socket.set_reuse_address(true)?;
///     socket.bind(([127, 0, 0, 1], 0).into())?;
///     let listener = socket.listen(16)?;
///
///     let socket = TcpSocket::new_v4()?;
///     socket.set_nodelay(true)?;
///     let stream = socket.connect(listener.local_addr()?).await?;
///     assert!(stream.nodelay()?);
///     Ok(())
/// }
/// ```
pub struct TcpSocket {
    socket: Socket,
}

impl TcpSocket {
    /// How many connections wait to be accepted unless somebody says otherwise; the system may cut it.
    pub(super) const BACKLOG: u32 = 1024;

    /// Returns a socket for IPv4.
    ///
    /// # Errors
    /// Errors of the OS, such as when there are no more descriptors.
    ///
    /// # Examples
    /// ```
    /// # csp::block_on(async {
    /// # use csp::net::TcpSocket;
    /// let socket = TcpSocket::new_v4()?;
    /// # drop(socket);
    /// # std::io::Result::Ok(()) }).unwrap();
    /// ```
    pub fn new_v4() -> io::Result<Self> {
        Self::new(Domain::IPV4)
    }

    /// Returns a socket for IPv6.
    ///
    /// # Errors
    /// The same as of [`new_v4`](Self::new_v4).
    pub fn new_v6() -> io::Result<Self> {
        Self::new(Domain::IPV6)
    }

    fn new(domain: Domain) -> io::Result<Self> {
        let socket = Socket::new(domain, Type::STREAM, Some(Protocol::TCP));
        let socket = socket.and_then(|socket| socket.set_nonblocking(true).map(|()| socket));
        Ok(Self { socket: socket.map_err(|error| failed(error, "make a socket"))? })
    }

    /// A socket of the address's family.
    /// An IPv6 socket takes connections over IPv4, too, where that is not so by itself.
    pub(super) fn accept_ipv4(&self) -> io::Result<()> {
        self.socket.set_only_v6(false)
    }

    pub(super) fn for_address(address: SocketAddr) -> io::Result<Self> {
        Self::new(Domain::for_address(address))
    }

    /// Binds the socket to a local address.
    ///
    /// # Errors
    /// `AddrInUse` and other errors of the OS, with the address in the text.
    ///
    /// # Examples
    /// ```
    /// # csp::block_on(async {
    /// # use csp::net::TcpSocket;
    /// let socket = TcpSocket::new_v4()?;
    /// socket.bind(([127, 0, 0, 1], 0).into())?;
    /// assert!(socket.local_addr()?.ip().is_loopback());
    /// # std::io::Result::Ok(()) }).unwrap();
    /// ```
    pub fn bind(&self, address: SocketAddr) -> io::Result<()> {
        let bound = self.socket.bind(&address.into());
        bound.map_err(|error| failed(error, format_args!("bind to {address}")))
    }

    /// Turns the socket into a listener, with up to `backlog` connections that wait to be accepted.
    ///
    /// # Errors
    /// `AddrInUse` if another socket listens there.
    ///
    /// # Examples
    /// ```
    /// # csp::block_on(async {
    /// # use csp::net::TcpSocket;
    /// let socket = TcpSocket::new_v4()?;
    /// socket.bind(([127, 0, 0, 1], 0).into())?;
    /// let listener = socket.listen(16)?;
    /// # drop(listener);
    /// # std::io::Result::Ok(()) }).unwrap();
    /// ```
    pub fn listen(self, backlog: u32) -> io::Result<TcpListener> {
        let place = self.local_addr();
        let listening = self.socket.listen(i32::try_from(backlog).unwrap_or(i32::MAX));
        listening.and_then(|()| TcpListener::register(self.socket.into())).map_err(|error| match place {
            Ok(address) => failed(error, format_args!("listen on {address}")),
            Err(_) => failed(error, "listen"),
        })
    }

    /// Turns the socket into a connection: waits until the peer answers.
    ///
    /// # Errors
    /// `ConnectionRefused` and other errors of the OS, with the address in the text.
    ///
    /// # Cancel safety
    /// Dropping the future abandons the attempt.
    ///
    /// # Examples
    /// ```
    /// # csp::block_on(async {
    /// # use csp::net::TcpSocket;
    /// let error = TcpSocket::new_v4()?.connect(([127, 0, 0, 1], 1).into()).await.unwrap_err();
    /// assert_eq!(error.to_string(), "connect to 127.0.0.1:1: connection refused");
    /// # std::io::Result::Ok(()) }).unwrap();
    /// ```
    pub fn connect(
        self,
        address: SocketAddr,
    ) -> impl Future<Output = io::Result<TcpStream>> + Send + 'static {
        let connect = async move {
            let driver = rt::driver()?;
            let begun = match self.socket.connect(&address.into()) {
                Err(error) if !in_progress(&error) => return Err(error),
                begun => begun,
            };
            let ready = if begun.is_ok() { Ready::Perhaps } else { Ready::No };
            let stream = TcpStream::register(driver, self.socket.into(), Some(address), ready)?;
            if begun.is_err() {
                stream.connected().await?;
            }
            Ok(stream)
        };
        async move { connect.await.map_err(|error| failed(error, format_args!("connect to {address}"))) }
    }

    /// Returns the address that it was bound to.
    ///
    /// # Errors
    /// Errors of the OS.
    pub fn local_addr(&self) -> io::Result<SocketAddr> {
        let address = self.socket.local_addr()?;
        address.as_socket().ok_or_else(|| io::ErrorKind::Unsupported.into())
    }

    tcp_options!();

    options! {
        /// Whether an address that a connection used lately can be had.
        reuse_address, set_reuse_address: bool = reuse_address, set_reuse_address;
    }

    /// Whether several sockets may listen at one address and share its connections.
    ///
    /// # Errors
    /// Errors of the OS.
    #[cfg(all(unix, not(any(target_os = "solaris", target_os = "illumos", target_os = "cygwin"))))]
    pub fn reuse_port(&self) -> io::Result<bool> {
        self.socket.reuse_port()
    }

    /// Sets what [`reuse_port`](Self::reuse_port) reads.
    ///
    /// # Errors
    /// Errors of the OS.
    #[cfg(all(unix, not(any(target_os = "solaris", target_os = "illumos", target_os = "cygwin"))))]
    pub fn set_reuse_port(&self, value: bool) -> io::Result<()> {
        self.socket.set_reuse_port(value)
    }

    fn socket(&self) -> &Socket {
        &self.socket
    }

    fn source(&self) -> &Socket {
        &self.socket
    }
}

impl fmt::Debug for TcpSocket {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.socket.fmt(f)
    }
}

descriptor!(TcpSocket);
