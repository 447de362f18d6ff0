//! Channels and `select!` in programs of tokio and smol, and tokio's futures in processes.

use csp::compat::{sink, stream, tokio as beside};
use csp::prelude::*;
use futures_util::{FutureExt, SinkExt, StreamExt};
use tokio::io::{AsyncReadExt, AsyncWriteExt};

/// Adds up what comes from two channels until both are closed, and waits a little.
async fn sum(one: Receiver<u64>, other: Receiver<u64>) -> u64 {
    let mut sum = 0;
    loop {
        select! {
            n = <-one => sum += n,
            n = <-other => sum += 1000 * n,
            closed => break,
        }
    }
    select! {
        <-after(Duration::from_millis(2)) => sum,
    }
}

async fn count(to: Sender<u64>) {
    for n in 1..=100 {
        to.send(n).await.unwrap();
    }
}

#[test]
fn channels_and_select_in_tokio() {
    let several = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    let one = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    for runtime in [several, one] {
        runtime.block_on(async {
            let ((a, from_a), (b, from_b)) = (chan!(u64), chan!(u64; 8));
            tokio::spawn(count(a));
            let process = go!(count(b));
            assert_eq!(tokio::spawn(sum(from_a, from_b)).await.unwrap(), 5050 * 1001);
            process.await.unwrap();
        });
    }
}

#[test]
fn channels_and_select_in_smol() {
    smol::block_on(async {
        let ((a, from_a), (b, from_b)) = (chan!(u64), chan!(u64; 8));
        smol::spawn(count(a)).detach();
        let process = go!(count(b));
        assert_eq!(smol::spawn(sum(from_a, from_b)).await, 5050 * 1001);
        process.await.unwrap();
    });
}

/// Sockets of csp wait in any executor, too.
#[test]
fn sockets_in_tokio_and_smol() {
    let echo = || async {
        let listener = csp::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let here = csp::net::TcpStream::connect(listener.local_addr().unwrap()).await.unwrap();
        let (there, _) = listener.accept().await.unwrap();
        here.write_all(b"ping").await.unwrap();
        let mut said = [0; 4];
        there.read_exact(&mut said).await.unwrap();
        said
    };
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    assert_eq!(&runtime.block_on(echo()), b"ping");
    assert_eq!(&smol::block_on(echo()), b"ping");
}

#[process]
fn ask(address: std::net::SocketAddr) -> std::io::Result<String> {
    let asks = async move {
        let mut stream = tokio::net::TcpStream::connect(address).await?;
        tokio::time::sleep(Duration::from_millis(2)).await;
        stream.write_all(b"hello").await?;
        stream.shutdown().await?;
        let mut answer = String::new();
        stream.read_to_string(&mut answer).await?;
        Ok(answer)
    };
    beside::run(asks).await
}

#[test]
fn sockets_and_timers_of_tokio_in_a_process() {
    let test = go! {
        let listener = csp::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        go! {
            for stream in listener {
                let stream = stream.unwrap();
                let mut said = Vec::new();
                stream.read_to_end(&mut said).await.unwrap();
                stream.write_all(&said).await.unwrap();
            }
        };
        for _ in 0..10 {
            assert_eq!(ask(address).await.unwrap(), "hello");
        }
        // A timer of theirs that is given up is dropped where it belongs.
        let sleeps = beside::run(async { tokio::time::sleep(Duration::from_secs(60)).await });
        assert!(timeout(Duration::from_millis(5), sleeps).await.is_err());
        // What it starts goes on there.
        let theirs = beside::run(async { tokio::spawn(async { std::thread::current().name().map(str::to_owned) }).await });
        assert_eq!(theirs.await.unwrap().as_deref(), Some("csp-tokio"));
    };
    test.join().unwrap();
}

#[test]
fn a_receiver_is_a_stream_and_a_sender_a_sink() {
    for capacity in [0, 1, 8] {
        let ((tx, rx), (to, from)) = (chan!(u64; capacity), chan!(u64; capacity));
        go!(count(tx));
        let doubles = go!(stream(rx).map(|n| Ok(2 * n)).forward(sink(to)));
        let all: Vec<u64> = csp::block_on(stream(from).collect());
        assert_eq!(all, (1..=100).map(|n| 2 * n).collect::<Vec<_>>());
        doubles.join().unwrap().unwrap();
    }
}

#[test]
fn a_sink_hands_back_what_it_could_not_send() {
    let (tx, rx) = chan!(String);
    let mut to = sink(tx);
    csp::block_on(async {
        to.feed("lost?".into()).await.unwrap();
        // Nobody receives: it waits.
        assert!(to.flush().now_or_never().is_none());
        drop(rx);
        let error = to.flush().await.unwrap_err();
        assert_eq!(error.0.as_deref(), Some("lost?"));
        assert_eq!(error.to_string(), "the channel is closed");
        let error = SinkExt::send(&mut to, "again".into()).await.unwrap_err();
        assert_eq!(error.0, None);
        assert!(to.close().await.is_ok());
    });
}

/// A stream that is dropped while it waits, or after a poll, took nothing that it has not given.
#[test]
fn a_stream_that_is_dropped_loses_nothing() {
    let (tx, rx) = chan!(u32; 4);
    csp::block_on(async {
        let mut first = stream(rx.clone());
        assert!(first.next().now_or_never().is_none());
        for n in 0..4 {
            tx.send(n).await.unwrap();
        }
        assert_eq!(first.next().await, Some(0));
        drop(first);
        assert_eq!(rx.recv().await, Ok(1));
        let mut second = stream(rx);
        assert_eq!(second.next().await, Some(2));
        drop(tx);
        assert_eq!(second.next().await, Some(3));
        assert_eq!(second.next().await, None);
        assert_eq!(second.next().await, None);
    });
}
