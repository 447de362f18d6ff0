//! What goes wrong is an error of the ordinary kind that says what was tried, and with whom.

use std::error::Error;
use std::io::ErrorKind;
use std::net::SocketAddr;
use std::time::Duration;

use super::{everywhere, pair};
use crate::net::{TcpListener, TcpSocket, TcpStream, UdpSocket, lookup_host};
use crate::timeout;

#[test]
fn nobody_listens() {
    everywhere(|| async {
        let error = TcpStream::connect("127.0.0.1:1").await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::ConnectionRefused);
        assert_eq!(error.to_string(), "connect to 127.0.0.1:1: connection refused");
        let source = error.source().and_then(|e| e.downcast_ref::<std::io::Error>()).unwrap();
        assert!(source.raw_os_error().is_some());
        let error = TcpStream::connect("localhost:1").await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::ConnectionRefused);
    });
}

#[test]
fn the_address_is_in_use() {
    everywhere(|| async {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let error = TcpListener::bind(address).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::AddrInUse);
        assert!(error.to_string().starts_with(&format!("bind to {address}: address")), "{error}");
        let socket = UdpSocket::bind("127.0.0.1:0").await.unwrap();
        let address = socket.local_addr().unwrap();
        let error = UdpSocket::bind(address).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::AddrInUse);
        assert!(error.to_string().starts_with(&format!("bind to {address}: address")), "{error}");
        // An address that is not ours.
        let foreign = SocketAddr::from(([192, 0, 2, 1], 0));
        let error = TcpListener::bind(foreign).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::AddrNotAvailable);
        assert!(error.to_string().starts_with("bind to 192.0.2.1:0: "), "{error}");
    });
}

#[test]
fn what_is_no_address() {
    everywhere(|| async {
        for (text, remedy) in [
            ("", "an address is a host and a port, such as `localhost:8080`, `[::1]:8080` or `:8080`"),
            (
                "127.0.0.1",
                "an address is a host and a port, such as `localhost:8080`, `[::1]:8080` or `:8080`",
            ),
            ("127.0.0.1:", "the port, behind the last colon, must be a number from 0 to 65535"),
            ("127.0.0.1:99999", "the port, behind the last colon, must be a number from 0 to 65535"),
            (":http", "the port, behind the last colon, must be a number from 0 to 65535"),
            ("localhost:http", "the port, behind the last colon, must be a number from 0 to 65535"),
            ("::1:80", "an IPv6 address is written in brackets, such as `[::1]:8080`"),
            ("[localhost]:80", "brackets are for an IPv6 address, such as `[::1]:8080`"),
            ("\0:80", "the name of a host cannot hold a zero byte"),
            ("localhost\0x:80", "the name of a host cannot hold a zero byte"),
            ("no such host.invalid:80", ""),
        ] {
            for error in [
                TcpStream::connect(text).await.unwrap_err(),
                TcpListener::bind(text).await.unwrap_err(),
                UdpSocket::bind(text).await.unwrap_err(),
                lookup_host(text).await.unwrap_err(),
            ] {
                let said = error.to_string();
                assert!(said.starts_with(&format!("resolve `{text}`: {remedy}")), "{said}");
                assert!(remedy.is_empty() || error.kind() == ErrorKind::InvalidInput, "{error:?}");
            }
        }
        let error = lookup_host(":80").await.unwrap_err();
        assert_eq!(error.to_string(), "resolve `:80`: there is no host before the port");
        let none: &[SocketAddr] = &[];
        let error = TcpStream::connect(none).await.unwrap_err();
        assert_eq!(error.to_string(), "resolve no address: there is no address");
        let error = TcpStream::connect(("no such host.invalid", 80)).await.unwrap_err();
        assert!(error.to_string().starts_with("resolve `no such host.invalid:80`: "), "{error}");
    });
}

#[test]
fn the_peer_resets() {
    everywhere(|| async {
        let (here, there) = pair().await;
        let peer = there.peer_addr().unwrap();
        here.write_all(b"unread").await.unwrap();
        here.set_linger(Some(Duration::ZERO)).unwrap();
        let waits = crate::go(async move {
            let mut all = Vec::new();
            let read = there.read_to_end(&mut all).await;
            let write = there.write_all(b"x").await;
            (read, write, all)
        });
        crate::sleep(Duration::from_millis(1)).await;
        drop(here);
        let (read, write, all) = waits.await.unwrap();
        let error = read.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::ConnectionReset);
        assert_eq!(error.to_string(), format!("read from {peer}: connection reset by peer"));
        assert!(all.is_empty() || all == b"unread");
        let error = write.unwrap_err();
        assert!(matches!(error.kind(), ErrorKind::BrokenPipe | ErrorKind::ConnectionReset), "{error}");
        assert!(error.to_string().starts_with(&format!("write to {peer}: ")), "{error}");
    });
}

#[test]
fn the_peer_closes_before_all_came() {
    everywhere(|| async {
        let (here, there) = pair().await;
        here.write_all(b"abc").await.unwrap();
        drop(here);
        let error = there.read_exact(&mut [0; 10]).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::UnexpectedEof);
        assert!(error.to_string().ends_with(": the peer closed after 3 of 10 bytes"), "{error}");
    });
}

/// A backlog that is full takes no connection, and the system tries again for minutes.
#[cfg(target_os = "linux")]
#[test]
fn nobody_answers_in_time() {
    everywhere(|| async {
        let socket = TcpSocket::new_v4().unwrap();
        socket.bind(SocketAddr::from(([127, 0, 0, 1], 0))).unwrap();
        let listener = socket.listen(0).unwrap();
        let address = listener.local_addr().unwrap();
        let mut made = Vec::new();
        let error = loop {
            match TcpStream::connect_timeout(address, Duration::from_millis(30)).await {
                Ok(stream) => made.push(stream),
                Err(error) => break error,
            }
        };
        assert_eq!(error.kind(), ErrorKind::TimedOut);
        assert_eq!(error.to_string(), format!("connect to {address}: timed out"));
        assert!(!made.is_empty());
    });
}

#[test]
fn a_datagram_that_nobody_takes_is_refused() {
    everywhere(|| async {
        let socket = UdpSocket::bind("127.0.0.1:0").await.unwrap();
        let error = socket.send(b"to whom").await.unwrap_err();
        assert!(error.to_string().starts_with("send to nobody: "), "{error}");
        socket.connect("127.0.0.1:1").await.unwrap();
        socket.send(b"x").await.unwrap();
        // Not every system tells.
        if let Ok(read) = timeout(Duration::from_millis(50), socket.recv(&mut [0; 8])).await {
            let error = read.unwrap_err();
            assert_eq!(error.kind(), ErrorKind::ConnectionRefused);
            assert_eq!(error.to_string(), "receive from 127.0.0.1:1: connection refused");
        }
        let large = vec![0; 100_000];
        assert!(socket.send_to(&large, "127.0.0.1:1").await.is_err());
    });
}

/// The limit is the whole process's.
#[cfg(target_os = "linux")]
#[test]
fn a_listener_outlives_the_lack_of_descriptors() {
    super::alone("net::tests::errors::a_listener_outlives_the_lack_of_descriptors", || {
        use crate::Runtime;
        use rustix::process::{Resource, Rlimit, setrlimit};

        let runtime = Runtime::builder().workers(2).build().unwrap();
        let limit = 60;
        setrlimit(Resource::Nofile, Rlimit { current: Some(limit), maximum: Some(limit) }).unwrap();
        runtime.block_on(async {
            let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
            let address = listener.local_addr().unwrap();
            // Whoever connects sits in this process, too.
            let mut here = Vec::new();
            let error = loop {
                match TcpStream::connect(address).await {
                    Ok(stream) => here.push(stream),
                    Err(error) => break error,
                }
            };
            assert_eq!(error.to_string(), "make a socket: too many open files");
            let error = crate::net::UdpSocket::bind("127.0.0.1:0").await.unwrap_err();
            assert_eq!(error.to_string(), "bind to 127.0.0.1:0: too many open files");
            for _ in 0..3 {
                let error = listener.recv().await.unwrap().unwrap_err();
                assert_eq!(error.to_string(), format!("accept on {address}: too many open files"));
                let source = error.source().and_then(|e| e.downcast_ref::<std::io::Error>()).unwrap();
                assert_eq!(source.raw_os_error(), Some(rustix::io::Errno::MFILE.raw_os_error()));
            }
            // It does not ask the system again and again: the pauses add up.
            let mut errors = 0;
            let most = timeout(Duration::from_millis(300), async {
                loop {
                    assert!(listener.recv().await.unwrap().is_err());
                    errors += 1;
                }
            });
            assert!(most.await.is_err());
            assert!(errors < 10, "{errors} errors in a moment");
            // All others come as soon as there is room, in the order in which they waited.
            let rest = here.split_off(here.len() / 2);
            let (mut there, count) = (Vec::new(), here.len());
            drop(rest);
            while there.len() < count {
                match listener.recv().await.unwrap() {
                    Ok(stream) => there.push(stream),
                    Err(error) => assert!(error.to_string().contains("too many open files"), "{error}"),
                }
            }
            for (here, there) in here.iter().zip(&there) {
                assert_eq!(here.local_addr().unwrap(), there.peer_addr().unwrap());
            }
        });
    });
}

/// The poller needs descriptors itself, and is made with the first socket.
#[cfg(target_os = "linux")]
#[test]
fn no_descriptor_for_the_poller_is_an_error_and_no_more() {
    super::alone("net::tests::errors::no_descriptor_for_the_poller_is_an_error_and_no_more", || {
        use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};

        let runtime = crate::Runtime::builder().workers(2).build().unwrap();
        let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        let limit = getrlimit(Resource::Nofile);
        let copy = listener.try_clone().unwrap();
        setrlimit(Resource::Nofile, Rlimit { current: Some(0), ..limit }).unwrap();
        let _entered = runtime.enter();
        let error = TcpListener::from_std(copy).unwrap_err();
        assert_eq!(error.raw_os_error(), Some(rustix::io::Errno::MFILE.raw_os_error()));
        setrlimit(Resource::Nofile, limit).unwrap();
        TcpListener::from_std(listener).unwrap();
    });
}

/// A signal ends a system call that waits; nobody else sees it.
#[cfg(target_os = "linux")]
#[test]
fn a_signal_while_blocked_is_no_error() {
    use rustix::process::{Pid, Signal, kill_process};

    let serve = || {
        let runtime = crate::Runtime::builder().workers(1).build().unwrap();
        runtime.block_on(async {
            let (here, there) = pair().await;
            let echo = crate::go(async move {
                let mut buf = [0; 8];
                while there.read_exact(&mut buf).await.is_ok() {
                    there.write_all(&buf).await.unwrap();
                }
            });
            let mut buf = [0; 8];
            for _ in 0..50 {
                crate::sleep(Duration::from_millis(5)).await;
                here.write_all(&[3; 8]).await.unwrap();
                here.read_exact(&mut buf).await.unwrap();
            }
            drop(here);
            echo.await.unwrap();
        });
    };
    super::alone_beside("net::tests::errors::a_signal_while_blocked_is_no_error", serve, |child| {
        let child = Pid::from_child(child);
        for _ in 0..50 {
            for signal in [Signal::STOP, Signal::CONT] {
                // It may be done already; it is not waited for yet, so the number is its own.
                let _ = kill_process(child, signal);
            }
            std::thread::sleep(Duration::from_millis(3));
        }
    });
}
