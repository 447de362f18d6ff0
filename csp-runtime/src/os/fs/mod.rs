//! Files, read and written on the threads for blocking calls.
//!
//! No system tells when a file can be read without waiting, so each operation here is a closure on one of the threads that
//! [`blocking`](crate::blocking) uses: the process waits, the worker goes on. For many small steps on a file it is
//! cheaper to take them all in one `blocking(move || ..)` of the standard library's operations.
//!
//! An operation begins when its future is first polled; one that is dropped before does nothing. One that has begun cannot be taken
//! back: when its future is dropped, it is still carried out, and its result is lost.
//!
//! ```
//! use csp_runtime::fs;
//!
//! csp_runtime::block_on(async {
//!     let path = std::env::temp_dir().join(format!("csp-doc-{}", std::process::id()));
//!     fs::write(&path, "a line\n").await?;
//!     assert_eq!(fs::read_to_string(&path).await?, "a line\n");
//!     std::fs::remove_file(&path)
//! })
//! .unwrap();
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
/// **Errors:** what the system says, as `NotFound`, with the path in the text.
/// **Cancellation:** once begun, the file is read all the same, and forgotten.
///
/// ```
/// # csp_runtime::block_on(async {
/// let manifest = csp_runtime::fs::read("Cargo.toml").await?;
/// assert!(manifest.starts_with(b"["));
/// let error = csp_runtime::fs::read("no such file").await.unwrap_err();
/// assert_eq!(error.kind(), std::io::ErrorKind::NotFound);
/// # std::io::Result::Ok(()) }).unwrap();
/// ```
#[track_caller]
pub fn read(path: impl AsRef<Path>) -> impl Future<Output = io::Result<Vec<u8>>> + Send + 'static {
    on_path(path.as_ref().to_owned(), "read", |path| std::fs::read(path))
}

/// Reads a whole file of UTF-8.
///
/// **Errors:** as [`read`]; `InvalidData` if it is no UTF-8.
/// **Cancellation:** once begun, the file is read all the same, and forgotten.
///
/// ```
/// # csp_runtime::block_on(async {
/// let manifest = csp_runtime::fs::read_to_string("Cargo.toml").await?;
/// assert!(manifest.contains("csp"));
/// # std::io::Result::Ok(()) }).unwrap();
/// ```
#[track_caller]
pub fn read_to_string(path: impl AsRef<Path>) -> impl Future<Output = io::Result<String>> + Send + 'static {
    on_path(path.as_ref().to_owned(), "read", |path| std::fs::read_to_string(path))
}

/// Makes a file of these bytes, or puts them in the place of what it held.
///
/// **Errors:** what the system says, with the path in the text; then the file may hold some of them.
/// **Cancellation:** once begun, the file is written all the same.
///
/// ```
/// # csp_runtime::block_on(async {
/// let path = std::env::temp_dir().join(format!("csp-doc-write-{}", std::process::id()));
/// csp_runtime::fs::write(&path, b"bytes").await?;
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
