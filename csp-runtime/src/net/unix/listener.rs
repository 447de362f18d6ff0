//! A listener.

use std::fmt;
use std::future::Future;
use std::io;
use std::os::unix::net::SocketAddr;
use std::path::Path;
use std::pin::Pin;
use std::task::{Context, Poll};

use super::{Name, UnixStream, quoted};
use crate::chan::RecvError;
use crate::io::{Driver, Ready, Registered};
use crate::net::accept::{Accepting, Backlog, Listens};
use crate::net::error::failed;
use crate::rt;
use crate::select::op::OnClose;
use crate::select::poll_arm::{PollArm, Readiness};
use crate::select::source::Sealed;
use crate::select::{Communication, Source};

/// A listener for programs on this machine: a source of connections, as [`TcpListener`](crate::net::TcpListener) is.
///
/// Its path is not removed when it is dropped; remove it before listening there again.
///
/// # Examples
/// ```
/// use csp::prelude::*;
/// use csp::net::{UnixListener, UnixStream};
///
/// #[process]
/// fn main() -> std::io::Result<()> {
///     let path = std::env::temp_dir().join(format!("csp-example-{}", std::process::id()));
///     let listener = UnixListener::bind(&path)?;
///     let here = UnixStream::connect(&path).await?;
///     let there = listener.recv().expect("a listener never closes")?;
///     here.write_all(b"hello").await?;
///     let mut said = [0; 5];
///     there.read_exact(&mut said).await?;
///     std::fs::remove_file(&path)
/// }
/// ```
pub struct UnixListener {
    backlog: Backlog<std::os::unix::net::UnixListener>,
    driver: &'static Driver,
}

impl Listens for std::os::unix::net::UnixListener {
    type Accepted = (std::os::unix::net::UnixStream, SocketAddr);

    fn accept(&self) -> io::Result<Self::Accepted> {
        self.accept()
    }
}

impl UnixListener {
    /// Listens at a path, which must not exist and is created. Does not wait.
    ///
    /// # Errors
    /// `AddrInUse` if the path exists, and other errors of the OS, with the path in the text.
    ///
    /// # Examples
    /// ```
    /// # csp::block_on(async {
    /// use csp::net::UnixListener;
    ///
    /// let path = std::env::temp_dir().join(format!("csp-bind-{}", std::process::id()));
    /// let listener = UnixListener::bind(&path)?;
    /// assert_eq!(UnixListener::bind(&path).unwrap_err().kind(), std::io::ErrorKind::AddrInUse);
    /// # drop(listener);
    /// # std::fs::remove_file(&path)?;
    /// # std::io::Result::Ok(()) }).unwrap();
    /// ```
    pub fn bind(path: impl AsRef<Path>) -> io::Result<Self> {
        let path = path.as_ref();
        let bound = std::os::unix::net::UnixListener::bind(path).and_then(Self::from_std);
        bound.map_err(|error| failed(error, format_args!("bind to {}", quoted(path))))
    }

    /// Wraps a listener of the standard library, and makes it non-blocking.
    ///
    /// # Errors
    /// If the OS has no more descriptors, or the runtime has ended.
    pub fn from_std(listener: std::os::unix::net::UnixListener) -> io::Result<Self> {
        listener.set_nonblocking(true)?;
        let driver = rt::driver()?;
        let place = Name(listener.local_addr().ok()).to_string();
        let io = Registered::new(driver, listener, Ready::Perhaps)?;
        Ok(Self { backlog: Backlog::new(io, place), driver })
    }

    /// Returns the listener as one of the standard library, in blocking mode.
    ///
    /// # Errors
    /// If the OS refuses to make it blocking.
    pub fn into_std(self) -> io::Result<std::os::unix::net::UnixListener> {
        let listener = self.backlog.io.into_source();
        listener.set_nonblocking(false)?;
        Ok(listener)
    }

    /// Waits for a connection; returns it and the address of the peer, which is unnamed most often.
    ///
    /// # Errors
    /// Errors of the OS, with the path in the text. The listener can still be used.
    ///
    /// # Cancel safety
    /// A connection that was not returned stays in the backlog.
    ///
    /// # Examples
    /// ```
    /// # csp::block_on(async {
    /// use csp::net::{UnixListener, UnixStream};
    ///
    /// let path = std::env::temp_dir().join(format!("csp-accept-{}", std::process::id()));
    /// let listener = UnixListener::bind(&path)?;
    /// let here = UnixStream::connect(&path).await?;
    /// let (there, peer) = listener.accept().await?;
    /// assert!(peer.is_unnamed());
    /// # drop((here, there));
    /// # std::fs::remove_file(&path)?;
    /// # std::io::Result::Ok(()) }).unwrap();
    /// ```
    #[track_caller]
    pub fn accept(&self) -> impl Future<Output = io::Result<(UnixStream, SocketAddr)>> + Send + '_ {
        let accept = self.backlog.accept();
        async move {
            let (stream, peer) = accept.await?;
            Ok((self.adopt(stream)?, peer))
        }
    }

    /// Waits for a connection, as `<-listener` does.
    ///
    /// # Errors
    /// Never [`RecvError`]: a listener does not close. The item may be an error, the same as of [`accept`](Self::accept).
    ///
    /// # Cancel safety
    /// A connection that was not returned stays in the backlog.
    #[track_caller]
    pub fn recv(&self) -> impl Communication<Output = Result<io::Result<UnixStream>, RecvError>> + Send {
        Source::recv(self)
    }

    fn adopt(&self, stream: std::os::unix::net::UnixStream) -> io::Result<UnixStream> {
        let stream = stream
            .set_nonblocking(true)
            .and_then(|()| UnixStream::register(self.driver, stream, None, Ready::Perhaps));
        stream.map_err(|error| failed(error, format_args!("accept on {}", self.backlog.place)))
    }

    /// Returns the address at which it listens.
    ///
    /// # Errors
    /// Errors of the OS.
    pub fn local_addr(&self) -> io::Result<SocketAddr> {
        self.source().local_addr()
    }

    fn source(&self) -> &std::os::unix::net::UnixListener {
        self.backlog.io.source()
    }
}

impl Sealed for UnixListener {}

#[diagnostic::do_not_recommend]
impl Source for UnixListener {
    type Item = io::Result<UnixStream>;
    type Arm<'a> = PollArm<Connection<'a>>;

    fn arm(&self, enabled: bool, on_close: OnClose) -> Self::Arm<'_> {
        PollArm::new(Connection { of: self, wait: self.backlog.waiting() }, enabled, on_close)
    }
}

/// One wait for a connection.
pub struct Connection<'a> {
    of: &'a UnixListener,
    wait: Accepting<'a, std::os::unix::net::UnixListener>,
}

impl Readiness for Connection<'_> {
    type Item = io::Result<UnixStream>;

    fn poll_ready(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        self.wait.poll_ready(cx)
    }

    fn take(mut self: Pin<&mut Self>) -> Option<Self::Item> {
        let taken = self.wait.take()?;
        Some(taken.and_then(|(stream, _)| self.of.adopt(stream)))
    }

    fn is_spent(&self) -> bool {
        false
    }
}

impl fmt::Debug for UnixListener {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.source().fmt(f)
    }
}

twin!(UnixListener, std::os::unix::net::UnixListener);
