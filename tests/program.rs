//! How a program ends whose `main` is a process: this one runs itself, once for each ending, and looks at what came of it.

use std::process::{Command, Output};
use std::sync::atomic::{AtomicU32, Ordering};

use csp::prelude::*;

#[process]
fn never_ends(rx: Receiver<u32>) {
    rx.recv()?;
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
        "" => blocking(every_part).await,
        other => panic!("there is no part {other}"),
    }
}

fn run(part: &str) -> Output {
    let program = std::env::current_exe().unwrap();
    Command::new(program).env("CSP_TEST_PROGRAM", part).env("CSP_WORKERS", "2").output().unwrap()
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
    for (part, operation) in [("receives", "rx.recv()"), ("sends", "tx.send(42)"), ("selects", "select!")] {
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
    for (part, printed) in [("looks", "Err(RecvError)\n"), ("starts", "Ok(())\n"), ("leaves", "false\n")] {
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
    println!("program: every ending is as it should be");
}
