//! Connections that are opened, used and closed in random order, with half-closes, resets and partial reads, against our
//! own echo and one of the standard library's threads.
//!
//! A second of it in every run; `CSP_NET_SECONDS=60` makes it longer (`ci/network.sh`).

use std::io::{ErrorKind, Read, Write};
use std::net::{Shutdown, SocketAddr};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use super::{LONG, alone};
use crate::net::{TcpListener, TcpStream};
use crate::{Runtime, Source, go};

/// Connections that are open at once.
const AT_ONCE: usize = 100;

/// A generator of numbers that only have to differ.
struct Numbers(u64);

impl Numbers {
    fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0
    }

    fn below(&mut self, most: u64) -> u64 {
        self.next() % most
    }
}

fn is_the_peers_doing(kind: ErrorKind) -> bool {
    matches!(kind, ErrorKind::ConnectionReset | ErrorKind::BrokenPipe | ErrorKind::NotConnected)
}

async fn echo(stream: TcpStream, mut numbers: Numbers) {
    let mut buf = vec![0; 1 + numbers.below(5000) as usize];
    loop {
        match stream.read(&mut buf).await {
            Ok(0) => return,
            Ok(count) => {
                if let Err(error) = stream.write_all(&buf[..count]).await {
                    assert!(is_the_peers_doing(error.kind()), "{error}");
                    return;
                }
            }
            Err(error) => {
                assert!(is_the_peers_doing(error.kind()), "{error}");
                return;
            }
        }
    }
}

/// The reference: one thread a connection.
fn reference() -> SocketAddr {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = stream.unwrap();
            std::thread::Builder::new()
                .stack_size(64 << 10)
                .spawn(move || {
                    let mut buf = [0; 3000];
                    while let Ok(count @ 1..) = stream.read(&mut buf) {
                        if stream.write_all(&buf[..count]).is_err() {
                            return;
                        }
                    }
                })
                .unwrap();
        }
    });
    address
}

/// One connection's life.
async fn visit(address: SocketAddr, mut numbers: Numbers) {
    let stream = TcpStream::connect(address).await.unwrap();
    let most = 1 << numbers.below(18);
    let count = numbers.below(most) as usize;
    let seed = numbers.next();
    let byte = move |at: usize| (seed.wrapping_mul(at as u64 | 1) >> 24) as u8;
    match numbers.below(10) {
        // It goes away: nothing was asked, or what was asked is not waited for.
        0 => drop(stream),
        1 => {
            let _ = stream.write(&vec![1; count]).await;
            stream.set_linger(Some(Duration::ZERO)).unwrap();
        }
        2 => {
            let _ = stream.write(&vec![2; count]).await;
            let _ = crate::timeout(Duration::from_micros(seed % 300), stream.read(&mut [0; 100])).await;
        }
        // It says something at a time, and hears it.
        3 | 4 => {
            let mut at = 0;
            while at < count.min(20_000) {
                let piece: Vec<u8> =
                    (at..count.min(at + 1 + numbers.below(3000) as usize)).map(byte).collect();
                stream.write_all(&piece).await.unwrap();
                let mut back = vec![0; piece.len()];
                stream.read_exact(&mut back).await.unwrap();
                assert!(back == piece);
                at += piece.len();
            }
        }
        // It says all that it has to say, and hears it meanwhile.
        _ => {
            let (reader, writer) = stream.into_split();
            let mut pieces = Numbers(seed | 1);
            let writes = go(async move {
                let mut at = 0;
                while at < count {
                    let piece: Vec<u8> =
                        (at..count.min(at + 1 + pieces.below(4000) as usize)).map(byte).collect();
                    writer.write_all(&piece).await.unwrap();
                    at += piece.len();
                    if pieces.below(8) == 0 {
                        crate::yield_now().await;
                    }
                }
                // Its drop is a half-close, and so is this.
                if pieces.below(2) == 0 {
                    writer.stream().shutdown(Shutdown::Write).unwrap();
                }
            });
            let mut heard = 0;
            loop {
                let mut buf = vec![0; 1 + numbers.below(6000) as usize];
                let got = match numbers.below(4) {
                    // A read that is given up takes nothing.
                    0 => match crate::timeout(Duration::from_micros(20), reader.read(&mut buf)).await {
                        Ok(read) => read.unwrap(),
                        Err(_) => continue,
                    },
                    _ => reader.read(&mut buf).await.unwrap(),
                };
                if got == 0 {
                    break;
                }
                assert!(buf[..got].iter().enumerate().all(|(i, b)| *b == byte(heard + i)), "a byte is wrong");
                heard += got;
            }
            assert_eq!(heard, count, "bytes were lost");
            writes.await.unwrap();
        }
    }
}

#[test]
fn no_byte_descriptor_or_process_is_lost() {
    alone("net::tests::torture::no_byte_descriptor_or_process_is_lost", || {
        let seconds = std::env::var("CSP_NET_SECONDS").map_or(1, |text| text.parse().unwrap());
        let reference = reference();
        for workers in [1, 2, 8] {
            let most = Duration::from_secs(seconds) / 3;
            let runtime = Runtime::builder().workers(workers).build().unwrap();
            let made = Arc::new(AtomicU64::new(0));
            runtime.block_on(async {
                let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
                let ours = listener.local_addr().unwrap();
                let server = go(async move {
                    for n in 1u64.. {
                        match Source::recv(&listener).await.unwrap() {
                            Ok(stream) => drop(go(echo(stream, Numbers(n)))),
                            Err(error) => assert!(is_the_peers_doing(error.kind()), "{error}"),
                        }
                    }
                });
                let start = Instant::now();
                let visitors: Vec<_> = (0..AT_ONCE as u64)
                    .map(|n| {
                        let made = made.clone();
                        go(async move {
                            let mut numbers = Numbers(n * 7919 + 1);
                            while start.elapsed() < most {
                                let address = if numbers.below(3) == 0 { reference } else { ours };
                                visit(address, Numbers(numbers.next() | 1)).await;
                                made.fetch_add(1, Ordering::Relaxed);
                            }
                        })
                    })
                    .collect();
                for visitor in visitors {
                    crate::timeout(most + LONG, visitor).await.expect("in time").unwrap();
                }
                server.cancel();
                let _ = server.await;
            });
            // Those who echo for one that is gone end, too.
            let late = Instant::now() + LONG;
            while runtime.live() > 0 {
                assert!(Instant::now() < late, "{} processes are left", runtime.live());
                std::thread::sleep(Duration::from_millis(1));
            }
            assert_eq!(runtime.pool().driver().unwrap().registered(), 0);
            println!("{} connections with {workers} workers", made.load(Ordering::Relaxed));
            runtime.shutdown(LONG).unwrap();
        }
    });
}
