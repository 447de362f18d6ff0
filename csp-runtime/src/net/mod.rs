//! Sockets. Waiting for one suspends the process and blocks no thread.
//!
//! | type | is |
//! |---|---|
//! | [`TcpListener`], [`UnixListener`] | a source of connections: `for conn in listener`, `<-listener`, an arm of `select!`, or `accept` |
//! | [`TcpStream`], [`UnixStream`] | a connection: bytes both ways, whole or [split](TcpStream::into_split) |
//! | [`UdpSocket`], [`UnixDatagram`] | datagrams |
//! | [`TcpSocket`] | a socket that is not a listener or a connection yet, for options that must be set before |
//!
//! A read or a write is written with `.await`: it is not a channel operation. Receiving from a listener is one, and so is `send` with one
//! argument on a connected datagram socket: in a process these wait by themselves, `socket.send(b"..")?`.
//!
//! Operations take `&self`: any number of processes may use a socket at once, and each byte, datagram and connection goes to one
//! of them. A future that is dropped while it waits has done nothing, unless its documentation says otherwise. A socket belongs to the
//! runtime in which it was made.
//!
//! An error is an [`io::Error`](std::io::Error) of the same kind as in the standard library. Its text contains the operation and the
//! address: `connect to 127.0.0.1:1: connection refused`. The error of the OS is its [`source`](std::error::Error::source).
//!
//! ```
//! use csp::prelude::*;
//! use csp::net::{TcpListener, TcpStream};
//!
//! #[process]
//! fn main() -> std::io::Result<()> {
//!     let listener = TcpListener::bind("127.0.0.1:0").await?;
//!     let address = listener.local_addr()?;
//!     let echo = go! {
//!         let (stream, _) = listener.accept().await?;
//!         let mut said = Vec::new();
//!         stream.read_to_end(&mut said).await?;
//!         stream.write_all(&said).await
//!     };
//!
//!     let stream = TcpStream::connect(address).await?;
//!     stream.write_all(b"hello").await?;
//!     stream.shutdown(std::net::Shutdown::Write)?;
//!     let mut answer = Vec::new();
//!     stream.read_to_end(&mut answer).await?;
//!     assert_eq!(answer, b"hello");
//!     echo.await.unwrap()
//! }
//! ```

#[macro_use]
mod halves;
#[macro_use]
mod options;

mod accept;
mod addr;
mod futures;
#[cfg(feature = "hyper")]
#[allow(unsafe_code)]
pub mod hyper;
mod link;
pub mod tcp;
mod udp;
#[cfg(unix)]
pub mod unix;

#[cfg(test)]
mod tests;

use crate::io::error;

pub use addr::{ToSocketAddrs, lookup_host};
pub use tcp::{TcpListener, TcpSocket, TcpStream};
pub use udp::UdpSocket;
#[cfg(unix)]
pub use unix::{UnixDatagram, UnixListener, UnixStream};
