//! Sockets in the language: a listener is a source, a datagram sent to the peer is a communication, all else is awaited.

use csp::net::{TcpListener, TcpStream, UdpSocket};
use csp::prelude::*;
use std::io;
use std::net::SocketAddr;
use std::sync::Arc;

/// Answers each byte with the next one, until the peer has no more.
#[process]
fn serve(stream: TcpStream) -> io::Result<()> {
    let mut byte = [0];
    while stream.read(&mut byte).await? > 0 {
        byte[0] += 1;
        stream.write_all(&byte).await?;
    }
    Ok(())
}

#[process]
fn ask(address: SocketAddr, said: u8) -> io::Result<u8> {
    let stream = TcpStream::connect(address).await?;
    stream.write_all(&[said]).await?;
    let mut byte = [0];
    stream.read_exact(&mut byte).await?;
    Ok(byte[0])
}

/// Serves for ever: it ends when it is cancelled, or by the first error.
#[process]
fn server(listener: TcpListener) -> io::Result<()> {
    for connection in listener {
        go!(serve(connection?));
    }
    Ok(())
}

/// The same by reference, so that several share a listener.
#[process]
fn some(listener: Arc<TcpListener>, count: usize) -> io::Result<usize> {
    let mut served = 0;
    for connection in &listener {
        serve(connection?).await?;
        served += 1;
        if served == count {
            break;
        }
    }
    Ok(served)
}

/// Serves until it is told to stop; then what is open is finished.
#[process]
fn until(listener: TcpListener, quit: Receiver<()>) -> io::Result<usize> {
    let mut open = Vec::new();
    loop {
        select! {
            connection = <-listener else break => open.push(go!(serve(connection?))),
            <-quit => break,
        }
    }
    drop(listener);
    let served = open.len();
    for connection in open {
        connection.await.unwrap()?;
    }
    Ok(served)
}

#[test]
fn for_goes_over_a_listener() {
    let test = go! {
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let address = listener.local_addr()?;
        let server = go!(server(listener));
        for said in 0..50 {
            assert_eq!(ask(address, said).await?, said + 1);
        }
        server.cancel();
        assert!(server.await.unwrap_err().is_cancelled());
        // Nobody listens any more.
        assert_eq!(ask(address, 0).await.unwrap_err().kind(), io::ErrorKind::ConnectionRefused);
        io::Result::Ok(())
    };
    test.join().unwrap().unwrap();
}

#[test]
fn several_processes_share_a_listener() {
    let test = go! {
        let listener = Arc::new(TcpListener::bind("127.0.0.1:0").await?);
        let address = listener.local_addr()?;
        let mut servers = Vec::new();
        for _ in 0..4 {
            servers.push(go!(some(listener.clone(), 5)));
        }
        for said in 0..20 {
            assert_eq!(ask(address, said).await?, said + 1);
        }
        for server in servers {
            assert_eq!(server.await.unwrap()?, 5);
        }
        io::Result::Ok(())
    };
    test.join().unwrap().unwrap();
}

#[test]
fn a_listener_is_an_arm_of_select() {
    let test = go! {
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let address = listener.local_addr()?;
        let (stop, quit) = chan!(());
        let server = go!(until(listener, quit));
        // It is open when the server is told to stop.
        let open = TcpStream::connect(address).await?;
        open.write_all(&[41]).await?;
        let mut byte = [0];
        open.read_exact(&mut byte).await?;
        for said in 0..20 {
            assert_eq!(ask(address, said).await?, said + 1);
        }
        drop(stop);
        sleep(Duration::from_millis(2)).await;
        open.write_all(&byte).await?;
        open.read_exact(&mut byte).await?;
        assert_eq!(byte, [43]);
        drop(open);
        assert_eq!(server.await.unwrap()?, 21);
        io::Result::Ok(())
    };
    test.join().unwrap().unwrap();
}

#[test]
fn an_accept_is_a_communication() {
    let test = go! {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let here = go!(ask(address, 1));
        let there = <-&listener;
        serve(there.unwrap()).await.unwrap();
        assert_eq!(here.await.unwrap().unwrap(), 2);
        let here = go!(ask(address, 3));
        let there = listener.recv().unwrap().unwrap();
        serve(there).await.unwrap();
        assert_eq!(here.await.unwrap().unwrap(), 4);
        select! {
            connection = listener.recv() => panic!("{connection:?} out of nowhere"),
            <-after(Duration::from_millis(2)) => {}
        }
    };
    test.join().unwrap();
}

/// `send` with one argument waits; its error is an `io::Error`, which ends a process that returns one.
#[process]
fn shout(socket: UdpSocket, to: SocketAddr) -> io::Result<usize> {
    socket.connect(to).await?;
    let first = socket.send(b"one")?;
    let second = socket.send(b"three").await?;
    Ok(first + second)
}

#[process]
fn listen(socket: UdpSocket) -> io::Result<Vec<u8>> {
    let mut heard = Vec::new();
    let mut buf = [0; 16];
    while heard.len() < 8 {
        let count = socket.recv(&mut buf).await?;
        heard.extend_from_slice(&buf[..count]);
    }
    Ok(heard)
}

#[test]
fn a_datagram_to_the_peer_is_a_communication() {
    let test = go! {
        let (one, other) = (UdpSocket::bind("127.0.0.1:0").await?, UdpSocket::bind("127.0.0.1:0").await?);
        let to = other.local_addr()?;
        let (said, heard) = par!(shout(one, to), listen(other));
        assert_eq!((said?, heard?), (8, b"onethree".to_vec()));
        io::Result::Ok(())
    };
    test.join().unwrap().unwrap();
}
