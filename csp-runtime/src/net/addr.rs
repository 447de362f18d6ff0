//! Addresses, and names that become addresses off the workers.

use std::fmt;
use std::io;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, SocketAddrV4, SocketAddrV6, ToSocketAddrs as _};

use socket2::{Domain, Socket, Type};

use super::error::failed;
use crate::rt;

/// An address to bind or to connect to: a socket address, a host and a port as text or as a pair, or several addresses, of which the
/// first that works is used.
///
/// The counterpart of [`std::net::ToSocketAddrs`], for the same types. A name is looked up on the blocking pool, so no worker is
/// blocked. It cannot be implemented elsewhere.
///
/// Without a host (`":8080"`, `("", 8080)`) it means, as in Go, every interface when it is bound, IPv4 and IPv6 at once where the OS has
/// both, and `127.0.0.1` when it is connected or sent to. (A peer over IPv4 then has an address such as `::ffff:10.0.0.1`;
/// [`IpAddr::to_canonical`] is the short one.) The port is a number; names of services are not looked up.
///
/// # Examples
/// ```
/// # csp::block_on(async {
/// use csp::net::lookup_host;
///
/// let from_text = lookup_host("127.0.0.1:80").await?;
/// let from_pair = lookup_host(([127, 0, 0, 1], 80)).await?;
/// assert_eq!(from_text, from_pair);
/// # std::io::Result::Ok(()) }).unwrap();
/// ```
pub trait ToSocketAddrs: sealed::Sealed {
    #[doc(hidden)]
    fn target(&self) -> Target;
}

mod sealed {
    pub trait Sealed {}
}

/// What an address argument says.
#[doc(hidden)]
#[derive(Clone, Debug)]
pub enum Target {
    /// Addresses, in the order in which they are tried.
    Known(Vec<SocketAddr>),
    /// `host:port`.
    Text(String),
    /// A host and a port.
    Pair(String, u16),
    /// A port without a host.
    Port(u16),
}

/// What an address without a host means.
#[derive(Clone, Copy)]
pub(super) enum NoHost {
    /// All interfaces.
    Everywhere,
    /// This machine.
    Here,
    /// Nothing.
    Refused,
}

impl fmt::Display for Target {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Known(addresses) => {
                for (i, address) in addresses.iter().enumerate() {
                    write!(f, "{}{address}", if i == 0 { "" } else { ", " })?;
                }
                if addresses.is_empty() { f.write_str("no address") } else { Ok(()) }
            }
            Self::Text(text) => write!(f, "`{text}`"),
            Self::Pair(host, port) => write!(f, "`{host}:{port}`"),
            Self::Port(port) => write!(f, "`:{port}`"),
        }
    }
}

impl Target {
    /// Whether it is every interface for what binds to it.
    pub(super) fn is_everywhere(&self) -> bool {
        matches!(self, Self::Port(_))
    }

    /// The addresses: one at least.
    pub(super) async fn resolve(self, no_host: NoHost) -> io::Result<Vec<SocketAddr>> {
        let said = self.to_string();
        let invalid = |text| Err(io::Error::new(io::ErrorKind::InvalidInput, text));
        let found = match self {
            Self::Known(addresses) => Ok(addresses),
            Self::Text(text) => match split(&text) {
                Ok((host, port)) => look_up(host, port).await,
                Err(text) => invalid(text),
            },
            Self::Pair(host, port) => look_up(host, port).await,
            Self::Port(port) => match no_host {
                NoHost::Everywhere if has_both() => Ok(vec![(Ipv6Addr::UNSPECIFIED, port).into()]),
                NoHost::Everywhere => Ok(vec![(Ipv4Addr::UNSPECIFIED, port).into()]),
                NoHost::Here => Ok(vec![(Ipv4Addr::LOCALHOST, port).into()]),
                NoHost::Refused => invalid("there is no host before the port"),
            },
        };
        let found =
            found.and_then(|list| if list.is_empty() { invalid("there is no address") } else { Ok(list) });
        found.map_err(|error| failed(error, format_args!("resolve {said}")))
    }

    /// Does the same with each address until it works; the last error if it never does.
    pub(super) async fn first<T, F>(self, no_host: NoHost, each: impl Fn(SocketAddr) -> F) -> io::Result<T>
    where
        F: Future<Output = io::Result<T>>,
    {
        let mut last = None;
        for address in self.resolve(no_host).await? {
            match each(address).await {
                Ok(done) => return Ok(done),
                Err(error) => last = Some(error),
            }
        }
        Err(last.expect("there is an address at least"))
    }
}

/// The host and the port in `host:port`, or what is wrong with it.
fn split(text: &str) -> Result<(String, u16), &'static str> {
    let Some((host, port)) = text.rsplit_once(':') else {
        return Err("an address is a host and a port, such as `localhost:8080`, `[::1]:8080` or `:8080`");
    };
    let Ok(port) = port.parse() else {
        return Err("the port, behind the last colon, must be a number from 0 to 65535");
    };
    match host.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) {
        Some(inside) if inside.contains(':') => Ok((inside.to_owned(), port)),
        Some(_) => Err("brackets are for an IPv6 address, such as `[::1]:8080`"),
        None if host.contains(':') => Err("an IPv6 address is written in brackets, such as `[::1]:8080`"),
        None => Ok((host.to_owned(), port)),
    }
}

async fn look_up(host: String, port: u16) -> io::Result<Vec<SocketAddr>> {
    if host.contains('\0') {
        return Err(io::Error::new(
            io::ErrorKind::InvalidInput,
            "the name of a host cannot hold a zero byte",
        ));
    }
    rt::blocking(move || (host, port).to_socket_addrs().map(Iterator::collect)).await
}

/// Whether a socket can be bound to the interfaces of IPv4 and IPv6 at once.
fn has_both() -> bool {
    let socket = Socket::new(Domain::IPV6, Type::STREAM, None);
    let bound = socket.and_then(|socket| {
        socket.set_only_v6(false)?;
        socket.bind(&SocketAddr::from((Ipv6Addr::UNSPECIFIED, 0)).into())
    });
    bound.is_ok()
}

/// Looks a host up, and returns all its addresses.
///
/// Waits for the OS's resolver, on the blocking pool, unless the argument is an address already.
///
/// # Errors
/// `InvalidInput` if the text is not `host:port`; errors of the resolver, with the name in the text.
///
/// # Cancel safety
/// The resolver continues, and its result is dropped.
///
/// # Examples
/// ```
/// # csp::block_on(async {
/// use csp::net::lookup_host;
///
/// let addresses = lookup_host("localhost:80").await?;
/// assert!(addresses.iter().all(|a| a.ip().is_loopback()));
/// assert!(lookup_host("no port").await.is_err());
/// # std::io::Result::Ok(()) }).unwrap();
/// ```
pub fn lookup_host(
    host: impl ToSocketAddrs,
) -> impl Future<Output = io::Result<Vec<SocketAddr>>> + Send + 'static {
    let target = host.target();
    target.resolve(NoHost::Refused)
}

macro_rules! known {
    ($($type:ty => |$it:ident| $address:expr),* $(,)?) => {$(
        impl sealed::Sealed for $type {}

        impl ToSocketAddrs for $type {
            fn target(&self) -> Target {
                let $it = *self;
                Target::Known(vec![SocketAddr::from($address)])
            }
        }
    )*};
}

known! {
    SocketAddr => |address| address,
    SocketAddrV4 => |address| address,
    SocketAddrV6 => |address| address,
    (IpAddr, u16) => |pair| pair,
    (Ipv4Addr, u16) => |pair| pair,
    (Ipv6Addr, u16) => |pair| pair,
    ([u8; 4], u16) => |pair| pair,
    ([u16; 8], u16) => |pair| pair,
}

impl sealed::Sealed for [SocketAddr] {}

impl ToSocketAddrs for [SocketAddr] {
    fn target(&self) -> Target {
        Target::Known(self.to_vec())
    }
}

impl sealed::Sealed for Vec<SocketAddr> {}

impl ToSocketAddrs for Vec<SocketAddr> {
    fn target(&self) -> Target {
        Target::Known(self.clone())
    }
}

impl sealed::Sealed for str {}

impl ToSocketAddrs for str {
    fn target(&self) -> Target {
        match self.parse() {
            Ok(address) => Target::Known(vec![address]),
            Err(_) => match self.strip_prefix(':').map(str::parse) {
                Some(Ok(port)) => Target::Port(port),
                _ => Target::Text(self.to_owned()),
            },
        }
    }
}

impl sealed::Sealed for String {}

impl ToSocketAddrs for String {
    fn target(&self) -> Target {
        self.as_str().target()
    }
}

impl sealed::Sealed for (&str, u16) {}

impl ToSocketAddrs for (&str, u16) {
    fn target(&self) -> Target {
        let (host, port) = *self;
        match host.parse::<IpAddr>() {
            Ok(ip) => Target::Known(vec![SocketAddr::from((ip, port))]),
            Err(_) if host.is_empty() => Target::Port(port),
            Err(_) => Target::Pair(host.to_owned(), port),
        }
    }
}

impl sealed::Sealed for (String, u16) {}

impl ToSocketAddrs for (String, u16) {
    fn target(&self) -> Target {
        (self.0.as_str(), self.1).target()
    }
}

impl<T: ToSocketAddrs + ?Sized> sealed::Sealed for &T {}

impl<T: ToSocketAddrs + ?Sized> ToSocketAddrs for &T {
    fn target(&self) -> Target {
        (**self).target()
    }
}
