//! What sockets do when all goes well.

use std::io::{ErrorKind, Read, Write};
use std::net::{Ipv4Addr, Ipv6Addr, Shutdown, SocketAddr};
use std::pin::Pin;
use std::task::Poll;
use std::time::Duration;

use futures_io::{AsyncRead, AsyncWrite};

use super::{everywhere, pair};
use crate::net::{TcpListener, TcpSocket, TcpStream, UdpSocket, lookup_host};
use crate::{Source, go};

/// More than the system takes at once.
const MUCH: usize = 4 << 20;

fn bytes(count: usize) -> Vec<u8> {
    (0..count).map(|i| (i * 7 + i / 251) as u8).collect()
}

#[test]
fn what_is_written_is_read_in_both_directions_at_once() {
    everywhere(|| async {
        let (here, there) = pair().await;
        let echo = go(async move {
            let mut buf = vec![0; 3000];
            loop {
                let count = there.read(&mut buf).await.unwrap();
                if count == 0 {
                    return;
                }
                there.write_all(&buf[..count]).await.unwrap();
            }
        });
        let (reader, writer) = here.into_split();
        let writes = go(async move { writer.write_all(&bytes(MUCH)).await });
        let mut back = Vec::new();
        assert_eq!(reader.read_to_end(&mut back).await.unwrap(), MUCH);
        assert!(back == bytes(MUCH));
        writes.await.unwrap().unwrap();
        echo.await.unwrap();
    });
}

#[test]
fn many_connections_at_once() {
    everywhere(|| async {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let server = go(async move {
            for _ in 0..100 {
                let stream = Source::recv(&listener).await.unwrap().unwrap();
                go(async move {
                    let mut said = [0; 4];
                    while stream.read_exact(&mut said).await.is_ok() {
                        stream.write_all(&said).await.unwrap();
                    }
                });
            }
        });
        let clients: Vec<_> = (0..100u32)
            .map(|n| {
                go(async move {
                    let stream = TcpStream::connect(address).await.unwrap();
                    for round in 0..20 {
                        let said = (n * 100 + round).to_be_bytes();
                        stream.write_all(&said).await.unwrap();
                        let mut back = [0; 4];
                        stream.read_exact(&mut back).await.unwrap();
                        assert_eq!(back, said);
                    }
                })
            })
            .collect();
        for client in clients {
            client.await.unwrap();
        }
        server.await.unwrap();
    });
}

#[test]
fn a_half_close_is_an_end_for_one_side_only() {
    everywhere(|| async {
        let (here, there) = pair().await;
        here.write_all(b"question").await.unwrap();
        here.shutdown(Shutdown::Write).unwrap();
        let mut said = Vec::new();
        there.read_to_end(&mut said).await.unwrap();
        assert_eq!(said, b"question");
        there.write_all(b"answer").await.unwrap();
        drop(there);
        said.clear();
        here.read_to_end(&mut said).await.unwrap();
        assert_eq!(said, b"answer");
        // The end stays an end.
        assert_eq!(here.read(&mut [0; 8]).await.unwrap(), 0);
    });
}

/// The last bytes and the end come as one event: a read that is not filled must not wait for another.
#[test]
fn an_end_that_came_with_the_bytes_is_seen() {
    everywhere(|| async {
        for _ in 0..50 {
            let (here, there) = pair().await;
            here.write_all(b"last").await.unwrap();
            drop(here);
            crate::sleep(Duration::from_micros(200)).await;
            let mut buf = [0; 64];
            assert_eq!(there.read(&mut buf).await.unwrap(), 4);
            assert_eq!(there.read(&mut buf).await.unwrap(), 0);
        }
    });
}

/// A read stops at an urgent byte, with more behind it.
#[cfg(unix)]
#[test]
fn urgent_data_does_not_hide_what_comes_behind_it() {
    everywhere(|| async {
        let (here, there) = pair().await;
        let mut buf = [0; 64];
        here.write_all(b"one").await.unwrap();
        assert_eq!(there.read(&mut buf).await.unwrap(), 3);
        let here = socket2::Socket::from(here.into_std().unwrap());
        here.send(b"two").unwrap();
        here.send_out_of_band(b"!").unwrap();
        here.send(b"three").unwrap();
        crate::sleep(Duration::from_millis(2)).await;
        let mut all = Vec::new();
        while all.len() < 8 {
            let count = there.read(&mut buf).await.unwrap();
            all.extend_from_slice(&buf[..count]);
        }
        assert_eq!(all, b"twothree");
    });
}

#[test]
fn halves_borrow_or_own_and_are_reunited() {
    everywhere(|| async {
        let (mut here, there) = pair().await;
        {
            let (reader, writer) = here.split();
            writer.write_all(b"a").await.unwrap();
            there.write_all(b"b").await.unwrap();
            let mut said = [0];
            reader.read_exact(&mut said).await.unwrap();
            assert_eq!(&said, b"b");
            there.read_exact(&mut said).await.unwrap();
            assert_eq!(&said, b"a");
        }
        let (reader, writer) = here.into_split();
        let (other_reader, other_writer) = there.into_split();
        let error = reader.reunite(other_writer).unwrap_err();
        assert_eq!(error.to_string(), "the halves are of different streams");
        let (reader, other_writer) = (error.0, error.1);
        let here = writer.reunite(reader).unwrap();
        let there = other_reader.reunite(other_writer).unwrap();
        // Neither direction was closed by that.
        here.write_all(b"c").await.unwrap();
        let mut said = [0; 2];
        assert_eq!(there.read(&mut said).await.unwrap(), 1);
        drop(there.into_split().1);
        assert_eq!(here.read(&mut said).await.unwrap(), 0);
    });
}

#[test]
fn what_is_peeked_is_read_again() {
    everywhere(|| async {
        let (here, there) = pair().await;
        here.write_all(b"hello").await.unwrap();
        let mut buf = [0; 3];
        assert_eq!(there.peek(&mut buf).await.unwrap(), 3);
        there.readable().await.unwrap();
        let mut buf = [0; 5];
        there.read_exact(&mut buf).await.unwrap();
        assert_eq!(&buf, b"hello");
        there.writable().await.unwrap();
        assert_eq!(there.try_write(b"x").unwrap(), 1);
        let error = there.try_read(&mut buf).unwrap_err();
        assert_eq!(error.kind(), std::io::ErrorKind::WouldBlock);
    });
}

#[test]
fn the_traits_of_futures_io_read_write_and_close() {
    everywhere(|| async {
        let (here, there) = pair().await;
        let wrote = std::future::poll_fn(|cx| {
            let bufs = [std::io::IoSlice::new(b"ab"), std::io::IoSlice::new(b"cd")];
            Pin::new(&mut &here).poll_write_vectored(cx, &bufs)
        });
        assert_eq!(wrote.await.unwrap(), 4);
        std::future::poll_fn(|cx| Pin::new(&mut &here).poll_flush(cx)).await.unwrap();
        std::future::poll_fn(|cx| Pin::new(&mut &here).poll_close(cx)).await.unwrap();
        let mut all = Vec::new();
        loop {
            let mut buf = [0; 3];
            let count =
                std::future::poll_fn(|cx| Pin::new(&mut &there).poll_read(cx, &mut buf)).await.unwrap();
            if count == 0 {
                break;
            }
            all.extend_from_slice(&buf[..count]);
        }
        assert_eq!(all, b"abcd");
    });
}

#[test]
fn a_reader_and_a_writer_wait_at_one_socket() {
    everywhere(|| async {
        let (here, there) = pair().await;
        let (reader, writer) = here.into_split();
        let reads = go(async move {
            let mut said = [0; 1];
            reader.read_exact(&mut said).await.unwrap();
            said[0]
        });
        let writes = go(async move { writer.write_all(&bytes(MUCH)).await.unwrap() });
        crate::sleep(Duration::from_millis(2)).await;
        there.write_all(&[9]).await.unwrap();
        assert_eq!(reads.await.unwrap(), 9);
        let mut all = Vec::new();
        there.read_to_end(&mut all).await.unwrap();
        assert_eq!(all.len(), MUCH);
        writes.await.unwrap();
    });
}

#[test]
fn sockets_of_the_standard_library_become_ours_and_back() {
    everywhere(|| async {
        let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let listener = TcpListener::try_from(listener).unwrap();
        let mut blocking = std::net::TcpStream::connect(address).unwrap();
        let (there, _) = listener.accept().await.unwrap();
        blocking.write_all(b"hello").unwrap();
        let mut said = [0; 5];
        there.read_exact(&mut said).await.unwrap();
        let mut there = std::net::TcpStream::try_from(there).unwrap();
        there.write_all(&said).unwrap();
        blocking.read_exact(&mut said).unwrap();
        assert_eq!(&said, b"hello");
        let udp = UdpSocket::from_std(std::net::UdpSocket::bind("127.0.0.1:0").unwrap()).unwrap();
        udp.into_std().unwrap();
        listener.into_std().unwrap();
    });
}

#[test]
fn options_are_set_and_read() {
    everywhere(|| async {
        let socket = TcpSocket::new_v4().unwrap();
        socket.set_reuse_address(true).unwrap();
        assert!(socket.reuse_address().unwrap());
        #[cfg(unix)]
        {
            socket.set_reuse_port(true).unwrap();
            assert!(socket.reuse_port().unwrap());
        }
        socket.set_recv_buffer_size(64 << 10).unwrap();
        assert!(socket.recv_buffer_size().unwrap() >= 64 << 10);
        socket.bind(SocketAddr::from(([127, 0, 0, 1], 0))).unwrap();
        let listener = socket.listen(1).unwrap();
        listener.set_ttl(33).unwrap();
        assert_eq!(listener.ttl().unwrap(), 33);

        let stream = TcpStream::connect(listener.local_addr().unwrap()).await.unwrap();
        stream.set_nodelay(true).unwrap();
        assert!(stream.nodelay().unwrap());
        stream.set_keepalive(Some(Duration::from_secs(30))).unwrap();
        assert!(stream.keepalive().unwrap());
        stream.set_keepalive(None).unwrap();
        assert!(!stream.keepalive().unwrap());
        stream.set_linger(Some(Duration::from_secs(1))).unwrap();
        assert_eq!(stream.linger().unwrap(), Some(Duration::from_secs(1)));
        stream.set_send_buffer_size(64 << 10).unwrap();
        assert!(stream.send_buffer_size().unwrap() >= 64 << 10);
        assert!(stream.take_error().unwrap().is_none());

        let udp = UdpSocket::bind("127.0.0.1:0").await.unwrap();
        udp.set_broadcast(true).unwrap();
        assert!(udp.broadcast().unwrap());
        udp.set_multicast_ttl_v4(2).unwrap();
        assert_eq!(udp.multicast_ttl_v4().unwrap(), 2);
    });
}

#[test]
fn all_ways_to_name_an_address() {
    everywhere(|| async {
        let v4 = SocketAddr::from(([127, 0, 0, 1], 80));
        for found in [
            lookup_host("127.0.0.1:80").await,
            lookup_host(String::from("127.0.0.1:80")).await,
            lookup_host(("127.0.0.1", 80)).await,
            lookup_host((String::from("127.0.0.1"), 80)).await,
            lookup_host((Ipv4Addr::LOCALHOST, 80)).await,
            lookup_host(([127, 0, 0, 1], 80)).await,
            lookup_host(v4).await,
            lookup_host(&[v4][..]).await,
            lookup_host(vec![v4]).await,
        ] {
            assert_eq!(found.unwrap(), [v4]);
        }
        let v6 = SocketAddr::from((Ipv6Addr::LOCALHOST, 80));
        assert_eq!(lookup_host("[::1]:80").await.unwrap(), [v6]);
        assert_eq!(lookup_host((Ipv6Addr::LOCALHOST, 80)).await.unwrap(), [v6]);
        for found in [lookup_host("localhost:80").await, lookup_host(("localhost", 80)).await] {
            assert!(found.unwrap().iter().all(|a| a.ip().is_loopback() && a.port() == 80));
        }
    });
}

#[test]
fn the_second_address_is_tried_after_the_first() {
    everywhere(|| async {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let there = listener.local_addr().unwrap();
        let nobody = SocketAddr::from(([127, 0, 0, 1], 1));
        let stream = TcpStream::connect(&[nobody, there][..]).await.unwrap();
        assert_eq!(stream.peer_addr().unwrap(), there);
    });
}

#[test]
fn datagrams_come_whole_and_from_somebody() {
    everywhere(|| async {
        let one = UdpSocket::bind("127.0.0.1:0").await.unwrap();
        let other = UdpSocket::bind("127.0.0.1:0").await.unwrap();
        let (at, to) = (one.local_addr().unwrap(), other.local_addr().unwrap());
        let answers = go(async move {
            let mut buf = [0; 32];
            for _ in 0..100 {
                let (count, from) = other.recv_from(&mut buf).await.unwrap();
                assert_eq!(other.send_to(&buf[..count], from).await.unwrap(), count);
            }
        });
        one.connect(to).await.unwrap();
        assert_eq!(one.peer_addr().unwrap(), to);
        for n in 0..100usize {
            let said = vec![n as u8; n % 30];
            assert_eq!(one.send(&said).await.unwrap(), said.len());
            let mut buf = [0; 32];
            assert_eq!(one.peek_from(&mut buf).await.unwrap(), (said.len(), to));
            assert_eq!(one.recv(&mut buf).await.unwrap(), said.len());
            assert_eq!(buf[..said.len()], said);
        }
        answers.await.unwrap();
        assert_ne!(at, to);
    });
}

/// Several processes may wait at one socket; each datagram goes to one of them.
#[test]
fn datagrams_are_shared_among_those_who_wait() {
    everywhere(|| async {
        let socket = std::sync::Arc::new(UdpSocket::bind("127.0.0.1:0").await.unwrap());
        let to = socket.local_addr().unwrap();
        let waiting: Vec<_> = (0..10)
            .map(|_| {
                let socket = socket.clone();
                go(async move { socket.recv_from(&mut [0; 8]).await.map(|(count, _)| count) })
            })
            .collect();
        drop(socket);
        let sender = UdpSocket::bind("127.0.0.1:0").await.unwrap();
        for _ in 0..10 {
            sender.send_to(b"one", to).await.unwrap();
        }
        for one in waiting {
            assert_eq!(one.await.unwrap().unwrap(), 3);
        }
    });
}

/// An operation that is always ready gives way to others.
#[test]
fn a_busy_reader_yields() {
    everywhere(|| async {
        let mut polls = 0;
        let (here, there) = pair().await;
        here.write_all(&[1; 2000]).await.unwrap();
        let mut read = std::pin::pin!(async {
            for _ in 0..2000 {
                there.read_exact(&mut [0]).await.unwrap();
            }
        });
        let read = std::future::poll_fn(|cx| {
            polls += 1;
            read.as_mut().poll(cx)
        });
        read.await;
        // From outside nobody counts.
        let on_a_worker = crate::sched::pool::local::with(|worker| worker.is_some());
        assert!(!on_a_worker || polls > 10, "{polls} turns");
        assert!(std::future::poll_fn(|_| Poll::Ready(true)).await);
    });
}

#[test]
fn a_port_alone_is_every_interface_here_and_this_machine_there() {
    everywhere(|| async {
        for listener in [TcpListener::bind(":0").await.unwrap(), TcpListener::bind(("", 0)).await.unwrap()] {
            let address = listener.local_addr().unwrap();
            assert!(address.ip().is_unspecified(), "{address}");
            let port = address.port();
            let mut ways = vec![format!(":{port}"), format!("127.0.0.1:{port}")];
            if address.is_ipv6() {
                ways.push(format!("[::1]:{port}"));
            }
            for way in ways {
                let stream = TcpStream::connect(way.as_str()).await.unwrap();
                assert!(stream.peer_addr().unwrap().ip().is_loopback(), "{way}");
                let (_, peer) = listener.accept().await.unwrap();
                assert_eq!(peer.ip().to_canonical(), stream.local_addr().unwrap().ip(), "{way}");
            }
        }
        let one = UdpSocket::bind(":0").await.unwrap();
        let address = one.local_addr().unwrap();
        assert!(address.ip().is_unspecified(), "{address}");
        let two = UdpSocket::bind("127.0.0.1:0").await.unwrap();
        two.send_to(b"one", format!(":{}", address.port())).await.unwrap();
        two.connect(("", address.port())).await.unwrap();
        two.send(b"two").await.unwrap();
        let mut said = [0; 8];
        for _ in 0..2 {
            assert_eq!(one.recv(&mut said).await.unwrap(), 3);
        }
        // Where nobody listens the error names the address that was meant.
        let taken = UdpSocket::bind(":0").await.unwrap();
        let error = UdpSocket::bind(("", taken.local_addr().unwrap().port())).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::AddrInUse);
        let error = TcpStream::connect(":1").await.unwrap_err();
        assert_eq!(error.to_string(), "connect to 127.0.0.1:1: connection refused");
    });
}
