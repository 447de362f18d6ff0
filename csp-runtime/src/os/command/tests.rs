use std::io::ErrorKind;
use std::time::{Duration, Instant};

use super::*;
use crate::{block_on, go, timeout};

fn shell(script: &str) -> Command {
    let mut command = Command::new("sh");
    command.args(["-c", script]);
    command
}

/// A path of its own, removed at the end.
struct Scratch(std::path::PathBuf);

impl Scratch {
    fn new(name: &str) -> Self {
        Self(std::env::temp_dir().join(format!("csp-command-{}-{name}", std::process::id())))
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        let _ = std::fs::remove_file(&self.0);
    }
}

/// Whether the system still knows of a program, be it only what is left of it.
fn is_known(id: u32) -> bool {
    std::path::Path::new(&format!("/proc/{id}")).exists()
}

#[test]
fn much_goes_through_both_pipes_at_once() {
    let output =
        block_on(output(&mut shell("yes out | head -n 100000; yes err | head -n 100000 >&2"))).unwrap();
    assert_eq!((output.stdout.len(), output.stderr.len()), (400_000, 400_000));
    assert!(output.status.success());
}

#[test]
fn an_error_names_the_program() {
    let error = spawn(&mut Command::new("/no/such/program")).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::NotFound);
    assert_eq!(error.to_string(), "start `/no/such/program`: no such file or directory");
}

#[test]
fn a_program_that_does_not_read_breaks_the_pipe() {
    block_on(async {
        let mut child =
            spawn(shell("exec <&-; echo; sleep 60").stdin(Stdio::piped()).stdout(Stdio::piped())).unwrap();
        assert_eq!(child.stdout.as_ref().unwrap().read(&mut [0]).await.unwrap(), 1);
        let error = child.stdin.take().unwrap().write_all(b"nobody reads").await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::BrokenPipe);
        assert_eq!(error.to_string(), "write the input of `sh`: broken pipe");
        child.kill().unwrap();
        child.wait().await.unwrap();
    });
}

#[test]
fn all_who_wait_hear_of_the_end() {
    block_on(async {
        let mut child = spawn(shell("read line; exit 7").stdin(Stdio::piped())).unwrap();
        let input = child.stdin.take();
        let child = std::sync::Arc::new(child);
        let waiting: Vec<_> = (0..20)
            .map(|_| {
                let child = child.clone();
                go(async move { child.ended().await.unwrap().code() })
            })
            .collect();
        assert!(timeout(Duration::from_millis(20), child.ended()).await.is_err());
        drop(input);
        for waits in waiting {
            assert_eq!(waits.await.unwrap(), Some(7));
        }
    });
}

#[test]
fn a_child_that_is_dropped_leaves_nothing_behind() {
    let child = spawn(&mut Command::new("true")).unwrap();
    let id = child.id();
    drop(child);
    let start = Instant::now();
    while cfg!(target_os = "linux") && is_known(id) {
        assert!(start.elapsed() < Duration::from_secs(60));
        std::thread::sleep(Duration::from_millis(1));
        drop(spawn(&mut Command::new("true")).unwrap());
    }
}

#[test]
fn output_that_is_cancelled_kills_the_program() {
    let start = Instant::now();
    block_on(async {
        let slow = timeout(Duration::from_millis(50), output(&mut shell("exec sleep 600"))).await;
        assert!(slow.is_err());
    });
    assert!(start.elapsed() < Duration::from_secs(60));
    while !lock(&DROPPED).is_empty() {
        reap();
        assert!(start.elapsed() < Duration::from_secs(60));
    }
}

#[test]
fn an_output_that_was_never_polled_starts_nothing() {
    let made = Scratch::new("unpolled");
    let script = format!("touch {}", made.0.display());
    drop(output(shell(&script)));
    block_on(async {
        let never = output(shell(&script));
        drop(never);
        // One that is started afterwards has ended, and the file is not there.
        assert!(output(shell("exit 0")).await.unwrap().status.success());
        assert!(!made.0.exists());
        // The same does its work once it is polled.
        assert!(output(shell(&script)).await.unwrap().status.success());
        assert!(made.0.exists());
    });
}

#[test]
fn wait_closes_an_input_that_nobody_took() {
    block_on(async {
        let mut cat = spawn(Command::new("cat").stdin(Stdio::piped())).unwrap();
        let ended =
            timeout(Duration::from_secs(60), cat.wait()).await.expect("it reads the end of its input");
        assert_eq!(ended.unwrap().code(), Some(0));
        assert!(cat.stdin.is_none());
    });
}

#[test]
fn what_came_before_a_time_limit_is_there() {
    block_on(async {
        let mut child = spawn(shell("echo first; exec sleep 600").stdout(Stdio::piped())).unwrap();
        let (pipe, mut so_far) = (child.stdout.take().unwrap(), Vec::new());
        while so_far.is_empty() {
            assert!(timeout(Duration::from_millis(20), pipe.read_to_end(&mut so_far)).await.is_err());
        }
        assert_eq!(so_far, b"first\n");
        child.kill().unwrap();
        child.wait().await.unwrap();
    });
}

#[test]
fn a_zero_byte_is_refused_in_the_program_its_arguments_and_its_variables() {
    let refused = |command: &mut Command| {
        let error = spawn(command).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidInput, "{error}");
    };
    refused(&mut Command::new("true\0x"));
    refused(Command::new("true").arg("a\0b"));
    refused(Command::new("true").env("A\0", "b"));
    refused(Command::new("true").env("A", "b\0c"));
    refused(Command::new("true").current_dir("/tmp\0x"));
}

#[test]
fn many_at_once() {
    block_on(async {
        let all: Vec<_> = (0..50)
            .map(|n| go(async move { output(Command::new("echo").arg(n.to_string())).await.unwrap().stdout }))
            .collect();
        for (n, said) in all.into_iter().enumerate() {
            assert_eq!(said.await.unwrap(), format!("{n}\n").as_bytes());
        }
    });
}
