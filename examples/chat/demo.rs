//! Two guests, and what they hear.
use csp::net::tcp::OwnedWriteHalf;
use csp::net::{TcpListener, TcpStream};
use csp::prelude::*;
use std::{error::Error, io, net::SocketAddr};

use crate::{lines::lines, serve};

#[process]
fn enter(room: SocketAddr, name: &'static str) -> io::Result<(OwnedWriteHalf, Receiver<String>)> {
    let (reader, writer) = TcpStream::connect(room).await?.into_split();
    writer.write_all(format!("{name}\n").as_bytes()).await?;
    let (out, heard) = chan!(String);
    go!(lines(reader, out));
    Ok((writer, heard))
}

#[process]
pub(crate) fn meet() -> Result<(), Box<dyn Error + Send + Sync>> {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let room = listener.local_addr()?;
    go!(serve(listener));

    let (ada, ada_hears) = enter(room, "ada").await?;
    println!("ada hears: {}", ada_hears.recv()?);
    let (grace, grace_hears) = enter(room, "grace").await?;
    println!("ada hears: {}", ada_hears.recv()?);
    println!("grace hears: {}", grace_hears.recv()?);

    ada.write_all(b"hello\nhow is the compiler?\n").await?;
    for _ in 0..2 {
        println!("grace hears: {}", grace_hears.recv()?);
    }
    drop(grace);
    for _ in 0..3 {
        println!("ada hears: {}", ada_hears.recv()?);
    }

    // The room hears that she goes, and closes her line: nothing comes any more.
    drop(ada);
    for heard in ada_hears {
        println!("ada hears: {heard}");
    }
    Ok(())
}
