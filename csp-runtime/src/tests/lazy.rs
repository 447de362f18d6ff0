//! A future that was made and is dropped unpolled has done nothing.

use std::io::SeekFrom;
use std::process::Command;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use crate::fs::{self, File};
use crate::net::{TcpListener, TcpSocket, TcpStream, UdpSocket, lookup_host};
use crate::*;

fn runtime(workers: usize) -> Runtime {
    Runtime::builder().workers(workers).build().unwrap()
}

/// Longer than any test waits.
const LONG: Duration = Duration::from_secs(600);

/// Runs `test` in a runtime of its own, where nothing has been given to a thread for blocking calls before, and nothing is
/// afterwards.
fn nothing_runs<F: Future<Output = ()>>(test: impl FnOnce() -> F) {
    let runtime = runtime(1);
    runtime.block_on(test());
    assert_eq!(runtime.pool().blocking.counted(), (0, 0), "a call was handed to a thread");
    assert_eq!(runtime.live(), 0, "a process was started");
}

#[test]
fn blocking_files_streams_and_names() {
    let path = std::env::temp_dir().join(format!("csp-lazy-{}", std::process::id()));
    let here = std::env::temp_dir().join(format!("csp-lazy-{}-here", std::process::id()));
    std::fs::write(&here, "as it was").unwrap();
    let file = File::from_std(std::fs::OpenOptions::new().read(true).write(true).open(&here).unwrap());
    let ran = Arc::new(AtomicBool::new(false));
    nothing_runs(|| async {
        let runs = Arc::clone(&ran);
        drop(blocking(move || runs.store(true, Ordering::SeqCst)));
        drop(fs::read(&here));
        drop(fs::read_to_string(&here));
        drop(fs::write(&path, "text"));
        drop(fs::write(&here, "text"));
        drop(File::open(&here));
        drop(File::create(&path));
        drop(File::create(&here));
        let mut options = std::fs::OpenOptions::new();
        options.write(true).create(true);
        drop(File::open_with(&path, options));
        drop(file.write_all("text"));
        drop(file.seek(SeekFrom::End(0)));
        drop(file.read(&mut [0; 8]));
        drop(file.read_to_end(&mut Vec::new()));
        drop(file.sync_all());
        drop(stdio::print_line("not to be seen"));
        drop(lookup_host("localhost:80"));
        drop(command::output(Command::new("touch").arg(&path)));
    });
    assert!(!ran.load(Ordering::SeqCst));
    assert!(!path.exists());
    // Neither written nor moved.
    let mut all = String::new();
    block_on(async {
        let mut bytes = Vec::new();
        file.read_to_end(&mut bytes).await.unwrap();
        all = String::from_utf8(bytes).unwrap();
    });
    assert_eq!(all, "as it was");
    std::fs::remove_file(&here).unwrap();
}

#[test]
fn sockets() {
    nothing_runs(|| async {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        // The first connection that is accepted is the one that was awaited.
        drop(TcpStream::connect(address));
        drop(TcpStream::connect_timeout(address, LONG));
        drop(TcpSocket::new_v4().unwrap().connect(address));
        let stream = TcpStream::connect(address).await.unwrap();
        drop(listener.accept());
        drop(listener.recv());
        let (peer, from) = listener.accept().await.unwrap();
        assert_eq!(from, stream.local_addr().unwrap());
        // The first bytes that come are those that were awaited.
        drop(stream.write(b"never"));
        drop(stream.write_all(b"never"));
        drop((stream.readable(), stream.writable()));
        stream.write_all(b"bytes").await.unwrap();
        let mut said = [0; 8];
        drop(peer.read(&mut said));
        drop(peer.read_exact(&mut said));
        drop(peer.read_to_end(&mut Vec::new()));
        drop(peer.peek(&mut said));
        assert_eq!(peer.read(&mut said).await.unwrap(), 5);
        assert_eq!(&said[..5], b"bytes");

        // A port is taken by a `bind` that is awaited only.
        let free = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        let place = free.local_addr().unwrap();
        drop(free);
        let (tcp, udp) = (TcpListener::bind(place), UdpSocket::bind(place));
        std::net::TcpListener::bind(place).unwrap();
        std::net::UdpSocket::bind(place).unwrap();
        drop((tcp, udp));

        let (one, two) =
            (UdpSocket::bind("127.0.0.1:0").await.unwrap(), UdpSocket::bind("127.0.0.1:0").await.unwrap());
        let (to_one, to_two) = (one.local_addr().unwrap(), two.local_addr().unwrap());
        drop(one.connect(to_two));
        assert!(one.peer_addr().is_err());
        one.connect(to_two).await.unwrap();
        two.connect(to_one).await.unwrap();
        drop(one.send(b"never"));
        drop(one.send_to(b"never", to_two));
        one.send(b"bytes").await.unwrap();
        drop(two.recv(&mut said));
        drop(two.recv_from(&mut said));
        drop(two.peek_from(&mut said));
        assert_eq!(two.recv(&mut said).await.unwrap(), 5);
    });
}

#[cfg(unix)]
#[test]
fn unix_sockets() {
    use crate::net::{UnixDatagram, UnixListener, UnixStream};

    let path = std::env::temp_dir().join(format!("csp-lazy-{}-unix", std::process::id()));
    nothing_runs(|| async {
        let listener = UnixListener::bind(&path).unwrap();
        drop(UnixStream::connect(&path));
        drop(listener.accept());
        let early = timeout(Duration::from_millis(20), listener.accept()).await;
        assert!(early.is_err(), "somebody connected");
        std::fs::remove_file(&path).unwrap();

        let to = UnixDatagram::bind(&path).unwrap();
        let from = UnixDatagram::unbound().unwrap();
        drop(from.send_to(b"never", &path));
        from.connect(&path).unwrap();
        drop(from.send(b"never"));
        from.send(b"bytes").await.unwrap();
        let mut said = [0; 8];
        drop(to.recv(&mut said));
        drop(to.recv_from(&mut said));
        assert_eq!(to.recv(&mut said).await.unwrap(), 5);
        std::fs::remove_file(&path).unwrap();
    });
}

#[test]
fn times_channels_and_handles() {
    nothing_runs(|| async {
        let (tx, rx) = unbounded();
        drop(tx.send(1));
        drop(rx.recv());
        drop(sleep(LONG));
        drop(timeout(LONG, rx.recv()));
        drop(yield_now());
        drop((after(LONG), tick(LONG)));
        assert!(rx.is_empty());
        drop(explore::settled());
        drop(explore::advance(LONG));
    });
}

/// What a future is made of is polled as soon as it is, and then its closure runs.
#[test]
fn a_process_of_one_call_runs_it() {
    let ran = Arc::new(AtomicBool::new(false));
    let runs = Arc::clone(&ran);
    runtime(1).go(blocking(move || runs.store(true, Ordering::SeqCst))).join().unwrap();
    assert!(ran.load(Ordering::SeqCst));
}
