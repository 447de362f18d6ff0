//! Bytes that come in pieces, as lines.
use csp::net::tcp::OwnedReadHalf;
use csp::prelude::*;

/// Sends each line that comes, until there are no more.
#[process]
pub(crate) fn lines(from: OwnedReadHalf, out: Sender<String>) {
    let (mut buf, mut line) = ([0; 1024], Vec::new());
    while let Ok(count @ 1..) = from.read(&mut buf).await {
        for &byte in &buf[..count] {
            line.push(byte);
            if byte == b'\n' {
                out.send(String::from_utf8_lossy(&line).trim_end().to_owned())?;
                line.clear();
            }
        }
    }
}
