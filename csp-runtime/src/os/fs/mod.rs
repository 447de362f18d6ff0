//! Files, read and written on the blocking pool.
//!
//! An OS does not report when a file can be read without blocking. So each operation here is a closure on the thread pool of
//! [`blocking`](crate::blocking): the process waits, the worker does not. For many small steps on one file it is cheaper to write them
//! in one `blocking(move || ..)` with the standard library.
//!
//! An operation begins when its future is first polled; one that is dropped before that does nothing. An operation that has begun is
//! carried out even if its future is dropped; its result is lost.
//!
//! ```
//! use csp::prelude::*;
//! use csp::fs;
//!
//! #[process]
//! fn main() -> std::io::Result<()> {
//!     let path = std::env::temp_dir().join(format!("csp-doc-{}", std::process::id()));
//!     fs::write(&path, "a line\n").await?;
//!     assert_eq!(fs::read_to_string(&path).await?, "a line\n");
//!     std::fs::remove_file(&path)
//! }
//! ```

mod file;
#[cfg(test)]
mod tests;

pub use file::File;

use std::future::Future;
use std::io;
use std::path::{Path, PathBuf};

use crate::io::error::failed;
use crate::rt::blocking;

/// Runs an operation on a path; its error says which and where.
#[track_caller]
fn on_path<T: Send + 'static>(
    path: PathBuf,
    verb: &'static str,
    f: impl FnOnce(&Path) -> io::Result<T> + Send + 'static,
) -> impl Future<Output = io::Result<T>> + Send + 'static {
    blocking(move || f(&path).map_err(|error| failed(error, format_args!("{verb} `{}`", path.display()))))
}

/// Reads a whole file.
///
/// # Errors
/// Errors of the OS, such as `NotFound`, with the path in the text.
///
/// # Cancel safety
/// If it has begun, the file is read and its content dropped.
///
/// # Examples
/// ```
/// # csp::block_on(async {
/// let manifest = csp::fs::read("Cargo.toml").await?;
/// assert!(manifest.starts_with(b"["));
/// let error = csp::fs::read("no such file").await.unwrap_err();
/// assert_eq!(error.kind(), std::io::ErrorKind::NotFound);
/// # std::io::Result::Ok(()) }).unwrap();
/// ```
#[track_caller]
pub fn read(path: impl AsRef<Path>) -> impl Future<Output = io::Result<Vec<u8>>> + Send + 'static {
    on_path(path.as_ref().to_owned(), "read", |path| std::fs::read(path))
}

/// Reads a whole file as UTF-8.
///
/// # Errors
/// The same as of [`read`]; `InvalidData` if it is not UTF-8.
///
/// # Cancel safety
/// If it has begun, the file is read and its content dropped.
///
/// # Examples
/// ```
/// # csp::block_on(async {
/// let manifest = csp::fs::read_to_string("Cargo.toml").await?;
/// assert!(manifest.contains("csp"));
/// # std::io::Result::Ok(()) }).unwrap();
/// ```
#[track_caller]
pub fn read_to_string(path: impl AsRef<Path>) -> impl Future<Output = io::Result<String>> + Send + 'static {
    on_path(path.as_ref().to_owned(), "read", |path| std::fs::read_to_string(path))
}

/// Writes a file that contains these bytes: creates it, or replaces its content.
///
/// # Errors
/// Errors of the OS, with the path in the text; the file may contain a part of them.
///
/// # Cancel safety
/// If it has begun, the file is written nevertheless.
///
/// # Examples
/// ```
/// # csp::block_on(async {
/// let path = std::env::temp_dir().join(format!("csp-doc-write-{}", std::process::id()));
/// csp::fs::write(&path, b"bytes").await?;
/// assert_eq!(std::fs::read(&path)?, b"bytes");
/// std::fs::remove_file(&path)
/// # }).unwrap();
/// ```
#[track_caller]
pub fn write(
    path: impl AsRef<Path>,
    content: impl Into<Vec<u8>>,
) -> impl Future<Output = io::Result<()>> + Send + 'static {
    let content = content.into();
    on_path(path.as_ref().to_owned(), "write", move |path| std::fs::write(path, content))
}
