//! A TCP proxy: both directions at once, and the end of one is no end of the other.
//!
//! `proxy ADDRESS TARGET` serves; without arguments a client talks to a server through one on loopback.
use csp::net::tcp::{OwnedReadHalf, OwnedWriteHalf};
use csp::net::{TcpListener, TcpStream};
use csp::prelude::*;
use std::{io, net::Shutdown};

/// Copies until there is no more.
#[process]
fn copy(from: &OwnedReadHalf, to: &OwnedWriteHalf) -> io::Result<usize> {
    let (mut buf, mut copied) = (vec![0; 16 << 10], 0);
    loop {
        let count = from.read(&mut buf).await?;
        if count == 0 {
            return Ok(copied);
        }
        to.write_all(&buf[..count]).await?;
        copied += count;
    }
}

/// One direction. The end of it is passed on by the drop of `to`; an error ends both.
#[process]
fn direction(from: OwnedReadHalf, to: OwnedWriteHalf) -> io::Result<usize> {
    let copied = copy(&from, &to).await;
    if copied.is_err() {
        let _ = from.stream().shutdown(Shutdown::Both);
        let _ = to.stream().shutdown(Shutdown::Both);
    }
    copied
}

#[process]
fn relay(client: TcpStream, target: String) -> io::Result<()> {
    let (from_server, to_server) = TcpStream::connect(target).await?.into_split();
    let (from_client, to_client) = client.into_split();
    let (there, back) = par!(direction(from_client, to_server), direction(from_server, to_client));
    println!("proxy: {} bytes there, {} back", there?, back?);
    Ok(())
}

#[process]
fn proxy(listener: TcpListener, target: String) -> io::Result<()> {
    for client in listener {
        go!(relay(client?, target.clone()));
    }
    Ok(())
}

/// The demonstration's server: answers when it has heard all.
#[process]
fn server(listener: TcpListener) -> io::Result<()> {
    let (stream, _) = listener.accept().await?;
    let mut heard = Vec::new();
    stream.read_to_end(&mut heard).await?;
    println!("server: heard {} bytes and the end", heard.len());
    stream.write_all(&heard[..1000]).await
}

#[process]
fn main() -> io::Result<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    if let [address, target] = &arguments[..] {
        return proxy(TcpListener::bind(address).await?, target.clone()).await;
    }
    let (front, back) = (TcpListener::bind("127.0.0.1:0").await?, TcpListener::bind("127.0.0.1:0").await?);
    let (address, target) = (front.local_addr()?, back.local_addr()?);
    go!(server(back));
    let proxy = go! { relay(front.accept().await?.0, target.to_string()).await };

    let client = TcpStream::connect(address).await?;
    client.write_all(&[7; 100_000]).await?;
    client.shutdown(Shutdown::Write)?;
    let mut answer = Vec::new();
    client.read_to_end(&mut answer).await?;
    proxy.await.expect("it does not panic")?;
    println!("client: heard {} bytes and the end", answer.len());
    Ok(())
}
