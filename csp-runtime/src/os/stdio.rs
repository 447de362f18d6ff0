//! Standard input as a source of lines, and lines to standard output, without blocking a worker.
//!
//! ```no_run
//! use csp::prelude::*;
//! use csp::stdio::{print_line, stdin_lines};
//!
//! #[process]
//! fn main() -> std::io::Result<()> {
//!     for line in stdin_lines() {
//!         print_line(line?.to_uppercase()).await?;
//!     }
//!     Ok(())
//! }
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

/// Returns the lines of standard input, without their line ends: a source that closes at the end of the input.
///
/// In a process write `for line in stdin_lines() { let line = line?; .. }`. The receivers that several calls return belong to one channel: each
/// line goes to one of them, and `close` closes it for all.
///
/// A dedicated thread reads, from the first call on, at most one line ahead of what was received. Other readers of standard input miss that
/// line and what is buffered. The program does not wait for the thread when it ends.
///
/// An item is an error when a line is not UTF-8 (`InvalidData`; the lines after it follow), or when reading fails, which is the last item.
///
/// # Panics
/// If the OS cannot start a thread.
///
/// # Examples
/// ```no_run
/// use csp::prelude::*;
/// use csp::stdio::stdin_lines;
///
/// #[process]
/// fn main() -> std::io::Result<()> {
///     for line in stdin_lines() {
///         println!("{}", line?.to_uppercase());
///     }
///     Ok(())
/// }
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

/// Writes a line to standard output, on the blocking pool; ready when the OS has accepted it.
///
/// Lines are never interleaved. The lines of one process that awaits each call keep their order.
///
/// # Errors
/// Errors of the OS, such as `BrokenPipe` when the reader is gone.
///
/// # Cancel safety
/// If it has begun, the line is written nevertheless.
///
/// # Examples
/// ```
/// # csp::block_on(async {
/// csp::stdio::print_line("hello").await?;
/// # std::io::Result::Ok(()) }).unwrap();
/// ```
#[track_caller]
pub fn print_line(line: impl Into<String>) -> impl Future<Output = io::Result<()>> + Send + 'static {
    let mut line = line.into();
    line.push('\n');
    blocking(move || write(line.as_bytes()))
}

/// Writes the lines that arrive on a channel to standard output, until the channel closes: a process to start beside those that print.
///
/// Lines that arrived meanwhile are written at once. Await its handle before the program ends.
///
/// # Errors
/// Errors of the OS, such as `BrokenPipe` when the reader is gone; the channel is closed then.
///
/// # Cancel safety
/// Lines that were received are written, unless writing them has not begun.
///
/// # Examples
/// ```
/// use csp::prelude::*;
/// use csp::stdio::print_lines;
///
/// #[process]
/// fn main() {
///     let (out, lines) = chan!(String; 16);
///     let printer = go!(print_lines(lines));
///     out.send("one".to_owned())?;
///     out.send("two".to_owned())?;
///     drop(out);
///     printer.await.unwrap().unwrap();
/// }
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
