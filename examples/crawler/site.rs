//! A site of twenty pages that lead to each other in circles, and to one that is lost.
use csp::net::{TcpListener, TcpStream};
use csp::prelude::*;
use std::{error::Error, fmt::Write, io};

const PAGES: usize = 20;

/// Page `n` leads to its half, to its double and to what comes after that.
fn text(path: &str) -> Option<String> {
    let n = if path == "/" { 1 } else { path.trim_start_matches('/').parse().ok()? };
    let mut text = format!("<h1>{n}</h1> <a href=\"/\">home</a> <a href=\"http://elsewhere/\">elsewhere</a>");
    for other in [n / 2, 2 * n, 2 * n + 1] {
        if (2..=PAGES).contains(&other) {
            write!(text, " <a href=\"/{other}\">{other}</a>").expect("a string takes all");
        }
    }
    if n == PAGES {
        text.push_str(" <a href=\"/lost\">lost</a>");
    }
    Some(text)
}

/// Answers one request, not too fast.
#[process]
fn answer(stream: &TcpStream) -> io::Result<()> {
    let (mut request, mut buf) = (Vec::new(), [0; 1024]);
    while !request.ends_with(b"\r\n\r\n") {
        match stream.read(&mut buf).await? {
            0 => return Ok(()),
            count => request.extend_from_slice(&buf[..count]),
        }
    }
    sleep(Duration::from_millis(2)).await;
    let request = String::from_utf8_lossy(&request);
    let path = request.split(' ').nth(1).unwrap_or("/");
    let answer = match text(path) {
        Some(text) => format!("HTTP/1.0 200 OK\r\n\r\n{text}"),
        None => "HTTP/1.0 404 Not Found\r\n\r\nlost".to_owned(),
    };
    stream.write_all(answer.as_bytes()).await
}

/// Serves until `close`; says how often it was asked, and by how many at once.
#[process]
pub(crate) fn site(
    listener: TcpListener,
    close: Receiver<()>,
) -> Result<(usize, usize), Box<dyn Error + Send + Sync>> {
    let (to, answered) = chan!(io::Result<()>);
    let (mut requests, mut open, mut most) = (0, 0, 0);
    loop {
        select! {
            biased;
            done = <-answered => { open -= 1; done? }
            stream = <-listener => {
                let (stream, to) = (stream?, to.clone());
                (requests, open) = (requests + 1, open + 1);
                most = most.max(open);
                go! {
                    to <- answer(&stream).await;
                    drop(stream); // The client goes on when this is closed.
                };
            }
            <-close if open == 0 => return Ok((requests, most)),
        }
    }
}
