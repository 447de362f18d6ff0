//! Unix sockets.

use std::io::ErrorKind;
use std::path::PathBuf;
use std::sync::atomic::{AtomicU32, Ordering};

use super::everywhere;
use crate::net::{UnixDatagram, UnixListener, UnixStream};
use crate::{Source, block_on, go};

/// A path that goes when the test is over.
struct Place(PathBuf);

impl Place {
    fn new() -> Self {
        static NUMBER: AtomicU32 = AtomicU32::new(0);
        let number = NUMBER.fetch_add(1, Ordering::Relaxed);
        Self(std::env::temp_dir().join(format!("csp-test-{}-{number}", std::process::id())))
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let _ = std::fs::remove_file(&self.0);
    }
}

#[test]
fn connections_by_a_path() {
    everywhere(|| async {
        let place = Place::new();
        let listener = UnixListener::bind(&place.0).unwrap();
        let error = UnixListener::bind(&place.0).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::AddrInUse);
        let expected = format!("bind to `{}`: address", place.0.display());
        assert!(error.to_string().starts_with(&expected), "{error}");

        let server = go(async move {
            for _ in 0..20 {
                let stream = Source::recv(&listener).await.unwrap().unwrap();
                let mut said = Vec::new();
                stream.read_to_end(&mut said).await.unwrap();
                stream.write_all(&said).await.unwrap();
            }
        });
        for n in 0..20 {
            let stream = UnixStream::connect(&place.0).await.unwrap();
            assert_eq!(stream.peer_addr().unwrap().as_pathname(), Some(&*place.0));
            let said = vec![n; 300_000];
            let (reader, writer) = stream.into_split();
            writer.write_all(&said).await.unwrap();
            drop(writer);
            let mut back = Vec::new();
            reader.read_to_end(&mut back).await.unwrap();
            assert!(back == said);
        }
        server.await.unwrap();
        let error = UnixStream::connect(&place.0).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::ConnectionRefused);
        let expected = format!("connect to `{}`: connection refused", place.0.display());
        assert_eq!(error.to_string(), expected);
    });
}

#[test]
fn a_full_backlog_makes_connecting_wait() {
    everywhere(|| async {
        let place = Place::new();
        let socket = socket2::Socket::new(socket2::Domain::UNIX, socket2::Type::STREAM, None).unwrap();
        socket.bind(&socket2::SockAddr::unix(&place.0).unwrap()).unwrap();
        socket.listen(1).unwrap();
        let listener = UnixListener::from_std(socket.into()).unwrap();
        let clients: Vec<_> = (0..10)
            .map(|_| {
                let path = place.0.clone();
                go(async move { UnixStream::connect(&path).await })
            })
            .collect();
        crate::sleep(std::time::Duration::from_millis(5)).await;
        let mut accepted = Vec::new();
        for _ in 0..10 {
            accepted.push(listener.accept().await.unwrap().0);
        }
        for client in clients {
            client.await.unwrap().unwrap();
        }
    });
}

#[test]
fn messages_come_whole() {
    everywhere(|| async {
        let place = Place::new();
        let server = UnixDatagram::bind(&place.0).unwrap();
        let client = UnixDatagram::unbound().unwrap();
        assert_eq!(client.send_to(b"hello", &place.0).await.unwrap(), 5);
        let mut buf = [0; 16];
        let (count, from) = server.recv_from(&mut buf).await.unwrap();
        assert_eq!(&buf[..count], b"hello");
        assert!(from.is_unnamed());
        client.connect(&place.0).unwrap();
        // More than the system keeps: the sender waits for the receiver.
        let sends = go(async move {
            for n in 0..2000u32 {
                client.send(&n.to_be_bytes()).await.unwrap();
            }
        });
        for n in 0..2000u32 {
            assert_eq!(server.recv(&mut buf).await.unwrap(), 4);
            assert_eq!(buf[..4], n.to_be_bytes());
        }
        sends.await.unwrap();
        let (one, other) = UnixDatagram::pair().unwrap();
        drop(other);
        assert_eq!(one.send(b"x").await.unwrap_err().kind(), ErrorKind::ConnectionRefused);
    });
}

/// The system tells nobody that a peer has room again, unless the socket is connected to it.
#[test]
fn a_message_to_a_peer_that_is_full_waits() {
    everywhere(|| async {
        let place = Place::new();
        let server = UnixDatagram::bind(&place.0).unwrap();
        let path = place.0.clone();
        let sends = go(async move {
            let client = UnixDatagram::unbound().unwrap();
            for n in 0..100u8 {
                client.send_to(&[n], &path).await.unwrap();
            }
        });
        let mut buf = [0];
        for n in 0..100 {
            server.recv(&mut buf).await.unwrap();
            assert_eq!(buf, [n]);
        }
        sends.await.unwrap();
    });
}

#[test]
fn a_zero_byte_in_a_path_is_refused() {
    let path = std::env::temp_dir().join(format!("csp-zero-{}", std::process::id()));
    block_on(async {
        let listener = UnixListener::bind(&path).unwrap();
        let zero = PathBuf::from(format!("{}\0b", path.display()));
        let refused = |error: std::io::Error| {
            assert_eq!(error.kind(), ErrorKind::InvalidInput, "{error}");
            assert!(error.to_string().contains("csp-zero"), "{error}");
        };
        refused(UnixStream::connect(&zero).await.unwrap_err());
        refused(UnixListener::bind(&zero).unwrap_err());
        refused(UnixDatagram::bind(&zero).unwrap_err());
        let datagram = UnixDatagram::unbound().unwrap();
        refused(datagram.connect(&zero).unwrap_err());
        refused(datagram.send_to(b"bytes", &zero).await.unwrap_err());
        // Nor is one that begins with it an abstract name.
        let error = UnixStream::connect("\0csp").await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidInput);
        drop(listener);
    });
    std::fs::remove_file(&path).unwrap();
}
