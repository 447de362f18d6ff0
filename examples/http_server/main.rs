//! An HTTP server: hyper's protocol, our processes. Ctrl-C ends it when what is in flight is answered, a second one at once.
//!
//! `http_server [ADDRESS [CONNECTIONS]]`; without it, a free port on loopback. `/slow` takes a while, `/endless` longer than a request may.
mod answer;

use answer::answer;
use csp::net::hyper::Timer;
use csp::net::{TcpListener, TcpStream};
use csp::prelude::*;
use csp::signal::{Signal, signal};
use hyper::{server::conn::http1, service::service_fn};
use std::{io, pin::pin};

/// So many connections are open at once, unless it is told another number; others wait until one of them is closed.
const CONNECTIONS: usize = 16_384;
/// So long may the head of a request take, and a client say nothing.
const HEAD: Duration = Duration::from_secs(30);

/// Serves one connection, until the client closes it or `quit` does: then the request that has begun is still answered.
#[process]
fn connection(stream: TcpStream, quit: Receiver<()>, ended: Sender<()>) {
    defer! { let _ = ended.try_send(()); }
    let mut http = http1::Builder::new();
    http.timer(Timer::new()).header_read_timeout(HEAD);
    let mut http = pin!(http.serve_connection(stream, service_fn(answer)));
    select! {
        _ = http.as_mut().await => return,
        <-quit => {}
    }
    http.as_mut().graceful_shutdown();
    let _ = http.await; // What fails here concerns one client, who knows.
}

/// Takes connections until there is an interrupt, then waits for those that are open.
#[process]
fn serve(listener: TcpListener, most: usize) -> io::Result<()> {
    let interrupts = signal(Signal::Interrupt);
    let (stop, quit) = chan!(());
    let (ended, ends) = chan!((); most);
    let mut open = 0;
    loop {
        select! {
            stream = <-listener if open < most else break => match stream {
                Ok(stream) => {
                    go!(connection(stream, quit.clone(), ended.clone()));
                    open += 1;
                }
                Err(error) => eprintln!("{error}"),
            },
            <-ends => open -= 1,
            <-interrupts => break,
        }
    }
    println!("closing {open} connections");
    drop((listener, stop));
    while open > 0 {
        select! {
            <-ends => open -= 1,
            <-interrupts => return Err(io::Error::other("interrupted twice")),
        }
    }
    Ok(())
}

fn arguments() -> (String, usize) {
    let mut arguments = std::env::args().skip(1);
    let address = arguments.next().unwrap_or_else(|| "127.0.0.1:0".to_owned());
    (address, arguments.next().and_then(|most| most.parse().ok()).unwrap_or(CONNECTIONS))
}

#[process]
fn main() -> io::Result<()> {
    let (address, most) = arguments();
    let listener = TcpListener::bind(address).await?;
    println!("http://{}", listener.local_addr()?);
    serve(listener, most).await?;
    println!("answered {} requests", answer::count());
    Ok(())
}
