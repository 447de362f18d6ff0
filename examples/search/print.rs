//! The printer: everything that the search writes goes through this one process, in path order.
use crate::{Answer, Piece};
use csp::prelude::*;
use std::io::{self, IsTerminal, Write};
use std::time::Instant;

/// How long a search takes before it says how far it is.
const PATIENCE: Duration = Duration::from_secs(1);

/// How often it says so.
const PERIOD: Duration = Duration::from_millis(200);

/// Prints each job's pieces, job after job; fails when standard output does, and with that the search ends.
///
/// Writing blocks the worker that this process runs on: if whoever reads the output is slow, waiting is all
/// that there is to do, and the readers go on until their channels are full.
#[process]
pub(crate) fn print(answers: Receiver<Answer>) -> io::Result<()> {
    let mut progress = Progress::new();
    let visible = io::stderr().is_terminal();
    let clock = tick(PERIOD);
    loop {
        // The next job, in path order.
        let Answer { files, pieces } = select! {
            answer = answers.recv() => match answer {
                Ok(answer) => answer,
                Err(_) => break,
            },
            <-clock if visible => {
                progress.show();
                continue;
            }
        };
        // Its output, until the reader drops its end.
        loop {
            select! {
                piece = pieces.recv() => match piece {
                    Ok(piece) => {
                        progress.clear();
                        write(piece)?;
                    }
                    Err(_) => break,
                },
                <-clock if visible => progress.show(),
            }
        }
        progress.files += files;
    }
    progress.clear();
    Ok(())
}

fn write(piece: Piece) -> io::Result<()> {
    match piece {
        Piece::Lines(lines) => {
            let mut output = io::stdout().lock();
            output.write_all(&lines)?;
            output.flush()
        }
        Piece::Message(text) => {
            // There is nobody left to tell if standard error is closed.
            let _ = writeln!(io::stderr(), "{text}");
            Ok(())
        }
    }
}

/// The line on the terminal that says how far the search is.
struct Progress {
    start: Instant,
    files: usize,
    shown: bool,
}

impl Progress {
    fn new() -> Progress {
        Progress { start: Instant::now(), files: 0, shown: false }
    }

    fn show(&mut self) {
        if self.start.elapsed() >= PATIENCE {
            self.shown = true;
            let _ = write!(io::stderr(), "\r{} files searched\x1b[K", self.files);
        }
    }

    fn clear(&mut self) {
        if std::mem::take(&mut self.shown) {
            let _ = write!(io::stderr(), "\r\x1b[K");
        }
    }
}
