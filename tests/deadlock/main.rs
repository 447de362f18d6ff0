//! Deadlocks in ordinary runs: this program runs itself, once for each shape, with a ticker and a server beside it, and looks at the
//! report; and once with all that look stuck and are not.

mod alive;
mod shapes;

use std::collections::HashMap;
use std::convert::Infallible;
use std::future::{Future as _, poll_fn};
use std::io::{BufRead, BufReader};
use std::pin::pin;
use std::process::{Command, Stdio};
use std::task::Poll;

use csp::net::{TcpListener, TcpStream};
use csp::prelude::*;
use http_body_util::Full;
use hyper::body::{Bytes, Incoming};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{Request, Response};
use shapes::{SHAPES, Shape};

const SOURCE: &str = include_str!("shapes.rs");

async fn answer(_: Request<Incoming>) -> Result<Response<Full<Bytes>>, Infallible> {
    Ok(Response::new(Full::from("alive\n")))
}

/// What is alive beside a deadlock: a ticker, and an HTTP server that answers a client again and again.
#[process]
fn life() {
    go! {
        let ticks = tick(Duration::from_millis(20));
        for _ in ticks {}
    };
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    go! {
        for stream in listener {
            go! {
                let http = http1::Builder::new().serve_connection(stream.unwrap(), service_fn(answer));
                http.await.unwrap();
            };
        }
    };
    let stream = TcpStream::connect(address).await.unwrap();
    loop {
        stream.write_all(b"GET / HTTP/1.1\r\nhost: here\r\n\r\n").await.unwrap();
        let mut said = Vec::new();
        while !said.ends_with(b"alive\n") {
            let mut buf = [0; 256];
            let count = stream.read(&mut buf).await.unwrap();
            assert!(count > 0, "the server goes on");
            said.extend_from_slice(&buf[..count]);
        }
        sleep(Duration::from_millis(20)).await;
    }
}

#[process]
fn main() {
    let part = std::env::var("CSP_DEADLOCK").unwrap_or_default();
    match part.as_str() {
        "" => blocking(run_all).await,
        "alive" => {
            go!(life());
            let seconds = if std::env::var_os("CSP_LONG").is_some() { 60 } else { 5 };
            let (done, names) = chan!(&'static str; 100);
            let count = alive::start(&done, Duration::from_secs(seconds));
            for _ in 0..count {
                println!("{}", names.recv()?);
            }
        }
        "lends" => lends().await,
        "everything in a vec" => in_a_vec().await,
        "panic" => {
            let runtime =
                Runtime::builder().workers(2).on_deadlock(csp::DeadlockPolicy::Panic).build().unwrap();
            let (tx, rx) = chan!(u64);
            let (alive, dead) = chan!(());
            drop(runtime.go(stuck(tx, rx, alive)));
            println!("{:?}", dead.recv());
        }
        "ignore" => {
            let runtime =
                Runtime::builder().workers(2).on_deadlock(csp::DeadlockPolicy::Ignore).build().unwrap();
            let (tx, rx) = chan!(u64);
            let (alive, _) = chan!(());
            drop(runtime.go(stuck(tx, rx, alive)));
            sleep(Duration::from_secs(4)).await;
        }
        name => {
            go!(life());
            let shape = SHAPES.iter().find(|shape| shape.name == name).expect("a shape");
            (shape.start)();
            // The other program ends this one when it has seen enough.
            sleep(Duration::from_secs(120)).await;
        }
    }
}

#[process]
fn stuck(tx: Sender<u64>, rx: Receiver<u64>, alive: Sender<()>) {
    rx.recv()?;
    tx.close();
    alive.close();
}

/// Begins a process in its own frame, and lets another thread end it.
#[process]
fn lends() {
    let (tx, rx) = chan!(u64);
    let (alive, _dead) = chan!(());
    let mut lent = pin!(is_lent(rx, alive).into_future());
    poll_fn(|context| Poll::Ready(lent.as_mut().poll(context).is_ready())).await;
    drop(tx);
    std::thread::scope(|scope| scope.spawn(|| csp::block_on(lent.as_mut())).join()).unwrap();
}

#[process]
fn is_lent(rx: Receiver<u64>, alive: Sender<()>) {
    rx.recv()?;
    alive.close();
}

/// Nothing else is alive, and nobody says who holds what.
#[process]
fn in_a_vec() {
    let (tx, rx) = csp::bounded::<u64>(0);
    let ends = vec![tx];
    rx.recv()?;
    drop(ends);
}

fn program(part: &str) -> Command {
    let mut command = Command::new(std::env::current_exe().unwrap());
    command.env("CSP_DEADLOCK", part).stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    command
}

fn run_all() {
    let wanted = std::env::args().nth(1).filter(|argument| !argument.starts_with('-'));
    let chosen = |name: &str| wanted.as_ref().is_none_or(|wanted| name.contains(wanted.as_str()));
    let quiet = chosen("alive").then(|| std::thread::spawn(alive_are_not_reported));
    let mut failed = 0;
    for part in SHAPES.chunks(6) {
        let running: Vec<_> =
            part.iter().filter(|shape| chosen(shape.name)).map(|s| (s, report(s.name))).collect();
        for (shape, report) in running {
            let said = report.join().unwrap();
            let checked = std::panic::catch_unwind(|| check(shape, &said));
            failed += usize::from(checked.is_err());
            println!("test {} ... {}", shape.name, if checked.is_ok() { "ok" } else { "FAILED" });
        }
    }
    if chosen("whole") {
        the_whole_program_ends_with_status_2();
    }
    if chosen("lent") {
        a_process_that_is_lent_to_a_thread_ends_the_program();
    }
    if chosen("policy") {
        policies();
    }
    if let Some(quiet) = quiet {
        quiet.join().unwrap();
    }
    assert_eq!(failed, 0, "reports that are wrong");
}

/// The report of a shape: what it says until it tells the cycle.
fn report(name: &'static str) -> std::thread::JoinHandle<Vec<String>> {
    std::thread::spawn(move || {
        let mut child = program(name).spawn().unwrap();
        let mut said = Vec::new();
        for line in BufReader::new(child.stderr.take().unwrap()).lines() {
            said.push(line.unwrap());
            if said[said.len() - 1].starts_with("  the cycle: ") {
                break;
            }
        }
        child.kill().unwrap();
        child.wait().unwrap();
        said
    })
}

/// Replaces each place by the mark of its line.
struct Marks(HashMap<usize, String>);

impl Marks {
    fn of(shape: &Shape) -> Self {
        let mut marks = HashMap::new();
        for (n, line) in SOURCE.lines().enumerate() {
            if let Some((_, mark)) = line.split_once("// @")
                && mark != "$name"
            {
                // A mark on a line of its own is of the line before.
                let own = line.trim_start().starts_with("//");
                marks.insert(if own { n } else { n + 1 }, format!("@{mark}"));
            } else if line.contains(&format!("shape! {{ {}:", shape.name)) || line.contains("// @$name") {
                marks.insert(n + 1, "start".into());
            }
        }
        Self(marks)
    }

    fn place(&self, place: &str) -> String {
        let mut parts = place.trim_end_matches(',').split(':');
        let (file, line) = (parts.next().unwrap(), parts.next().unwrap());
        assert!(file.ends_with("shapes.rs"), "{place}");
        let line: usize = line.parse().unwrap();
        self.0.get(&line).cloned().unwrap_or_else(|| format!("line {line}"))
    }

    /// The process, by its name, if wanted, and where it was started.
    fn process(&self, text: &str, with_name: bool) -> String {
        let (before, place) = text.split_once("started at ").unwrap();
        let name = before.trim().strip_prefix("the process").unwrap().trim();
        let place = self.place(place.split(' ').next().unwrap());
        if with_name && !name.is_empty() { format!("{name} {place}") } else { place }
    }
}

/// The report in the short form of `Shape::report`, and its cycle.
fn shortened(said: &[String], marks: &Marks) -> (Vec<String>, String) {
    let (mut lines, mut cycle, mut holders) = (Vec::<String>::new(), String::new(), Vec::new());
    for text in said.iter().skip(1).map(String::as_str).chain(["  end"]) {
        if !text.starts_with("      ") && !holders.is_empty() {
            holders.sort();
            let line = lines.last_mut().unwrap();
            line.push(' ');
            line.push_str(&holders.join(" "));
            holders.clear();
        }
        if text.starts_with("      ") {
            holders.push(marks.process(text, false));
        } else if let Some(what) = text.strip_prefix("    that is ") {
            lines.last_mut().unwrap().push_str(&format!(" | {}", marks.process(what, false)));
        } else if text.starts_with("    ") {
            let (before, after) = text.split_once(": its ").unwrap();
            let made = marks.place(before.split_once("made at ").unwrap().1);
            let count = after.split(' ').next().unwrap().replace("only", "1");
            let line = lines.last_mut().unwrap();
            line.push_str(&format!(" | {made} {count}:"));
            if let Some((_, holder)) = after.split_once("held by the process") {
                holders.push(marks.process(&format!("the process{holder}"), false));
            }
        } else if let Some(way) = text.strip_prefix("  the cycle: ") {
            let mut way: Vec<_> = way.split(" -> ").map(|place| marks.place(place)).collect();
            assert_eq!(way.first(), way.last());
            way.pop();
            let first = way.iter().enumerate().min_by_key(|(_, place)| *place).unwrap().0;
            way.rotate_left(first);
            cycle = way.join(" ");
        } else if let Some((who, how)) = text.split_once(" waits ") {
            assert!(how.contains(", for at least "), "{text}");
            let verb = ["to send", "to receive", "in a `select!`", "for the end"];
            let verb = verb.iter().position(|verb| how.starts_with(verb)).unwrap();
            let verb = ["send", "receive", "select", "end"][verb];
            let at = how.split_once(" at ").filter(|(before, _)| !before.contains(','));
            let at = at.map(|(_, place)| format!(" {}", marks.place(place.split(' ').next().unwrap())));
            lines.push(format!("{}: {verb}{}", marks.process(who, true), at.unwrap_or_default()));
        }
    }
    lines.sort();
    (lines, cycle)
}

fn check(shape: &Shape, said: &[String]) {
    assert!(
        said.first().is_some_and(|line| line.starts_with("csp: deadlock: ")),
        "{}: {said:#?}",
        shape.name
    );
    let (lines, cycle) = shortened(said, &Marks::of(shape));
    let mut expected: Vec<_> = shape.report.to_vec();
    expected.sort_unstable();
    assert_eq!(lines, expected, "{}: {}", shape.name, said.join("\n"));
    assert_eq!(cycle, shape.cycle, "{}: {}", shape.name, said.join("\n"));
}

fn alive_are_not_reported() {
    let output = program("alive").output().unwrap();
    let (out, err) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success() && err.is_empty(), "{}\n{out}\n{err}", output.status);
    println!("test alive ... ok");
}

fn the_whole_program_ends_with_status_2() {
    // Without a system that tells how many threads there are, nobody knows that it stands still.
    if cfg!(target_os = "linux") {
        let output = program("everything in a vec").output().unwrap();
        let err = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(2), "{err}");
        assert!(err.contains("deadlock"), "{err}");
    }
    println!("test whole ... ok");
}

fn a_process_that_is_lent_to_a_thread_ends_the_program() {
    let output = program("lends").output().unwrap();
    let err = String::from_utf8_lossy(&output.stderr);
    assert!(
        !output.status.success() && err.starts_with("csp: a process that was begun in the frame"),
        "{err}"
    );
    assert!(err.contains("start it with `go!`") && err.lines().count() == 2, "{err}");
    println!("test lent ... ok");
}

fn policies() {
    let output = program("panic").output().unwrap();
    let (out, err) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success() && out.starts_with("Err(RecvError"), "{out}\n{err}");
    assert!(err.starts_with("csp: deadlock: 1 process waits for itself"), "{err}");
    assert!(err.contains(" panicked: deadlock: "), "{err}");
    let output = program("ignore").output().unwrap();
    assert!(output.status.success() && output.stderr.is_empty());
    println!("test policy ... ok");
}
