//! As much of HTTP/1.0 as a crawler needs, and as much of HTML.
use csp::net::TcpStream;
use csp::prelude::*;
use std::io;

/// The text of a page.
#[process]
pub(crate) fn fetch(site: &str, path: &str) -> io::Result<String> {
    let stream = TcpStream::connect(site).await?;
    stream.write_all(format!("GET {path} HTTP/1.0\r\nhost: {site}\r\n\r\n").as_bytes()).await?;
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).await?;
    let answer = String::from_utf8_lossy(&answer);
    let (head, text) = answer.split_once("\r\n\r\n").ok_or_else(|| io::Error::other("this is no HTTP"))?;
    match head.split(' ').nth(1) {
        Some("200") => Ok(text.to_owned()),
        status => Err(io::Error::other(format!("status {}", status.unwrap_or("unknown")))),
    }
}

/// Where a page leads, within its site.
pub(crate) fn links(text: &str) -> Vec<String> {
    let targets = text.split("href=\"").skip(1).filter_map(|rest| rest.split('"').next());
    targets.filter(|target| target.starts_with('/')).map(str::to_owned).collect()
}
