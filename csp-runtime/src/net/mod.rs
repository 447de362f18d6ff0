//! Sockets that make their process wait, and no thread.
//!
//! | type | is |
//! |---|---|
//! | [`TcpListener`], [`UnixListener`] | a source of connections: `for conn in listener`, `<-listener`, an arm of `select!`, or `accept` |
//! | [`TcpStream`], [`UnixStream`] | a connection: bytes both ways, whole or [split](TcpStream::into_split) |
//! | [`UdpSocket`], [`UnixDatagram`] | datagrams |
//! | [`TcpSocket`] | what becomes a listener or a connection, for options that must be set before |
//!
//! A read or a write says `.await`, for it is no communication of the language. A `send` with one argument is one, on a
//! connected datagram socket too, so that in a process it waits by itself: `socket.send(b"..")?`; and receiving from a listener is one.
//!
//! Operations take `&self`: any number of processes may use a socket at once, and each byte, datagram and connection goes to one
//! of them. A future that is dropped while it waits took nothing and leaves nothing behind; where several steps make an operation
//! it says so. A socket belongs to the runtime in which it was made, and is watched until it is dropped.
//!
//! An error is an [`io::Error`](std::io::Error) of the kind that the standard library gives, and its text says what was tried and with
//! whom: `connect to 127.0.0.1:1: connection refused`. The system's error is its [`source`](std::error::Error::source), with the number.
//!
//! ```
//! use csp_runtime::net::{TcpListener, TcpStream};
//!
//! csp_runtime::block_on(async {
//!     let listener = TcpListener::bind("127.0.0.1:0").await?;
//!     let address = listener.local_addr()?;
//!     let echo = csp_runtime::go(async move {
//!         let (stream, _) = listener.accept().await?;
//!         let mut said = Vec::new();
//!         stream.read_to_end(&mut said).await?;
//!         stream.write_all(&said).await
//!     });
//!
//!     let stream = TcpStream::connect(address).await?;
//!     stream.write_all(b"hello").await?;
//!     stream.shutdown(std::net::Shutdown::Write)?;
//!     let mut answer = Vec::new();
//!     stream.read_to_end(&mut answer).await?;
//!     assert_eq!(answer, b"hello");
//!     echo.await.unwrap()
//! })
//! .unwrap();
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
