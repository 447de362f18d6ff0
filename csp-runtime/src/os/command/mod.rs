//! Other programs, started by the standard library's [`Command`]. Waiting for them and talking to them does not block a worker.
//!
//! Starting a program takes a fraction of a millisecond on the worker, as in the standard library.
//!
//! ```
//! use csp::prelude::*;
//! use csp::command;
//! use std::process::Command;
//!
//! #[process]
//! fn main() -> std::io::Result<()> {
//!     let said = command::output(Command::new("echo").arg("hello")).await?;
//!     assert!(said.status.success());
//!     assert_eq!(said.stdout, b"hello\n");
//!     Ok(())
//! }
//! ```

mod end;
mod pipe;
#[cfg(all(test, unix))]
mod tests;

pub use pipe::{ReadPipe, WritePipe};
#[doc(no_inline)]
pub use std::process::{Command, ExitStatus, Output, Stdio};

use std::borrow::BorrowMut;
use std::fmt;
use std::future::{Future, poll_fn};
use std::io;
use std::panic::Location;
use std::pin::pin;
use std::task::Poll;

use crate::io::error::failed;
use crate::shim::plain::{Mutex, lock};

/// Programs whose `Child` was dropped before they ended. The system keeps what is left of one until somebody asks for its status.
static DROPPED: Mutex<Vec<std::process::Child>> = Mutex::new(Vec::new());

/// Forgets those of the dropped that have ended.
fn reap() {
    lock(&DROPPED).retain_mut(|child| matches!(child.try_wait(), Ok(None)));
}

/// Starts a program.
///
/// Its streams are what the command says: by default those of this program; with `Stdio::piped()` they are the [`Child`]'s `stdin`,
/// `stdout` and `stderr`.
///
/// # Errors
/// `NotFound` if there is no such program, and other errors of the OS, with its name in the text.
///
/// # Examples
/// ```
/// use csp::prelude::*;
/// use csp::command;
/// use std::process::{Command, Stdio};
///
/// #[process]
/// fn main() -> std::io::Result<()> {
///     let mut cat = command::spawn(Command::new("cat").stdin(Stdio::piped()).stdout(Stdio::piped()))?;
///     let (to, from) = (cat.stdin.take().expect("piped"), cat.stdout.take().expect("piped"));
///     to.write_all(b"there and back").await?;
///     drop(to);
///     let mut said = Vec::new();
///     from.read_to_end(&mut said).await?;
///     assert_eq!(said, b"there and back");
///     assert!(cat.wait().await?.success());
///     Ok(())
/// }
/// ```
pub fn spawn(command: &mut Command) -> io::Result<Child> {
    reap();
    let name = format!("`{}`", command.get_program().display());
    match command.spawn() {
        Ok(child) => Child::new(child, name),
        Err(error) => Err(failed(error, format_args!("start {name}"))),
    }
}

/// Starts a program with empty standard input, collects what it writes to its other two streams, and waits until it exits.
///
/// The program starts when the future is first polled. The streams end when every program that has them has closed them: so a program that
/// the first one leaves in the background is waited for too, unless its output is redirected.
///
/// # Errors
/// Those of [`spawn`], and errors of the pipes.
///
/// # Cancel safety
/// Dropping the future kills the program and drops what it wrote so far. To keep that at a time limit, [`spawn`] the program and read the
/// pipes, as in the second example.
///
/// # Examples
/// ```
/// use csp::prelude::*;
///
/// #[process]
/// fn main() -> std::io::Result<()> {
///     let mut shell = std::process::Command::new("sh");
///     let output = csp::command::output(shell.args(["-c", "echo out; echo err >&2; exit 3"])).await?;
///     assert_eq!(output.status.code(), Some(3));
///     assert_eq!((&output.stdout[..], &output.stderr[..]), (&b"out\n"[..], &b"err\n"[..]));
///     Ok(())
/// }
/// ```
///
/// ```
/// use csp::prelude::*;
/// use csp::command;
/// use std::process::{Command, Stdio};
///
/// #[process]
/// fn main() -> std::io::Result<()> {
///     let mut shell = Command::new("sh");
///     let mut child = command::spawn(shell.args(["-c", "echo first; exec sleep 60"]).stdout(Stdio::piped()))?;
///     let (pipe, mut so_far) = (child.stdout.take().expect("piped"), Vec::new());
///     if timeout(Duration::from_secs(1), pipe.read_to_end(&mut so_far)).await.is_err() {
///         child.kill()?;
///     }
///     child.wait().await?;
///     assert_eq!(so_far, b"first\n");
///     Ok(())
/// }
/// ```
pub async fn output<C: BorrowMut<Command> + Send>(mut command: C) -> io::Result<Output> {
    let command = command.borrow_mut();
    let child = spawn(command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()));
    let mut child = KillOnDrop(child?);
    let (out, err) = (child.0.stdout.take(), child.0.stderr.take());
    let (stdout, stderr) = both(all(out), all(err)).await;
    let (stdout, stderr) = (stdout?, stderr?);
    Ok(Output { status: child.0.wait().await?, stdout, stderr })
}

async fn all(pipe: Option<ReadPipe>) -> io::Result<Vec<u8>> {
    let mut said = Vec::new();
    if let Some(pipe) = pipe {
        pipe.read_to_end(&mut said).await?;
    }
    Ok(said)
}

/// Both, at the same time.
async fn both<A: Future, B: Future>(a: A, b: B) -> (A::Output, B::Output) {
    let (mut a, mut b) = (pin!(a), pin!(b));
    let (mut left, mut right) = (None, None);
    poll_fn(move |cx| {
        if left.is_none()
            && let Poll::Ready(value) = a.as_mut().poll(cx)
        {
            left = Some(value);
        }
        if right.is_none()
            && let Poll::Ready(value) = b.as_mut().poll(cx)
        {
            right = Some(value);
        }
        match (left.take(), right.take()) {
            (Some(left), Some(right)) => Poll::Ready((left, right)),
            (l, r) => {
                (left, right) = (l, r);
                Poll::Pending
            }
        }
    })
    .await
}

struct KillOnDrop(Child);

impl Drop for KillOnDrop {
    fn drop(&mut self) {
        // One that has ended is not killed: that is no error.
        let _ = self.0.kill();
    }
}

/// A program that was started. Made by [`spawn`].
///
/// When it is dropped, the program runs on and its pipes are closed. After it has exited, the next `Child` that is started or dropped
/// reaps it.
///
/// # Examples
/// ```
/// use csp::prelude::*;
/// use csp::command::{self, Command};
///
/// #[process]
/// fn main() -> std::io::Result<()> {
///     let mut child = command::spawn(Command::new("sleep").arg("60"))?;
///     child.kill()?;
///     assert!(!child.wait().await?.success());
///     Ok(())
/// }
/// ```
pub struct Child {
    end: end::End,
    name: String,
    /// Its standard input, if it is piped. Dropping it closes it: the program reads to the end.
    pub stdin: Option<WritePipe>,
    /// Its standard output, if it is piped.
    pub stdout: Option<ReadPipe>,
    /// Its standard error, if it is piped.
    pub stderr: Option<ReadPipe>,
}

impl Child {
    fn new(mut child: std::process::Child, name: String) -> io::Result<Self> {
        let pipes = (child.stdin.take(), child.stdout.take(), child.stderr.take());
        // First, so that a failure below leaves the program to those that were dropped.
        let mut child = Self { end: end::End::new(child), name, stdin: None, stdout: None, stderr: None };
        let named = |stream| format!("the {stream} of {}", child.name);
        child.stdin = pipes.0.map(|pipe| WritePipe::new(pipe, named("input"))).transpose()?;
        child.stdout = pipes.1.map(|pipe| ReadPipe::new(pipe, named("output"))).transpose()?;
        child.stderr = pipes.2.map(|pipe| ReadPipe::new(pipe, named("errors"))).transpose()?;
        Ok(child)
    }

    /// Its process number in the OS.
    ///
    /// # Examples
    /// ```
    /// # #[cfg(unix)]
    /// # csp::block_on(async {
    /// let mut child = csp::command::spawn(&mut std::process::Command::new("true"))?;
    /// assert_ne!(child.id(), std::process::id());
    /// # child.wait().await }).unwrap();
    /// ```
    pub fn id(&self) -> u32 {
        self.end.id()
    }

    /// Closes the program's input, if it is piped and was not taken, and waits until it exits. A second call returns at once.
    ///
    /// So a program that reads to the end of its input does not wait for more, as with the standard library's `wait`. If the input must
    /// stay open, or if several processes wait, use [`ended`](Self::ended).
    ///
    /// # Errors
    /// Errors of the OS.
    ///
    /// # Cancel safety
    /// The input is closed; the call can be repeated.
    ///
    /// # Examples
    /// ```
    /// # #[cfg(unix)]
    /// # csp::block_on(async {
    /// use std::process::{Command, Stdio};
    ///
    /// let mut child = csp::command::spawn(Command::new("cat").stdin(Stdio::piped()))?;
    /// assert_eq!(child.wait().await?.code(), Some(0));
    /// assert_eq!(child.wait().await?.code(), Some(0));
    /// # std::io::Result::Ok(()) }).unwrap();
    /// ```
    #[track_caller]
    pub fn wait(&mut self) -> impl Future<Output = io::Result<ExitStatus>> + Send + '_ {
        let at = Location::caller();
        async move {
            drop(self.stdin.take());
            self.end.wait(at).await.map_err(|error| self.failed(error, "wait for"))
        }
    }

    /// Waits until it exits, and leaves its input as it is. Any number of processes may wait, and wait again.
    ///
    /// # Errors
    /// Errors of the OS.
    ///
    /// # Cancel safety
    /// Nothing is lost.
    ///
    /// # Examples
    /// ```
    /// # #[cfg(unix)]
    /// # csp::block_on(async {
    /// let child = csp::command::spawn(&mut std::process::Command::new("false"))?;
    /// assert_eq!(child.ended().await?.code(), Some(1));
    /// assert_eq!(child.ended().await?.code(), Some(1));
    /// # std::io::Result::Ok(()) }).unwrap();
    /// ```
    #[track_caller]
    pub fn ended(&self) -> impl Future<Output = io::Result<ExitStatus>> + Send + '_ {
        let wait = self.end.wait(Location::caller());
        async move { wait.await.map_err(|error| self.failed(error, "wait for")) }
    }

    /// Returns how it exited, or `None` if it runs.
    ///
    /// # Errors
    /// Errors of the OS.
    ///
    /// # Examples
    /// ```
    /// # #[cfg(unix)]
    /// # csp::block_on(async {
    /// let mut child = csp::command::spawn(std::process::Command::new("sleep").arg("60"))?;
    /// assert!(child.try_wait()?.is_none());
    /// child.kill()?;
    /// assert!(!child.wait().await?.success());
    /// # std::io::Result::Ok(()) }).unwrap();
    /// ```
    pub fn try_wait(&self) -> io::Result<Option<ExitStatus>> {
        self.end.try_wait().map_err(|error| self.failed(error, "ask for the end of"))
    }

    /// Kills it (`SIGKILL`). Does nothing if it has exited. Wait for its end afterwards.
    ///
    /// # Errors
    /// Errors of the OS.
    ///
    /// # Examples
    /// ```
    /// # #[cfg(unix)]
    /// # csp::block_on(async {
    /// let mut child = csp::command::spawn(std::process::Command::new("sleep").arg("60"))?;
    /// child.kill()?;
    /// assert_eq!(child.wait().await?.code(), None);
    /// child.kill()?;
    /// # std::io::Result::Ok(()) }).unwrap();
    /// ```
    pub fn kill(&self) -> io::Result<()> {
        self.end.kill().map_err(|error| self.failed(error, "kill"))
    }

    fn failed(&self, error: io::Error, verb: &str) -> io::Error {
        failed(error, format_args!("{verb} {}", self.name))
    }
}

impl fmt::Debug for Child {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Child").field("program", &self.name).field("id", &self.id()).finish_non_exhaustive()
    }
}
