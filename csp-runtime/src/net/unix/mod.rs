//! Unix sockets: connections, listeners and datagrams between the programs of one machine, with paths for addresses.

mod datagram;
mod listener;
mod stream;

pub use std::os::unix::net::SocketAddr;

pub use datagram::UnixDatagram;
pub use listener::UnixListener;
pub use stream::{OwnedReadHalf, OwnedWriteHalf, ReadHalf, ReuniteError, UnixStream, WriteHalf};

use std::fmt;
use std::path::Path;
use std::time::Duration;

use crate::time::sleep;

/// How errors call an address.
pub(super) struct Name(pub(super) Option<SocketAddr>);

impl fmt::Display for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0.as_ref().and_then(SocketAddr::as_pathname) {
            Some(path) => quoted(path).fmt(f),
            None => f.write_str("an unnamed socket"),
        }
    }
}

/// A path, as errors show it.
fn quoted(path: &Path) -> impl fmt::Display {
    format!("`{}`", path.display())
}

/// Pauses between attempts at what no event tells of: a full backlog, a full peer.
struct Patience(Duration);

impl Patience {
    const LONGEST: Duration = Duration::from_millis(50);

    fn new() -> Self {
        Self(Duration::from_millis(1))
    }

    async fn pause(&mut self) {
        sleep(self.0).await;
        self.0 = (2 * self.0).min(Self::LONGEST);
    }
}
