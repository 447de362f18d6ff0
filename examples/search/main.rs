//! Searches files for lines that match a regular expression, as `grep -r` does, and prints them in path order.
//!
//! ```text
//!                  jobs               pieces of output
//!          +--> read and match --------------------------+
//!   walk --+--> read and match --------------------------+--> print
//!     |    +--> read and match --------------------------+      ^
//!     +---------------------------------------------------------+
//!          the receiving ends of the pieces, in path order
//! ```
//!
//! `walk` cuts the files into jobs. With each job goes the sending end of a channel of its own; the receiving
//! end goes to `print`, in the order of the walk. So `print` reads the answers in path order whichever reader
//! gives them, and what the readers may run ahead is bounded by the capacities, not by the size of the tree.
//! When standard output closes, `print` ends, the readers' sends fail, they end, and so does `walk`.
//!
//! What is the same as in GNU grep 3.8: see `scan.rs`. What is not:
//! * The syntax of patterns is that of the `regex` crate, near to `grep -E`, without backreferences.
//! * Without `--no-ignore`, hidden files and what `.gitignore` and its like name are left out.
//! * Output and messages come in the order of the paths, byte by byte, of all arguments taken together.
use csp::prelude::*;
use std::io;
use std::process::ExitCode;

mod args;
mod pattern;
mod print;
mod read;
mod scan;
mod walk;

/// What goes to the printer: a job's output is a channel of these.
enum Piece {
    /// For standard output: whole lines.
    Lines(Vec<u8>),
    /// For standard error.
    Message(String),
}

/// Files that one reader searches, and where the results go.
struct Job {
    entries: Vec<walk::Entry>,
    pieces: Sender<Piece>,
}

/// Where a job's output will come from.
struct Answer {
    files: usize,
    pieces: Receiver<Piece>,
}

/// What a reader or the whole search came to.
#[derive(Clone, Copy, Default)]
struct Outcome {
    found: bool,
    trouble: bool,
}

/// The status that a shell reports for a program that a closed pipe has ended.
const PIPE_CLOSED: u8 = 128 + 13;

#[process]
fn main() -> ExitCode {
    let args = match args::parse(std::env::args_os().skip(1)) {
        Ok(Some(args)) => args,
        Ok(None) => {
            print!("{}", args::HELP);
            return ExitCode::SUCCESS;
        }
        Err(message) => {
            eprintln!("search: {message}\n{}", args::USAGE);
            return ExitCode::from(2);
        }
    };
    let regex = match pattern::compile(&args.pattern, args.ignore_case, args.utf8) {
        Ok(regex) => regex,
        Err(message) => {
            eprintln!("search: {message}");
            return ExitCode::from(2);
        }
    };
    let scanner = scan::Scanner::new(regex, args.show, args.utf8, args.names_files());

    // For each job that is not printed yet at most one piece waits, and one is in its reader's hands.
    let (jobs, todo) = chan!(Job; args.readers);
    let (order, answers) = chan!(Answer; 4 * args.readers);
    go!(walk::walk(args.paths, args.everything, jobs, order));
    let readers: Vec<_> = (0..args.readers).map(|_| go!(read::read(todo.clone(), scanner.clone()))).collect();
    drop(todo);

    match go!(print::print(answers)).await {
        Ok(Ok(())) => {}
        Ok(Err(error)) if error.kind() == io::ErrorKind::BrokenPipe => return ExitCode::from(PIPE_CLOSED),
        Ok(Err(error)) => {
            eprintln!("search: write error: {}", walk::reason(&error));
            return ExitCode::from(2);
        }
        Err(panic) => return bug(panic),
    }
    let mut all = Outcome::default();
    for reader in readers {
        match reader.await {
            Ok(Ok(one)) => {
                all.found |= one.found;
                all.trouble |= one.trouble;
            }
            Ok(Err(_)) => {} // The printer has gone: it has said why.
            Err(panic) => return bug(panic),
        }
    }
    match all {
        Outcome { trouble: true, .. } => ExitCode::from(2),
        Outcome { found: true, .. } => ExitCode::SUCCESS,
        _ => ExitCode::from(1),
    }
}

/// A process of ours panicked: the panic itself has been printed.
fn bug(panic: ProcessError) -> ExitCode {
    eprintln!("search: {panic}");
    ExitCode::from(2)
}
