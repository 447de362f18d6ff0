//! Datagrams over IP.

use std::fmt;
use std::future::Future;
use std::io;
use std::net::{Ipv4Addr, Ipv6Addr, SocketAddr};

use socket2::{Domain, Protocol, Socket, Type};

use super::ToSocketAddrs;
use super::addr::NoHost;
use super::error::failed;
use crate::io::{Ready, Registered, Side};
use crate::rt;
use crate::select::Communication;
use crate::select::source::Op;

/// A UDP socket: datagrams to and from any peer, or one peer if it is connected.
///
/// A datagram that does not fit into the buffer is cut, and the rest of it is lost.
///
/// [`send`](Self::send) has one argument, so it is a communication: in a process it waits by itself. All other operations are
/// written with `.await`.
///
/// # Examples
/// ```
/// use csp::prelude::*;
/// use csp::net::UdpSocket;
///
/// #[process]
/// fn main() -> std::io::Result<()> {
///     let here = UdpSocket::bind("127.0.0.1:0").await?;
///     let there = UdpSocket::bind("127.0.0.1:0").await?;
///     here.send_to(b"ping", there.local_addr()?).await?;
///     let mut said = [0; 16];
///     let (count, from) = there.recv_from(&mut said).await?;
///     assert_eq!((&said[..count], from), (&b"ping"[..], here.local_addr()?));
///     Ok(())
/// }
/// ```
pub struct UdpSocket {
    io: Registered<std::net::UdpSocket>,
}

impl UdpSocket {
    /// Returns a socket at the first of the addresses that can be bound. Port 0 means any free port; `":8080"` means that port of every
    /// interface.
    ///
    /// Waits while the OS looks up a name.
    ///
    /// # Errors
    /// Errors of the lookup; otherwise the error of the last address, such as `AddrInUse`, with the address in the text.
    ///
    /// # Cancel safety
    /// There is no socket then.
    ///
    /// # Examples
    /// ```
    /// # csp::block_on(async {
    /// # use csp::net::UdpSocket;
    /// let socket = UdpSocket::bind("127.0.0.1:0").await?;
    /// assert_ne!(socket.local_addr()?.port(), 0);
    /// # std::io::Result::Ok(()) }).unwrap();
    /// ```
    pub fn bind(address: impl ToSocketAddrs) -> impl Future<Output = io::Result<Self>> + Send + 'static {
        let target = address.target();
        let everywhere = target.is_everywhere();
        target.first(NoHost::Everywhere, move |address| async move {
            let bound = if everywhere && address.is_ipv6() {
                for_both(address)
            } else {
                std::net::UdpSocket::bind(address)
            };
            let bound = bound.and_then(Self::from_std);
            bound.map_err(|error| failed(error, format_args!("bind to {address}")))
        })
    }

    /// Wraps a socket of the standard library, and makes it non-blocking.
    ///
    /// # Errors
    /// If the OS has no more descriptors, or the runtime has ended.
    ///
    /// # Examples
    /// ```
    /// # csp::block_on(async {
    /// # use csp::net::UdpSocket;
    /// let socket = UdpSocket::from_std(std::net::UdpSocket::bind("127.0.0.1:0")?)?;
    /// let blocking_again = socket.into_std()?;
    /// # drop(blocking_again);
    /// # std::io::Result::Ok(()) }).unwrap();
    /// ```
    pub fn from_std(socket: std::net::UdpSocket) -> io::Result<Self> {
        socket.set_nonblocking(true)?;
        Ok(Self { io: Registered::new(rt::driver()?, socket, Ready::Perhaps)? })
    }

    /// Returns the socket as one of the standard library, in blocking mode.
    ///
    /// # Errors
    /// If the OS refuses to make it blocking.
    pub fn into_std(self) -> io::Result<std::net::UdpSocket> {
        let socket = self.io.into_source();
        socket.set_nonblocking(false)?;
        Ok(socket)
    }

    /// Connects the socket to the first of the addresses that the OS accepts: [`send`](Self::send) sends to it, and only its datagrams are
    /// received.
    ///
    /// Waits while the OS looks up a name; nothing is sent.
    ///
    /// # Errors
    /// Errors of the lookup; otherwise the error of the last address.
    ///
    /// # Cancel safety
    /// The peer is unchanged then.
    ///
    /// # Examples
    /// ```
    /// # csp::block_on(async {
    /// use csp::net::UdpSocket;
    ///
    /// let here = UdpSocket::bind("127.0.0.1:0").await?;
    /// let there = UdpSocket::bind("127.0.0.1:0").await?;
    /// here.connect(there.local_addr()?).await?;
    /// here.send(b"ping").await?;
    /// let mut said = [0; 4];
    /// assert_eq!(there.recv(&mut said).await?, 4);
    /// # std::io::Result::Ok(()) }).unwrap();
    /// ```
    pub fn connect(&self, address: impl ToSocketAddrs) -> impl Future<Output = io::Result<()>> + Send {
        let target = address.target();
        target.first(NoHost::Here, move |address| {
            let connected = self.source().connect(address);
            std::future::ready(connected.map_err(|error| failed(error, format_args!("connect to {address}"))))
        })
    }

    /// Sends a datagram to the peer that the socket is connected to; waits while the OS accepts none. Returns the number of
    /// bytes. It is a communication, so in a process it waits by itself: `socket.send(b"ping")?`.
    ///
    /// # Errors
    /// `NotConnected`; `ConnectionRefused` if the peer refused an earlier one; and other errors of the OS.
    ///
    /// # Cancel safety
    /// Dropping the future before it is ready sends nothing.
    ///
    /// # Examples
    /// ```
    /// # csp::block_on(async {
    /// # use csp::net::UdpSocket;
    /// # let here = UdpSocket::bind("127.0.0.1:0").await?;
    /// # let there = UdpSocket::bind("127.0.0.1:0").await?;
    /// here.connect(there.local_addr()?).await?;
    /// assert_eq!(here.send(b"ping").await?, 4);
    /// # std::io::Result::Ok(()) }).unwrap();
    /// ```
    #[track_caller]
    pub fn send<'a>(&'a self, buf: &'a [u8]) -> impl Communication<Output = io::Result<usize>> + Send + 'a {
        Op(self.io.operation(Side::Write, move |socket| {
            let sent = socket.send(buf).map(|count| (count, false));
            sent.map_err(|error| failed(error, format_args!("send to {}", Peer(socket.peer_addr()))))
        }))
    }

    /// Receives a datagram from the peer; returns the number of bytes.
    ///
    /// # Errors
    /// `NotConnected` on some systems; `ConnectionRefused` if the peer refused what was sent.
    ///
    /// # Cancel safety
    /// Dropping the future before it is ready receives nothing.
    ///
    /// # Examples
    /// ```
    /// # csp::block_on(async {
    /// # use csp::net::UdpSocket;
    /// # let here = UdpSocket::bind("127.0.0.1:0").await?;
    /// # let there = UdpSocket::bind("127.0.0.1:0").await?;
    /// here.send_to(b"ping", there.local_addr()?).await?;
    /// let mut said = [0; 16];
    /// assert_eq!(there.recv(&mut said).await?, 4);
    /// # std::io::Result::Ok(()) }).unwrap();
    /// ```
    #[track_caller]
    pub fn recv<'a>(&'a self, buf: &'a mut [u8]) -> impl Future<Output = io::Result<usize>> + Send + 'a {
        self.io.operation(Side::Read, move |socket| {
            let received = socket.recv(buf).map(|count| (count, false));
            received.map_err(|error| failed(error, format_args!("receive from {}", Peer(socket.peer_addr()))))
        })
    }

    /// Sends a datagram to an address, the first one of the argument. Returns the number of bytes.
    ///
    /// Waits while the OS accepts none, and while it looks up a name.
    ///
    /// # Errors
    /// Errors of the lookup and of the OS, with the address in the text.
    ///
    /// # Cancel safety
    /// Dropping the future before it is ready sends nothing.
    ///
    /// # Examples
    /// ```
    /// # csp::block_on(async {
    /// # use csp::net::UdpSocket;
    /// # let here = UdpSocket::bind("127.0.0.1:0").await?;
    /// # let there = UdpSocket::bind("127.0.0.1:0").await?;
    /// here.send_to(b"ping", there.local_addr()?).await?;
    /// # std::io::Result::Ok(()) }).unwrap();
    /// ```
    pub fn send_to<'a>(
        &'a self,
        buf: &'a [u8],
        address: impl ToSocketAddrs,
    ) -> impl Future<Output = io::Result<usize>> + Send + 'a {
        let target = address.target();
        async move {
            let address = target.resolve(NoHost::Here).await?[0];
            let send = self.io.operation(Side::Write, move |socket| {
                let sent = socket.send_to(buf, address).map(|count| (count, false));
                sent.map_err(|error| failed(error, format_args!("send to {address}")))
            });
            send.await
        }
    }

    /// Receives a datagram from any peer; returns the number of bytes, and the address of the sender.
    ///
    /// # Errors
    /// Errors of the OS, with the address of the socket in the text.
    ///
    /// # Cancel safety
    /// Dropping the future before it is ready receives nothing.
    ///
    /// # Examples
    /// ```
    /// # csp::block_on(async {
    /// # use csp::net::UdpSocket;
    /// # let here = UdpSocket::bind("127.0.0.1:0").await?;
    /// # let there = UdpSocket::bind("127.0.0.1:0").await?;
    /// here.send_to(b"ping", there.local_addr()?).await?;
    /// let mut said = [0; 16];
    /// assert_eq!(there.recv_from(&mut said).await?, (4, here.local_addr()?));
    /// # std::io::Result::Ok(()) }).unwrap();
    /// ```
    #[track_caller]
    pub fn recv_from<'a>(
        &'a self,
        buf: &'a mut [u8],
    ) -> impl Future<Output = io::Result<(usize, SocketAddr)>> + Send + 'a {
        self.io.operation(Side::Read, move |socket| {
            let received = socket.recv_from(buf).map(|received| (received, false));
            received.map_err(|error| failed(error, format_args!("receive at {}", Peer(socket.local_addr()))))
        })
    }

    /// Receives without removing the datagram: the next receive returns it again. Otherwise the same as [`recv_from`](Self::recv_from).
    ///
    /// # Errors
    /// The same as of `recv_from`.
    ///
    /// # Cancel safety
    /// Nothing is removed.
    ///
    /// # Examples
    /// ```
    /// # csp::block_on(async {
    /// # use csp::net::UdpSocket;
    /// # let here = UdpSocket::bind("127.0.0.1:0").await?;
    /// # let there = UdpSocket::bind("127.0.0.1:0").await?;
    /// here.send_to(b"ping", there.local_addr()?).await?;
    /// let mut said = [0; 16];
    /// assert_eq!(there.peek_from(&mut said).await?.0, 4);
    /// assert_eq!(there.recv_from(&mut said).await?.0, 4);
    /// # std::io::Result::Ok(()) }).unwrap();
    /// ```
    #[track_caller]
    pub fn peek_from<'a>(
        &'a self,
        buf: &'a mut [u8],
    ) -> impl Future<Output = io::Result<(usize, SocketAddr)>> + Send + 'a {
        self.io.operation(Side::Read, move |socket| {
            let peeked = socket.peek_from(buf).map(|peeked| (peeked, false));
            peeked.map_err(|error| failed(error, format_args!("receive at {}", Peer(socket.local_addr()))))
        })
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

    options! {
        /// Whether it may send to all hosts of a network at once.
        broadcast, set_broadcast: bool = broadcast, set_broadcast;
        /// How many routers a packet may pass (IPv4).
        ttl, set_ttl: u32 = ttl_v4, set_ttl_v4;
        /// How many routers a packet to a group may pass (IPv4).
        multicast_ttl_v4, set_multicast_ttl_v4: u32 = multicast_ttl_v4, set_multicast_ttl_v4;
        /// Whether the socket receives what it sends to a group (IPv4).
        multicast_loop_v4, set_multicast_loop_v4: bool = multicast_loop_v4, set_multicast_loop_v4;
        /// Whether the socket receives what it sends to a group (IPv6).
        multicast_loop_v6, set_multicast_loop_v6: bool = multicast_loop_v6, set_multicast_loop_v6;
    }
    buffer_options!();

    /// Joins a multicast group on the interface with that address; unspecified lets the OS choose.
    ///
    /// # Errors
    /// Errors of the OS, such as when the address is not that of a group.
    pub fn join_multicast_v4(&self, group: Ipv4Addr, interface: Ipv4Addr) -> io::Result<()> {
        let joined = self.source().join_multicast_v4(&group, &interface);
        joined.map_err(|error| failed(error, format_args!("join {group}")))
    }

    /// Leaves a multicast group.
    ///
    /// # Errors
    /// Errors of the OS, such as when it was not joined.
    pub fn leave_multicast_v4(&self, group: Ipv4Addr, interface: Ipv4Addr) -> io::Result<()> {
        let left = self.source().leave_multicast_v4(&group, &interface);
        left.map_err(|error| failed(error, format_args!("leave {group}")))
    }

    /// Joins a multicast group on the interface with that index; 0 lets the OS choose.
    ///
    /// # Errors
    /// As [`join_multicast_v4`](Self::join_multicast_v4).
    pub fn join_multicast_v6(&self, group: Ipv6Addr, interface: u32) -> io::Result<()> {
        let joined = self.source().join_multicast_v6(&group, interface);
        joined.map_err(|error| failed(error, format_args!("join {group}")))
    }

    /// Leaves a multicast group.
    ///
    /// # Errors
    /// Errors of the OS, such as when it was not joined.
    pub fn leave_multicast_v6(&self, group: Ipv6Addr, interface: u32) -> io::Result<()> {
        let left = self.source().leave_multicast_v6(&group, interface);
        left.map_err(|error| failed(error, format_args!("leave {group}")))
    }

    fn socket(&self) -> socket2::SockRef<'_> {
        socket2::SockRef::from(self.source())
    }

    fn source(&self) -> &std::net::UdpSocket {
        self.io.source()
    }
}

/// An address for an error, if it can be had.
struct Peer(io::Result<SocketAddr>);

impl fmt::Display for Peer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Ok(address) => address.fmt(f),
            Err(_) => f.write_str("nobody"),
        }
    }
}

/// A socket at an address of IPv6 that takes datagrams over IPv4, too, where that is not so by itself.
fn for_both(address: SocketAddr) -> io::Result<std::net::UdpSocket> {
    let socket = Socket::new(Domain::IPV6, Type::DGRAM, Some(Protocol::UDP))?;
    socket.set_only_v6(false)?;
    socket.bind(&address.into())?;
    Ok(socket.into())
}

impl fmt::Debug for UdpSocket {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.source().fmt(f)
    }
}

twin!(UdpSocket, std::net::UdpSocket);
