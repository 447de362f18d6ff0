//! A reader: takes jobs, searches their files, sends what it finds in pieces.
use crate::scan::Scanner;
use crate::walk::{Entry, Kind, bytes, reason};
use crate::{Job, Outcome, Piece};
use csp::prelude::*;
use std::fs::File;
use std::io::{self, Read};
#[cfg(unix)]
use std::{os::fd::AsFd, os::unix::fs::MetadataExt, sync::LazyLock};

/// A piece of output is sent when it has grown to this.
const PIECE: usize = 64 * 1024;

/// After so many blocks a reader lets the others of its worker have a turn: about a millisecond's work.
const TURN: usize = 16;

type Source = Box<dyn Read + Send>;

/// Ends early when the printer has gone.
#[process]
pub(crate) fn read(jobs: Receiver<Job>, mut scanner: Scanner) -> Result<Outcome, Closed> {
    let mut all = Outcome::default();
    for job in jobs {
        let mut output = Output { text: Vec::new(), pieces: job.pieces };
        for entry in &job.entries {
            let one = search(entry, &mut scanner, &mut output).await?;
            all.found |= one.found;
            all.trouble |= one.trouble;
        }
        output.flush().await?;
    }
    Ok(all)
}

/// What a job has found and not sent yet.
struct Output {
    text: Vec<u8>,
    pieces: Sender<Piece>,
}

impl Output {
    #[process]
    fn flush(&mut self) -> Result<(), Closed> {
        if !self.text.is_empty() {
            self.pieces.send(Piece::Lines(std::mem::take(&mut self.text)))?;
        }
        Ok(())
    }

    /// A message about a file comes after the lines that were found before it.
    #[process]
    fn message(&mut self, entry: &Entry, message: &str) -> Result<(), Closed> {
        self.flush().await?;
        let text = format!("search: {}: {message}", entry.path.display());
        self.pieces.send(Piece::Message(text))?;
        Ok(())
    }
}

/// Searches one file.
#[process]
fn search(entry: &Entry, scanner: &mut Scanner, output: &mut Output) -> Result<Outcome, Closed> {
    let mut outcome = Outcome::default();
    let mut source = match open(entry, scanner) {
        Ok(source) => source,
        Err(message) => {
            output.message(entry, &message).await?;
            outcome.trouble = true;
            return Ok(outcome);
        }
    };
    let name = bytes(entry.path.as_os_str());
    scanner.begin(name);
    for block in 1.. {
        let read = match entry.kind {
            // A read of a regular file blocks the worker for as long as it takes to copy a block, or to
            // fetch it from a disk. Handing it to another thread and back would take longer than the copy.
            Kind::File => scanner.buffer.fill(&mut source),
            // A pipe or a terminal may have nothing to give for hours: that wait is a thread's of its own.
            _ => {
                let mut buffer = scanner.buffer.lend();
                let (buffer, back, read) = blocking(move || {
                    let read = buffer.fill(&mut source);
                    (buffer, source, read)
                })
                .await;
                (scanner.buffer, source) = (buffer, back);
                read
            }
        };
        match read {
            Ok(read) => {
                if scanner.scan(read, &mut output.text).is_break() || read == 0 {
                    break;
                }
            }
            Err(error) => {
                output.message(entry, &reason(&error)).await?;
                outcome.trouble = true;
                break;
            }
        }
        if output.text.len() >= PIECE {
            output.flush().await?;
        }
        if block % TURN == 0 {
            yield_now().await;
        }
    }
    let (found, binary) = scanner.finish(name, &mut output.text);
    if binary {
        output.message(entry, "binary file matches").await?;
    }
    outcome.found = found;
    Ok(outcome)
}

/// Opens what there is to search, or says why not.
fn open(entry: &Entry, scanner: &Scanner) -> Result<Source, String> {
    match &entry.kind {
        Kind::Trouble(message) => Err(message.clone()),
        Kind::StandardInput => Ok(Box::new(io::stdin())),
        Kind::File | Kind::Slow => {
            let file = File::open(&entry.path).map_err(|error| reason(&error))?;
            if scanner.prints_lines() && is_the_output(&file) {
                // Or we would search what we have found, for ever.
                return Err("input file is also the output".to_owned());
            }
            Ok(Box::new(file))
        }
    }
}

/// Device and inode of standard output, if that is a regular file.
#[cfg(unix)]
static OUTPUT: LazyLock<Option<(u64, u64)>> = LazyLock::new(|| {
    let output = File::from(io::stdout().as_fd().try_clone_to_owned().ok()?);
    let data = output.metadata().ok()?;
    data.is_file().then(|| (data.dev(), data.ino()))
});

#[cfg(unix)]
fn is_the_output(file: &File) -> bool {
    match *OUTPUT {
        Some(output) => file.metadata().is_ok_and(|data| (data.dev(), data.ino()) == output),
        None => false,
    }
}

#[cfg(not(unix))]
fn is_the_output(_: &File) -> bool {
    false
}
