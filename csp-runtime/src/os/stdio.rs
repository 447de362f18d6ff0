//! Standard input as a source of lines, and lines to standard output, without keeping a worker waiting.
//!
//! ```no_run
//! use csp_runtime::stdio::{print_line, stdin_lines};
//!
//! csp_runtime::block_on(async {
//!     let lines = stdin_lines();
//!     while let Ok(line) = lines.recv().await {
//!         print_line(line?.to_uppercase()).await?;
//!     }
//!     std::io::Result::Ok(())
//! })
//! .unwrap();
//! ```

use std::future::Future;
use std::io::{self, BufRead, Write};

use crate::chan::{Receiver, Sender, bounded};
use crate::io::error::failed;
use crate::rt::blocking;
use crate::shim::plain::{OnceLock, thread};

/// The most that one turn of [`print_lines`] gathers.
const GATHERED: usize = 64 << 10;

static LINES: OnceLock<Receiver<io::Result<String>>> = OnceLock::new();

/// The lines of standard input, without their ends: a source that closes at the end of the input.
///
/// In a process `for line in stdin_lines() { let line = line?; .. }` reads them one after the other. The receivers that several
/// calls give are ends of one channel: each line goes to one of them, and `close` closes it for all.
///
/// A thread of its own reads, from the first call on, at most one line ahead of what was received; whoever reads standard input
/// besides finds that line and what is buffered missing. A program does not wait for that thread when it ends.
///
/// An item is an error when a line is no UTF-8 (`InvalidData`; the lines after it follow), or for what the system says, which
/// is the last item.
///
/// **Panics:** if the system gives no thread.
///
/// ```no_run
/// use csp_runtime::stdio::stdin_lines;
///
/// csp_runtime::block_on(async {
///     let first = stdin_lines().recv().await;
///     println!("{first:?}");
/// });
/// ```
pub fn stdin_lines() -> Receiver<io::Result<String>> {
    let start = || {
        let (sender, lines) = bounded(0);
        let reads = move || send_lines(io::stdin().lock(), &sender);
        if let Err(error) = thread::Builder::new().name("csp-stdin".into()).spawn(reads) {
            panic!("no thread for `stdin_lines`: {error}");
        }
        lines
    };
    LINES.get_or_init(start).clone()
}

/// Sends lines until there are no more, nobody listens, or the input fails.
fn send_lines(input: impl BufRead, to: &Sender<io::Result<String>>) {
    for line in input.lines() {
        let line = line.map_err(|error| failed(error, "read standard input"));
        let last = line.as_ref().is_err_and(|error| error.kind() != io::ErrorKind::InvalidData);
        if to.send_blocking(line).is_err() || last {
            return;
        }
    }
}

/// Writes a line to standard output, on a thread for blocking calls; done when the OS has it.
///
/// Each line is whole. Those of one process that awaits each come in its order.
///
/// **Errors:** what the system says, as `BrokenPipe` when nobody reads any more.
/// **Cancellation:** once begun, the line is written all the same.
///
/// ```
/// # csp_runtime::block_on(async {
/// csp_runtime::stdio::print_line("hello").await?;
/// # std::io::Result::Ok(()) }).unwrap();
/// ```
#[track_caller]
pub fn print_line(line: impl Into<String>) -> impl Future<Output = io::Result<()>> + Send + 'static {
    let mut line = line.into();
    line.push('\n');
    blocking(move || write(line.as_bytes()))
}

/// Writes the lines that come over a channel to standard output, until it closes: a process to start beside those that have
/// something to say. What has come meanwhile is written at once. Await its handle before the program ends.
///
/// **Errors:** what the system says, as `BrokenPipe` when nobody reads any more; the channel is closed then.
/// **Cancellation:** what was received is written, unless writing it has not begun.
///
/// ```
/// csp_runtime::block_on(async {
///     let (say, lines) = csp_runtime::bounded(16);
///     let prints = csp_runtime::go(csp_runtime::stdio::print_lines(lines));
///     say.send("one".to_owned()).await.unwrap();
///     say.send("two".to_owned()).await.unwrap();
///     drop(say);
///     prints.await.unwrap()
/// })
/// .unwrap();
/// ```
pub async fn print_lines(lines: Receiver<String>) -> io::Result<()> {
    while let Ok(line) = lines.recv().await {
        let mut text = line;
        text.push('\n');
        while text.len() < GATHERED
            && let Ok(line) = lines.try_recv()
        {
            text.push_str(&line);
            text.push('\n');
        }
        blocking(move || write(text.as_bytes())).await?;
    }
    Ok(())
}

fn write(text: &[u8]) -> io::Result<()> {
    let mut output = io::stdout().lock();
    let written = output.write_all(text).and_then(|()| output.flush());
    written.map_err(|error| failed(error, "write to standard output"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_that_is_no_utf8_is_an_error_of_its_own() {
        let (sender, lines) = bounded(8);
        send_lines(&b"one\n\xff\nthree"[..], &sender);
        drop(sender);
        let all: Vec<_> = lines.iter().map(|line| line.map_err(|error| error.kind())).collect();
        assert_eq!(all, [Ok("one".into()), Err(io::ErrorKind::InvalidData), Ok("three".into())]);
    }

    #[test]
    fn a_failure_is_the_last_item() {
        struct Fails;
        impl io::Read for Fails {
            fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
                Err(io::ErrorKind::PermissionDenied.into())
            }
        }
        let (sender, lines) = bounded(8);
        send_lines(io::BufReader::new(Fails), &sender);
        drop(sender);
        let said: Vec<_> = lines.iter().map(|line| line.unwrap_err().to_string()).collect();
        assert_eq!(said, ["read standard input: permission denied"]);
    }
}
