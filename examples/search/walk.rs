//! The files to search, in path order.
use crate::{Answer, Job, Piece};
use csp::prelude::*;
use ignore::WalkBuilder;
use std::cmp::{Ordering, Reverse};
use std::collections::BinaryHeap;
use std::ffi::OsStr;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

/// So many files make a job: enough to make a channel for each job cheap, few enough to share the work.
const JOB: usize = 32;

/// The name of standard input.
const STANDARD_INPUT: &str = "(standard input)";

pub(crate) struct Entry {
    pub(crate) path: PathBuf,
    pub(crate) kind: Kind,
}

pub(crate) enum Kind {
    File,
    /// Named on the command line and no regular file: a read may wait for whoever writes.
    Slow,
    StandardInput,
    /// Nothing to search, but this to say.
    Trouble(String),
}

/// Cuts the files into jobs for the readers, and tells the printer where each job's output will come from.
///
/// Reading directories blocks the worker that this process runs on. That is meant: names come from the
/// kernel's cache or at the speed of the disk, there is one walker, and the other workers take its neighbours.
#[process]
pub(crate) fn walk(paths: Vec<PathBuf>, everything: bool, jobs: Sender<Job>, order: Sender<Answer>) {
    let mut entries = in_path_order(paths, everything);
    // The first jobs are small, so that there is soon something to do for everybody.
    for size in 1.. {
        let entries: Vec<Entry> = entries.by_ref().take(JOB.min(size)).collect();
        if entries.is_empty() {
            return;
        }
        let (pieces, answer) = chan!(Piece; 1);
        order.send(Answer { files: entries.len(), pieces: answer })?;
        jobs.send(Job { entries, pieces })?;
    }
}

type Entries = Box<dyn Iterator<Item = Entry> + Send>;

/// All of the arguments' files, merged.
fn in_path_order(paths: Vec<PathBuf>, everything: bool) -> Entries {
    if paths.is_empty() {
        return Box::new(tree(Path::new("."), everything).map(|mut entry| {
            if let Ok(short) = entry.path.strip_prefix(".") {
                entry.path = short.to_owned();
            }
            entry
        }));
    }
    let mut sources: Vec<_> = paths.iter().map(|path| argument(path, everything).peekable()).collect();
    // The path that each source is at; the heap's greatest is the least of them.
    let mut heads = BinaryHeap::new();
    for (number, source) in sources.iter_mut().enumerate() {
        heads.extend(source.peek().map(|entry| Reverse((entry.path.clone().into_os_string(), number))));
    }
    Box::new(std::iter::from_fn(move || {
        let Reverse((_, number)) = heads.pop()?;
        let source = &mut sources[number];
        let entry = source.next();
        heads.extend(source.peek().map(|entry| Reverse((entry.path.clone().into_os_string(), number))));
        entry
    }))
}

/// What an argument of the command line names. Links are followed here, and nowhere else.
fn argument(path: &Path, everything: bool) -> Entries {
    if path.as_os_str() == "-" {
        let path = STANDARD_INPUT.into();
        return Box::new(std::iter::once(Entry { path, kind: Kind::StandardInput }));
    }
    let kind = match fs::metadata(path) {
        Ok(data) if data.is_dir() => return Box::new(tree(path, everything)),
        Ok(data) if data.is_file() => Kind::File,
        Ok(_) => Kind::Slow,
        Err(error) => Kind::Trouble(reason(&error)),
    };
    Box::new(std::iter::once(Entry { path: path.to_owned(), kind }))
}

/// The regular files below a directory.
fn tree(root: &Path, everything: bool) -> impl Iterator<Item = Entry> + Send + use<> {
    let root = root.to_owned();
    WalkBuilder::new(&root)
        .standard_filters(!everything)
        .require_git(false)
        .sort_by_file_path(path_order)
        .build()
        .filter_map(move |found| match found {
            Ok(found) => {
                let regular = found.file_type().is_some_and(|kind| kind.is_file());
                regular.then(|| Entry { path: found.into_path(), kind: Kind::File })
            }
            Err(error) => Some(trouble(&root, error)),
        })
}

/// The order of two entries of one directory that makes the order of all paths below it that of their bytes:
/// a directory's name counts with the `/` that will follow it.
fn path_order(a: &Path, b: &Path) -> Ordering {
    let (a_name, b_name) = (bytes(a.as_os_str()), bytes(b.as_os_str()));
    let common = a_name.len().min(b_name.len());
    match a_name[..common].cmp(&b_name[..common]) {
        // Only if one name begins with the other does it matter what the shorter one is.
        Ordering::Equal if a_name.len() != b_name.len() => {
            let next = |path: &Path, name: &[u8]| name.get(common).copied().or_else(|| slash(path));
            next(a, a_name).cmp(&next(b, b_name))
        }
        order => order,
    }
}

fn slash(path: &Path) -> Option<u8> {
    fs::symlink_metadata(path).is_ok_and(|data| data.is_dir()).then_some(b'/')
}

pub(crate) fn bytes(text: &OsStr) -> &[u8] {
    text.as_encoded_bytes()
}

/// A part of the tree that could not be read, and why.
fn trouble(root: &Path, error: ignore::Error) -> Entry {
    fn place(error: &ignore::Error) -> Option<&Path> {
        match error {
            ignore::Error::WithPath { path, .. } => Some(path),
            ignore::Error::WithDepth { err, .. } | ignore::Error::WithLineNumber { err, .. } => place(err),
            _ => None,
        }
    }
    let path = place(&error).unwrap_or(root).to_owned();
    let kind = Kind::Trouble(error.io_error().map_or_else(|| error.to_string(), reason));
    Entry { path, kind }
}

/// An error in the system's words alone.
pub(crate) fn reason(error: &io::Error) -> String {
    let text = error.to_string();
    match text.find(" (os error") {
        Some(end) => text[..end].to_owned(),
        None => text,
    }
}
