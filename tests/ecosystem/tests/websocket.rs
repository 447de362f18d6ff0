//! WebSockets, by async-tungstenite.

use async_tungstenite::tungstenite::Message;
use async_tungstenite::{accept_async, client_async};
use csp::net::{TcpListener, TcpStream};
use csp::prelude::*;
use futures_util::StreamExt;

/// Says everything again, louder.
#[process]
fn echo(stream: TcpStream) {
    let mut socket = accept_async(stream).await.unwrap();
    while let Some(Ok(message)) = socket.next().await {
        if let Message::Text(text) = message {
            socket.send(Message::text(text.to_uppercase())).await.unwrap();
        }
    }
}

#[test]
fn messages_both_ways() {
    let test = go! {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let server = go! {
            for stream in listener {
                go!(echo(stream.unwrap()));
            }
        };
        let stream = TcpStream::connect(address).await.unwrap();
        let (mut socket, _) = client_async("ws://here/", stream).await.unwrap();
        for n in 0..100 {
            let said = "hello ".repeat(1 + n * 10);
            socket.send(Message::text(said.clone())).await.unwrap();
            let heard = socket.next().await.unwrap().unwrap();
            assert_eq!(heard.to_text().unwrap(), said.to_uppercase());
        }
        socket.close(None).await.unwrap();
        // The peer says that it heard the end, and that is the last.
        assert!(matches!(socket.next().await, Some(Ok(Message::Close(_)))));
        assert!(socket.next().await.is_none());
        server.cancel();
    };
    test.join().unwrap();
}
