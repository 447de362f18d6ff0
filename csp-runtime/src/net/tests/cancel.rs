//! Futures that are dropped while they wait, and sockets that are dropped.

use std::time::Duration;

use super::{LONG, alone, everywhere, pair};
use crate::net::{TcpListener, TcpStream, UdpSocket};
use crate::{Runtime, Source, go, timeout};

const SOON: Duration = Duration::from_millis(2);

#[test]
fn an_accept_that_is_dropped_leaves_the_connection() {
    everywhere(|| async {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        assert!(timeout(SOON, listener.accept()).await.is_err());
        assert!(timeout(SOON, Source::recv(&listener)).await.is_err());
        assert_eq!(listener.waiting(), 0, "nobody waits any more");
        let here = TcpStream::connect(address).await.unwrap();
        // Never polled.
        for _ in 0..3 {
            let accept = Box::pin(Source::recv(&listener));
            drop(accept);
        }
        let (there, peer) = timeout(LONG, listener.accept()).await.unwrap().unwrap();
        assert_eq!(peer, here.local_addr().unwrap());
        drop(there);
    });
}

#[test]
fn a_read_that_is_dropped_took_nothing() {
    everywhere(|| async {
        let (here, there) = pair().await;
        let mut buf = [0; 8];
        for _ in 0..10 {
            assert!(timeout(SOON, there.read(&mut buf)).await.is_err());
        }
        assert_eq!(there.link().io.waiting(), 0, "nobody waits any more");
        let writes = go(async move {
            for n in 0..200u8 {
                here.write_all(&[n]).await.unwrap();
                if n % 10 == 0 {
                    crate::sleep(Duration::from_micros(100)).await;
                }
            }
        });
        // Whenever a read is given up, the next goes on where the last one that gave something ended.
        let mut expected = 0;
        while expected < 200 {
            let mut one = [0];
            if let Ok(read) = timeout(Duration::from_micros(50), there.read(&mut one)).await {
                assert_eq!((read.unwrap(), one[0]), (1, expected));
                expected += 1;
            }
        }
        writes.await.unwrap();
    });
}

#[test]
fn a_write_that_is_dropped_wrote_nothing() {
    everywhere(|| async {
        let (here, there) = pair().await;
        let mut written = 0;
        // Until the system takes no more.
        while let Ok(count) = timeout(Duration::from_millis(20), here.write(&[7; 10_000])).await {
            written += count.unwrap();
        }
        assert_eq!(here.link().io.waiting(), 0, "nobody waits any more");
        drop(here);
        let mut all = Vec::new();
        there.read_to_end(&mut all).await.unwrap();
        assert_eq!(all.len(), written);
    });
}

#[test]
fn a_connect_that_is_dropped_leaves_no_socket() {
    everywhere(|| async {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        for _ in 0..20 {
            let mut connect = Box::pin(TcpStream::connect(address));
            std::future::poll_fn(|cx| {
                let _ = connect.as_mut().poll(cx);
                std::task::Poll::Ready(())
            })
            .await;
        }
    });
}

#[test]
fn a_process_that_is_cancelled_closes_its_socket() {
    everywhere(|| async {
        let (here, there) = pair().await;
        let reader = go(async move { there.read(&mut [0; 8]).await });
        crate::sleep(SOON).await;
        reader.cancel();
        assert!(reader.await.unwrap_err().is_cancelled());
        assert_eq!(here.read(&mut [0; 8]).await.unwrap(), 0);
    });
}

#[test]
fn a_runtime_ends_with_sockets_open() {
    for workers in [1, 8] {
        let runtime = Runtime::builder().workers(workers).build().unwrap();
        let (listener, socket, halves) = runtime.block_on(async {
            for _ in 0..20 {
                let (here, there) = pair().await;
                go(async move { here.read(&mut [0; 8]).await });
                go(async move { there.write_all(&vec![1; 1 << 22]).await });
            }
            let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
            let socket = UdpSocket::bind("127.0.0.1:0").await.unwrap();
            (listener, socket, pair().await)
        });
        // Somebody outside waits for a socket of the runtime.
        let outside = std::thread::spawn(move || {
            let waits = crate::block_on(halves.0.read(&mut [0; 8]));
            (waits.unwrap_err(), halves)
        });
        std::thread::sleep(Duration::from_millis(5));
        runtime.shutdown(LONG).unwrap();
        let (error, halves) = outside.join().unwrap();
        assert_eq!(error.to_string(), "its runtime has ended");
        // What needs no waiting still works.
        assert_eq!(crate::block_on(halves.0.write(b"x")).unwrap(), 1);
        assert_eq!(crate::block_on(halves.1.read(&mut [0; 8])).unwrap(), 1);
        assert!(crate::block_on(halves.1.read(&mut [0; 8])).is_err());
        let error = crate::block_on(listener.accept()).unwrap_err().to_string();
        assert!(error.ends_with(": its runtime has ended"), "{error}");
        assert!(crate::block_on(socket.recv(&mut [0; 8])).is_err());
        drop((listener, socket, halves));
    }
}

/// Descriptors are counted for the whole process.
#[cfg(target_os = "linux")]
#[test]
fn no_descriptor_is_left() {
    alone("net::tests::cancel::no_descriptor_is_left", || {
        let count = || std::fs::read_dir("/proc/self/fd").unwrap().count();
        let before = count();
        for workers in [1, 2, 8] {
            let runtime = Runtime::builder().workers(workers).build().unwrap();
            runtime.block_on(async {
                let open = count();
                for _ in 0..50 {
                    let (here, there) = pair().await;
                    let (reader, writer) = here.into_split();
                    let reads = go(async move { reader.read(&mut [0; 8]).await });
                    assert!(timeout(SOON / 10, there.read(&mut [0; 8])).await.is_err());
                    reads.cancel();
                    let _ = reads.await;
                    drop((there, writer));
                }
                // The selector's own are there now.
                assert!(count() <= open + 3, "{} descriptors, {open} before", count());
            });
            runtime.shutdown(LONG).unwrap();
            assert_eq!(count(), before, "after a runtime of {workers} workers");
        }
    });
}
