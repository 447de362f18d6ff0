//! `hold_connections ADDRESS COUNT PID`: opens so many keep-alive connections, asks once on each, and prints in KiB how much
//! memory the server with that process number had resident before, and has with all of them idle; then how many milliseconds of
//! processor time it takes in ten seconds of that.
use std::io::{self, Read, Write};
use std::net::TcpStream;
use std::time::Duration;

fn resident(pid: &str) -> io::Result<usize> {
    let status = std::fs::read_to_string(format!("/proc/{pid}/status"))?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    let kib = line.and_then(|rest| rest.split_whitespace().next()).and_then(|kib| kib.parse().ok());
    kib.ok_or_else(|| io::Error::other("no resident size in `/proc`"))
}

/// The processor time of all threads so far, in milliseconds.
fn spent(pid: &str) -> io::Result<f64> {
    let mut nanos = 0.0;
    for thread in std::fs::read_dir(format!("/proc/{pid}/task"))? {
        let text = std::fs::read_to_string(thread?.path().join("schedstat"))?;
        nanos += text.split_whitespace().next().and_then(|ran| ran.parse::<f64>().ok()).unwrap_or(f64::NAN);
    }
    Ok(nanos / 1e6)
}

fn ask(address: &str) -> io::Result<TcpStream> {
    let mut stream = TcpStream::connect(address)?;
    stream.write_all(b"GET / HTTP/1.1\r\nhost: here\r\n\r\n")?;
    let mut answer = Vec::new();
    while !answer.ends_with(b"hello, world\n") {
        let mut buf = [0; 512];
        match stream.read(&mut buf)? {
            0 => return Err(io::ErrorKind::UnexpectedEof.into()),
            count => answer.extend_from_slice(&buf[..count]),
        }
    }
    Ok(stream)
}

fn main() -> io::Result<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [address, count, pid] = &arguments[..] else {
        return Err(io::Error::other("usage: hold_connections ADDRESS COUNT PID"));
    };
    let count: usize = count.parse().map_err(io::Error::other)?;
    drop(ask(address)?);
    let before = resident(pid)?;
    let held: Vec<TcpStream> = (0..count).map(|_| ask(address)).collect::<io::Result<_>>()?;
    std::thread::sleep(Duration::from_millis(500));
    let (after, spent_before) = (resident(pid)?, spent(pid)?);
    std::thread::sleep(Duration::from_secs(10));
    println!("{before} {after} {:.3}", spent(pid)? - spent_before);
    drop(held);
    Ok(())
}
