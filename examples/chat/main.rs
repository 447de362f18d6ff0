//! A chat room over TCP, of processes and channels only: a few for each guest, and one that owns the room.
//!
//! `chat ADDRESS` opens a room (`nc` is a client); without an address two guests meet on loopback.
mod demo;
mod lines;

use csp::net::{TcpListener, TcpStream};
use csp::prelude::*;
use lines::lines;
use std::{collections::BTreeMap, error::Error, io, net::SocketAddr};

/// What a guest does: comes in with a name, says something, or goes.
enum Event {
    Enters(String, Sender<String>),
    Says(String),
    Leaves,
}

/// Brings one guest into the room, whose first line is a name.
#[process]
fn guest(stream: TcpStream, room: Sender<(SocketAddr, Event)>) {
    let Ok(at) = stream.peer_addr() else { return };
    let (reader, writer) = stream.into_split();
    let (out, said) = chan!(String);
    go!(lines(reader, out));
    let (to, inbox) = chan!(String; 64);
    go! {
        for line in inbox {
            writer.write_all(format!("{line}\n").as_bytes()).await?;
        }
        io::Result::Ok(()) // The writer's drop says that it is over.
    };
    room.send((at, Event::Enters(said.recv()?, to)))?;
    for line in said {
        room.send((at, Event::Says(line)))?;
    }
    room.send((at, Event::Leaves))?;
}

/// Tells everybody what happens. Whoever does not listen for 64 lines is shown out.
#[process]
fn room(events: Receiver<(SocketAddr, Event)>) {
    let mut guests: BTreeMap<SocketAddr, (String, Sender<String>)> = BTreeMap::new();
    for (at, event) in events {
        let news = match event {
            Event::Enters(name, to) => Some(format!("* {} enters", guests.entry(at).or_insert((name, to)).0)),
            Event::Says(line) => guests.get(&at).map(|(name, _)| format!("{name}: {line}")),
            Event::Leaves => guests.remove(&at).map(|(name, _)| format!("* {name} leaves")),
        };
        let Some(news) = news else { continue };
        guests.retain(|_, (_, to)| to.try_send(news.clone()).is_ok());
    }
}

#[process]
fn serve(listener: TcpListener) -> io::Result<()> {
    let (to_room, events) = chan!((SocketAddr, Event));
    go!(room(events));
    for stream in listener {
        go!(guest(stream?, to_room.clone()));
    }
    Ok(())
}

#[process]
fn main() -> Result<(), Box<dyn Error + Send + Sync>> {
    let address = std::env::args().nth(1);
    match address {
        Some(address) => Ok(serve(TcpListener::bind(address).await?).await?),
        None => demo::meet().await,
    }
}
