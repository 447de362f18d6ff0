//! Other programs, started by the standard library's [`Command`], waited for and talked to without keeping a worker waiting.
//!
//! Starting a program takes the time that the standard library takes, on the worker: a fraction of a millisecond.
//!
//! ```
//! use csp_runtime::command;
//! use std::process::Command;
//!
//! # #[cfg(unix)]
//! csp_runtime::block_on(async {
//!     let said = command::output(Command::new("echo").arg("hello")).await?;
//!     assert!(said.status.success());
//!     assert_eq!(said.stdout, b"hello\n");
//!     std::io::Result::Ok(())
//! })
//! .unwrap();
//! ```

mod end;
mod pipe;
#[cfg(all(test, unix))]
mod tests;

pub use pipe::{ReadPipe, WritePipe};
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

/// Starts a program. What the command says of its streams holds: by default they are those of this program, and with
/// `Stdio::piped()` they are the [`Child`]'s `stdin`, `stdout` and `stderr`.
///
/// **Errors:** `NotFound` if there is no such program, and what else the system says, with its name in the text.
///
/// ```
/// use csp_runtime::command;
/// use std::process::{Command, Stdio};
///
/// # #[cfg(unix)]
/// csp_runtime::block_on(async {
///     let mut cat = command::spawn(Command::new("cat").stdin(Stdio::piped()).stdout(Stdio::piped()))?;
///     let (to, from) = (cat.stdin.take().expect("piped"), cat.stdout.take().expect("piped"));
///     to.write_all(b"there and back").await?;
///     drop(to);
///     let mut said = Vec::new();
///     from.read_to_end(&mut said).await?;
///     assert_eq!(said, b"there and back");
///     assert!(cat.wait().await?.success());
///     std::io::Result::Ok(())
/// })
/// .unwrap();
/// ```
pub fn spawn(command: &mut Command) -> io::Result<Child> {
    reap();
    let name = format!("`{}`", command.get_program().display());
    match command.spawn() {
        Ok(child) => Child::new(child, name),
        Err(error) => Err(failed(error, format_args!("start {name}"))),
    }
}

/// Starts a program with empty standard input, gathers what it writes to its other two streams, and waits for its end.
///
/// It takes a command or a `&mut` of one, and starts the program when it is first polled; dropped before, it starts nothing.
///
/// The streams end when every program that has them has closed them: a program that the first one leaves behind in the
/// background is waited for, too, unless its output is redirected.
///
/// **Errors:** those of [`spawn`], and what the system says of the pipes.
/// **Cancellation:** the program is killed, and what it wrote so far is dropped. For a time limit after which that is wanted,
/// [`spawn`] it and read the pipes, as in the second example.
///
/// ```
/// # #[cfg(unix)]
/// csp_runtime::block_on(async {
///     let mut shell = std::process::Command::new("sh");
///     let output = csp_runtime::command::output(shell.args(["-c", "echo out; echo err >&2; exit 3"])).await?;
///     assert_eq!(output.status.code(), Some(3));
///     assert_eq!((&output.stdout[..], &output.stderr[..]), (&b"out\n"[..], &b"err\n"[..]));
///     std::io::Result::Ok(())
/// })
/// .unwrap();
/// ```
///
/// ```
/// use csp_runtime::{command, timeout};
/// use std::process::{Command, Stdio};
/// use std::time::Duration;
///
/// # #[cfg(unix)]
/// csp_runtime::block_on(async {
///     let mut shell = Command::new("sh");
///     let mut child = command::spawn(shell.args(["-c", "echo first; exec sleep 60"]).stdout(Stdio::piped()))?;
///     let (pipe, mut so_far) = (child.stdout.take().expect("piped"), Vec::new());
///     if timeout(Duration::from_secs(1), pipe.read_to_end(&mut so_far)).await.is_err() {
///         child.kill()?;
///     }
///     child.wait().await?;
///     assert_eq!(so_far, b"first\n");
///     std::io::Result::Ok(())
/// })
/// .unwrap();
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

/// A program that was started.
///
/// Dropped, it runs on, and its pipes are closed; what is left of it when it ends is cleared away when the next one is started or
/// dropped.
pub struct Child {
    end: end::End,
    name: String,
    /// Where it reads from, if it was piped. Dropping it ends what the program reads.
    pub stdin: Option<WritePipe>,
    /// What it writes, if it was piped.
    pub stdout: Option<ReadPipe>,
    /// What it writes of its errors, if it was piped.
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

    /// The number that the system gave it.
    ///
    /// ```
    /// # #[cfg(unix)]
    /// # csp_runtime::block_on(async {
    /// let mut child = csp_runtime::command::spawn(&mut std::process::Command::new("true"))?;
    /// assert_ne!(child.id(), std::process::id());
    /// # child.wait().await }).unwrap();
    /// ```
    pub fn id(&self) -> u32 {
        self.end.id()
    }

    /// Closes the program's input, if it is piped and was not taken, and waits for its end; again at once after that.
    ///
    /// So a program that reads to the end of its input gets there, as with the standard library's `wait`. Where the input must stay
    /// open, or several processes wait, use [`ended`](Self::ended).
    ///
    /// **Errors:** what the system says.
    /// **Cancellation:** the input is closed, and nothing else is lost.
    ///
    /// ```
    /// # #[cfg(unix)]
    /// # csp_runtime::block_on(async {
    /// use std::process::{Command, Stdio};
    ///
    /// let mut child = csp_runtime::command::spawn(Command::new("cat").stdin(Stdio::piped()))?;
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

    /// Waits for its end, and leaves its input as it is. Any number of processes may wait, and wait again.
    ///
    /// **Errors:** what the system says.
    /// **Cancellation:** nothing is lost.
    ///
    /// ```
    /// # #[cfg(unix)]
    /// # csp_runtime::block_on(async {
    /// let child = csp_runtime::command::spawn(&mut std::process::Command::new("false"))?;
    /// assert_eq!(child.ended().await?.code(), Some(1));
    /// assert_eq!(child.ended().await?.code(), Some(1));
    /// # std::io::Result::Ok(()) }).unwrap();
    /// ```
    #[track_caller]
    pub fn ended(&self) -> impl Future<Output = io::Result<ExitStatus>> + Send + '_ {
        let wait = self.end.wait(Location::caller());
        async move { wait.await.map_err(|error| self.failed(error, "wait for")) }
    }

    /// How it ended, if it has.
    ///
    /// **Errors:** what the system says.
    ///
    /// ```
    /// # #[cfg(unix)]
    /// # csp_runtime::block_on(async {
    /// let mut child = csp_runtime::command::spawn(std::process::Command::new("sleep").arg("60"))?;
    /// assert!(child.try_wait()?.is_none());
    /// child.kill()?;
    /// assert!(!child.wait().await?.success());
    /// # std::io::Result::Ok(()) }).unwrap();
    /// ```
    pub fn try_wait(&self) -> io::Result<Option<ExitStatus>> {
        self.end.try_wait().map_err(|error| self.failed(error, "ask for the end of"))
    }

    /// Ends it at once, without asking it (`SIGKILL`). One that has ended already is left alone. Wait for its end afterwards.
    ///
    /// **Errors:** what the system says.
    ///
    /// ```
    /// # #[cfg(unix)]
    /// # csp_runtime::block_on(async {
    /// let mut child = csp_runtime::command::spawn(std::process::Command::new("sleep").arg("60"))?;
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
