//! Standard streams, programs and files in the language. The program that is started is this test itself.
#![cfg(unix)]

use csp::command::{self, Child, Stdio};
use csp::prelude::*;
use csp::stdio::{print_line, print_lines, stdin_lines};
use std::error::Error;
use std::process::Command;

type Failure = Box<dyn Error + Send + Sync>;

/// The child's side: what comes goes back in capitals, until the end of the input or a line that says so.
#[process]
fn shout(says: Sender<String>) -> Result<(), Failure> {
    for line in stdin_lines() {
        says.send(format!("> {}", line?.to_uppercase()))?;
    }
    Ok(())
}

#[process]
fn quit_or_late() -> Result<(), Failure> {
    let lines = stdin_lines();
    loop {
        select! {
            line = <-lines => match line?.as_str() {
                "quit" => break,
                line => print_line(format!("> {line}")).await?,
            },
            <-after(Duration::from_secs(60)) => panic!("nobody said anything"),
        }
    }
    Ok(())
}

#[test]
#[ignore = "it is what the tests below start"]
fn child_that_shouts() {
    let test = go! {
        let (says, lines) = chan!(String; 16);
        let prints = go!(print_lines(lines));
        shout(says).await?;
        prints.await??;
        Result::<(), Failure>::Ok(())
    };
    test.join().unwrap().unwrap();
}

#[test]
#[ignore = "it is what the tests below start"]
fn child_that_quits() {
    go!(quit_or_late()).join().unwrap().unwrap();
}

fn start(child: &str) -> Child {
    let mut me = Command::new(std::env::current_exe().unwrap());
    me.args([child, "--exact", "--ignored", "--nocapture"]).stdin(Stdio::piped()).stdout(Stdio::piped());
    command::spawn(&mut me).unwrap()
}

/// What the child's own lines are: the rest is the test harness's.
fn lines(said: &[u8]) -> Vec<String> {
    let said = String::from_utf8_lossy(said);
    said.lines().filter_map(|line| Some(line.split_once("> ")?.1.to_owned())).collect()
}

#[test]
fn for_goes_over_the_lines_of_standard_input() {
    let test = go! {
        let mut child = start("child_that_shouts");
        let (input, output) = (child.stdin.take().unwrap(), child.stdout.take().unwrap());
        let writes = go! {
            for n in 0..10_000 {
                input.write_all(format!("line {n}\n").as_bytes()).await?;
            }
            input.write_all(b"no end").await
        };
        let mut said = Vec::new();
        output.read_to_end(&mut said).await.unwrap();
        writes.await.unwrap().unwrap();
        assert!(child.wait().await.unwrap().success());
        let lines = lines(&said);
        assert_eq!(lines.len(), 10_001);
        assert!(lines[..10_000].iter().enumerate().all(|(n, line)| *line == format!("LINE {n}")));
        assert_eq!(lines[10_000], "NO END");
    };
    test.join().unwrap();
}

#[test]
fn a_program_ends_though_its_input_does_not() {
    let test = go! {
        let mut child = start("child_that_quits");
        let (input, output) = (child.stdin.take().unwrap(), child.stdout.take().unwrap());
        input.write_all(b"hello\nquit\nnever read\n").await.unwrap();
        let mut said = Vec::new();
        output.read_to_end(&mut said).await.unwrap();
        assert!(child.wait().await.unwrap().success());
        assert_eq!(lines(&said), ["hello"]);
        drop(input);
    };
    test.join().unwrap();
}
