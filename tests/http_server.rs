//! The HTTP server example: what it answers, and that an interrupt under load loses no request.
#![cfg(unix)]
mod support;

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::process::{Child, ChildStdout, Command, ExitStatus, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc;
use std::thread;
use std::time::{Duration, Instant};

struct Server {
    process: Child,
    says: BufReader<ChildStdout>,
    address: SocketAddr,
}

impl Server {
    fn start(workers: usize) -> Server {
        Server::limited(workers, 1000)
    }

    fn limited(workers: usize, connections: usize) -> Server {
        let mut process = support::example("http_server")
            .args(["127.0.0.1:0", &connections.to_string()])
            .env("CSP_WORKERS", workers.to_string())
            .stdout(Stdio::piped())
            .spawn()
            .expect("it starts");
        let mut says = BufReader::new(process.stdout.take().expect("it is piped"));
        let mut line = String::new();
        says.read_line(&mut line).expect("it says where it listens");
        let address = line.trim().strip_prefix("http://").expect("it is an address").parse().unwrap();
        Server { process, says, address }
    }

    fn interrupt(&self) {
        let kill = Command::new("kill").args(["-INT", &self.process.id().to_string()]).status();
        assert!(kill.expect("there is a `kill`").success());
    }

    /// How it ends, and what it says last.
    fn end(mut self) -> (ExitStatus, String) {
        let mut rest = String::new();
        self.says.read_to_string(&mut rest).expect("it says the rest");
        (self.process.wait().expect("it ends"), rest)
    }
}

struct Client(BufReader<TcpStream>);

impl Client {
    fn connect(address: SocketAddr) -> Client {
        let stream = TcpStream::connect(address).expect("it accepts");
        stream.set_read_timeout(Some(Duration::from_secs(60))).unwrap();
        Client(BufReader::new(stream))
    }

    fn ask(&mut self, path: &str) -> std::io::Result<()> {
        self.0.get_mut().write_all(format!("GET {path} HTTP/1.1\r\nhost: here\r\n\r\n").as_bytes())
    }

    /// The status and the body; none if the server closed instead of taking the request.
    fn get(&mut self, path: &str) -> Option<(u16, String)> {
        self.ask(path).ok()?;
        self.hear()
    }

    fn hear(&mut self) -> Option<(u16, String)> {
        let mut line = String::new();
        // A reset before the first byte is a close: the server had not read the request.
        if self.0.read_line(&mut line).unwrap_or(0) == 0 {
            return None;
        }
        let status = line.split(' ').nth(1).expect("a status").parse().expect("a number");
        let mut length = 0;
        loop {
            line.clear();
            self.0.read_line(&mut line).expect("an answer that has begun is whole");
            if line == "\r\n" {
                break;
            }
            if let Some(value) = line.to_ascii_lowercase().strip_prefix("content-length: ") {
                length = value.trim().parse().expect("a length");
            }
        }
        let mut body = vec![0; length];
        self.0.read_exact(&mut body).expect("an answer that has begun is whole");
        Some((status, String::from_utf8(body).expect("text")))
    }
}

fn is(status: u16, body: &str) -> Option<(u16, String)> {
    Some((status, body.to_owned()))
}

#[test]
fn answers() {
    let server = Server::start(2);
    let mut client = Client::connect(server.address);
    assert_eq!(client.get("/"), is(200, "hello, world\n"));
    assert_eq!(client.get("/slow"), is(200, "slowly\n"));
    assert_eq!(client.get("/other"), is(404, "no such page\n"));
    let start = Instant::now();
    assert_eq!(client.get("/endless"), is(503, "that took too long\n"));
    assert!(start.elapsed() < Duration::from_secs(30));
    // A client that says nothing does not keep the server.
    server.interrupt();
    assert_eq!(client.0.read(&mut [0]).expect("it closes what is idle"), 0);
    let (status, said) = server.end();
    assert!(status.success(), "{status}");
    assert_eq!(said, "closing 1 connections\nanswered 4 requests\n");
}

#[test]
fn connections_above_the_limit_wait() {
    let server = Server::limited(2, 2);
    let mut first = Client::connect(server.address);
    let mut second = Client::connect(server.address);
    assert_eq!(first.get("/"), is(200, "hello, world\n"));
    assert_eq!(second.get("/"), is(200, "hello, world\n"));
    let mut third = Client::connect(server.address);
    third.ask("/").unwrap();
    third.0.get_ref().set_nonblocking(true).unwrap();
    thread::sleep(Duration::from_millis(200));
    assert_eq!(third.0.read(&mut [0]).unwrap_err().kind(), std::io::ErrorKind::WouldBlock);
    third.0.get_ref().set_nonblocking(false).unwrap();
    drop(first);
    assert_eq!(third.hear(), is(200, "hello, world\n"));
    assert_eq!(second.get("/"), is(200, "hello, world\n"));
    server.interrupt();
    let (status, said) = server.end();
    assert!(status.success(), "{status}");
    assert_eq!(said, "closing 2 connections\nanswered 4 requests\n");
}

/// Clients that ask without a pause, most of the time for what takes a while. What the server took in, it answered.
fn interrupted_under_load(workers: usize) {
    const CLIENTS: usize = 100;
    let server = Server::start(workers);
    let address = server.address;
    let (answered, all) = (AtomicUsize::new(0), AtomicUsize::new(0));
    let (started, starts) = mpsc::channel();
    let ended = thread::scope(|scope| {
        for n in 0..CLIENTS {
            let (started, answered, all) = (started.clone(), &answered, &all);
            scope.spawn(move || {
                let mut client = Client::connect(address);
                assert_eq!(client.get("/"), is(200, "hello, world\n"));
                started.send(()).unwrap();
                all.fetch_add(1, Ordering::Relaxed);
                let (path, body) = if n % 4 == 0 { ("/", "hello, world\n") } else { ("/slow", "slowly\n") };
                while let Some(answer) = client.get(path) {
                    assert_eq!(Some(answer), is(200, body));
                    all.fetch_add(1, Ordering::Relaxed);
                    answered.fetch_add(1, Ordering::Relaxed);
                }
            });
        }
        for _ in 0..CLIENTS {
            starts.recv_timeout(Duration::from_secs(60)).expect("every client is served");
        }
        while answered.load(Ordering::Relaxed) < 300 {
            thread::sleep(Duration::from_millis(1));
        }
        server.interrupt();
        server.end()
    });
    let (status, said) = ended;
    assert!(status.success(), "{status}: {said}");
    assert!(said.starts_with("closing 100 connections\n"), "{said}");
    // A request that was taken in and not answered would be in the server's number only.
    let expected = format!("answered {} requests\n", all.load(Ordering::Relaxed));
    assert!(said.ends_with(&expected), "{said}, and the clients heard {expected}");
}

#[test]
fn interrupted_under_load_by_one_worker() {
    interrupted_under_load(1);
}

#[test]
fn interrupted_under_load_by_four_workers() {
    interrupted_under_load(4);
}

#[test]
fn a_second_interrupt_ends_it_at_once() {
    let mut server = Server::start(2);
    let mut client = Client::connect(server.address);
    assert_eq!(client.get("/"), is(200, "hello, world\n"));
    client.ask("/endless").unwrap();
    // Nobody tells when the server has begun to answer it.
    thread::sleep(Duration::from_millis(500));
    server.interrupt();
    let mut said = String::new();
    server.says.read_line(&mut said).unwrap();
    assert_eq!(said, "closing 1 connections\n");
    server.interrupt();
    let (status, said) = server.end();
    assert_eq!((status.code(), &said[..]), (Some(1), ""));
    assert_eq!(client.hear(), None);
}
