//! How a program ends whose `main` is a process: this one runs itself, once for each ending, and looks at what came of it.

use std::process::{Command, Output};
use std::sync::atomic::{AtomicU32, Ordering};

use csp::prelude::*;
use csp::select as choose;

/// A macro of the user's around ours.
macro_rules! wait_one {
    ($rx:expr) => {
        csp::select! { n = <-$rx => println!("went on with {n}"), }
    };
}

#[process]
fn never_ends(rx: Receiver<u32>) {
    rx.recv()?;
}

#[process]
fn fails(text: &'static str) -> Result<u32, String> {
    Err(text.into())
}

#[process]
fn needs(rx: Receiver<u32>) -> Result<u32, Box<dyn std::error::Error + Send + Sync>> {
    Ok(rx.recv()? + 1)
}

/// Drops the handle of a process that has ended.
async fn forget<T>(handle: Handle<T>) {
    while !handle.is_finished() {
        csp::yield_now().await;
    }
    drop(handle);
}

struct OnlyDebug;

impl std::fmt::Debug for OnlyDebug {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("OnlyDebug")
    }
}

static ENDED: AtomicU32 = AtomicU32::new(0);

#[process]
fn main() {
    let part = std::env::var("CSP_TEST_PROGRAM").unwrap_or_default();
    let (tx, rx) = chan!(u32);
    match part.as_str() {
        "receives" => {
            drop(tx);
            let n = rx.recv()?; // ends: receives
            println!("went on with {n}");
        }
        "sends" => {
            drop(rx);
            tx.send(42)?; // ends: sends
            println!("went on");
        }
        "selects" => {
            drop(tx);
            // ends: selects
            select! {
                n = <-rx => println!("went on with {n}"),
            }
            println!("went on");
        }
        "chooses" => {
            drop(tx);
            // ends: chooses
            choose! { n = <-rx => println!("went on with {n}"), }
            println!("went on");
        }
        "wraps" => {
            drop(tx);
            wait_one!(rx); // ends: wraps
            println!("went on");
        }
        // What a process in place ended for is not why `main` ends.
        "nests" => {
            drop(tx);
            choose! { () = never_ends(rx).await => {} }
            println!("went on");
        }
        // Nor one that an arm's body calls.
        "calls in an arm" => {
            drop(tx);
            select! { <-csp::after(Duration::ZERO) => never_ends(rx).await }
            println!("went on");
        }
        "looks" => {
            drop(tx);
            println!("{:?}", rx.recv());
        }
        // What fails inside a process that `main` starts, or calls in place, ends that process.
        "starts" => {
            let (tx2, rx2) = chan!(u32);
            drop((tx, tx2));
            let started = go!(never_ends(rx));
            never_ends(rx2).await;
            println!("{:?}", started.await.map_err(|error| error.to_string()));
        }
        // As in Go, the program ends when `main` does.
        "leaves" => {
            let parked = go!(never_ends(rx));
            go! {
                loop {
                    csp::yield_now().await;
                }
            };
            println!("{}", parked.is_finished());
        }
        "panics" => panic!("main has had enough"),
        "another panics" => {
            let handle = go! {
                panic!("not my day");
            };
            drop(handle);
            while ENDED.load(Ordering::Relaxed) < 20 {
                sleep(Duration::from_millis(1)).await;
                ENDED.fetch_add(1, Ordering::Relaxed);
            }
            println!("went on");
        }
        "errors" => {
            forget(go!(fails("from a call"))).await;
            forget(go! {
                fails("from a block").await?;
                Ok::<(), String>(())
            })
            .await;
            forget(go! {
                let text = "from an await";
                fails(text).await
            })
            .await;
            forget(go!(async { Err::<(), _>(OnlyDebug) })).await;
            // What is asked for, or no error, or no more than that a channel is closed, is no news.
            println!("{:?}", go!(fails("awaited")).await.unwrap());
            forget(go!(async { Ok::<_, String>(1) })).await;
            drop(tx);
            forget(go!(needs(rx))).await;
            let (tx, rx) = chan!(u32);
            drop(rx);
            forget(go! {
                tx.send(1)?;
                Ok::<_, SendError<u32>>(())
            })
            .await;
            // The type of a value may be known from what becomes of its handle.
            let number: Handle<u64> = go! {
                let text = "7";
                text.parse().unwrap()
            };
            let other: Handle<u64> = go!(blocking(|| "8".parse().unwrap()));
            println!("{} {}", number.await.unwrap(), other.await.unwrap());
            // Nobody holds the handle when it ends.
            go!(fails("detached"));
            for _ in 0..20 {
                sleep(Duration::from_millis(1)).await;
            }
        }
        "" => blocking(every_part).await,
        other => panic!("there is no part {other}"),
    }
}

fn command(part: &str) -> Command {
    let mut command = Command::new(std::env::current_exe().unwrap());
    command.env("CSP_TEST_PROGRAM", part).env("CSP_WORKERS", "2");
    command
}

fn run(part: &str) -> Output {
    command(part).output().unwrap()
}

/// The line below, or on, which a part says that it ends.
fn line_of(part: &str) -> usize {
    let mark = format!("// ends: {part}");
    let (before, text) =
        include_str!("program.rs").lines().enumerate().find(|(_, l)| l.trim_end().ends_with(&mark)).unwrap();
    // A comment alone on its line is about the next one.
    before + 1 + usize::from(text.trim_start().starts_with("//"))
}

fn every_part() {
    for (part, operation) in [
        ("receives", "rx.recv()"),
        ("sends", "tx.send(42)"),
        ("selects", "select!"),
        ("chooses", "select!"),
        ("wraps", "select!"),
    ] {
        let output = run(part);
        let said = String::from_utf8(output.stderr).unwrap();
        let place = format!("program.rs:{}:", line_of(part));
        assert_eq!((output.status.code(), output.stdout.len()), (Some(1), 0), "{part}: {said}");
        assert_eq!(said.lines().count(), 1, "{said}");
        assert!(
            said.contains(&place) && said.contains(&format!("`{operation}`")),
            "{part}: `{place}` in {said}"
        );
    }
    for (part, printed) in [
        ("looks", "Err(RecvError)\n"),
        ("starts", "Ok(())\n"),
        ("nests", "went on\n"),
        ("calls in an arm", "went on\n"),
        ("leaves", "false\n"),
    ] {
        let output = run(part);
        let said = String::from_utf8_lossy(&output.stderr);
        assert_eq!((output.status.code(), &*said), (Some(0), ""), "{part}");
        assert_eq!(String::from_utf8(output.stdout).unwrap(), printed, "{part}");
    }
    let output = run("panics");
    let said = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(101), "{said}");
    assert!(said.contains("main has had enough"), "{said}");
    let output = run("another panics");
    let said = String::from_utf8_lossy(&output.stderr);
    assert_eq!((output.status.code(), &output.stdout[..]), (Some(0), &b"went on\n"[..]), "{said}");
    assert!(said.contains("not my day"), "{said}");
    let reported = |policy: &str| {
        let mut command = command("errors");
        let output = command.env("CSP_ON_ERROR", policy).output().unwrap();
        (output.status, String::from_utf8(output.stdout).unwrap(), String::from_utf8(output.stderr).unwrap())
    };
    let (status, printed, said) = reported("report");
    assert_eq!((status.code(), &*printed), (Some(0), "Err(\"awaited\")\n7 8\n"), "{said}");
    let lines: Vec<&str> = said.lines().collect();
    let texts = [
        ("`fails`", "from a call"),
        ("`main {}`", "from a block"),
        ("`main {}`", "from an await"),
        ("`main {}`", "OnlyDebug"),
        ("`fails`", "detached"),
    ];
    assert_eq!(lines.len(), texts.len(), "{said}");
    for (line, (name, text)) in lines.into_iter().zip(texts) {
        let (start, end) = line.split_once("program.rs:").unwrap();
        assert!(start.starts_with(&format!("csp: the process {name} started at ")), "{line}");
        assert!(end.ends_with(&format!(" ended with an error: {text} (nobody asked its handle)")), "{line}");
    }
    let (status, printed, said) = reported("silent");
    assert_eq!((status.code(), &*printed, &*said), (Some(0), "Err(\"awaited\")\n7 8\n", ""));
    let (status, _, said) = reported("abort");
    assert!(!status.success() && said.contains("from a call") && !said.contains("from a block"), "{said}");
    let (status, _, said) = reported("panic");
    assert_eq!(status.code(), Some(2));
    assert!(said.starts_with("csp: `CSP_ON_ERROR` is \"panic\""), "{said}");
    println!("program: every ending is as it should be");
}
