//! An open file.

use std::fmt;
use std::future::Future;
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::Path;

use super::on_path;
use crate::io::error::failed;
use crate::rt::blocking;
use crate::shim::plain::{Arc, Mutex, lock};

/// The most that one read takes: so much is copied once more on its way.
const MOST: usize = 1 << 20;

/// An open file with a position.
///
/// Operations take `&self`. They are carried out one after the other, also those of several processes. Each begins when its future is
/// first polled. An operation that has begun is carried out even if its future is dropped, and moves the position; the next one waits
/// for it.
///
/// # Examples
/// ```
/// use csp::prelude::*;
/// use csp::fs::File;
/// use std::io::SeekFrom;
///
/// #[process]
/// fn main() -> std::io::Result<()> {
///     let path = std::env::temp_dir().join(format!("csp-doc-file-{}", std::process::id()));
///     let file = File::create(&path).await?;
///     file.write_all(b"hello").await?;
///     file.seek(SeekFrom::Start(1)).await?;
///     let mut rest = Vec::new();
///     file.read_to_end(&mut rest).await?;
///     assert_eq!(rest, b"ello");
///     std::fs::remove_file(&path)
/// }
/// ```
pub struct File {
    shared: Arc<Shared>,
}

struct Shared {
    file: Mutex<std::fs::File>,
    /// What errors call it.
    name: Box<str>,
}

impl File {
    /// Opens a file for reading.
    ///
    /// # Errors
    /// Errors of the OS, such as `NotFound`, with the path in the text.
    ///
    /// # Cancel safety
    /// If it has begun, the file is opened and closed again.
    ///
    /// # Examples
    /// ```
    /// # csp::block_on(async {
    /// let file = csp::fs::File::open("Cargo.toml").await?;
    /// let mut start = [0; 1];
    /// assert_eq!(file.read(&mut start).await?, 1);
    /// # std::io::Result::Ok(()) }).unwrap();
    /// ```
    #[track_caller]
    pub fn open(path: impl AsRef<Path>) -> impl Future<Output = io::Result<Self>> + Send + 'static {
        let mut options = std::fs::OpenOptions::new();
        options.read(true);
        Self::open_with(path, options)
    }

    /// Opens a file for reading and writing. Creates it, or truncates it if it exists.
    ///
    /// # Errors
    /// Errors of the OS, with the path in the text.
    ///
    /// # Cancel safety
    /// If it has begun, the file may be created nevertheless.
    ///
    /// # Examples
    /// ```
    /// # csp::block_on(async {
    /// let path = std::env::temp_dir().join(format!("csp-doc-create-{}", std::process::id()));
    /// csp::fs::File::create(&path).await?.write_all(b"new").await?;
    /// std::fs::remove_file(&path)
    /// # }).unwrap();
    /// ```
    #[track_caller]
    pub fn create(path: impl AsRef<Path>) -> impl Future<Output = io::Result<Self>> + Send + 'static {
        let mut options = std::fs::OpenOptions::new();
        options.read(true).write(true).create(true).truncate(true);
        Self::open_with(path, options)
    }

    /// Opens a file with options of the standard library.
    ///
    /// # Errors
    /// Errors of the OS, with the path in the text.
    ///
    /// # Cancel safety
    /// If it has begun, the file may be created; it is closed again.
    ///
    /// # Examples
    /// ```
    /// # csp::block_on(async {
    /// let mut options = std::fs::OpenOptions::new();
    /// options.read(true);
    /// let file = csp::fs::File::open_with("Cargo.toml", options).await?;
    /// # drop(file);
    /// # std::io::Result::Ok(()) }).unwrap();
    /// ```
    #[track_caller]
    pub fn open_with(
        path: impl AsRef<Path>,
        options: std::fs::OpenOptions,
    ) -> impl Future<Output = io::Result<Self>> + Send + 'static {
        let name = format!("`{}`", path.as_ref().display());
        let opened = on_path(path.as_ref().to_owned(), "open", move |path| options.open(path));
        async move { Ok(Self::named(opened.await?, name)) }
    }

    /// Wraps an open file of the standard library.
    ///
    /// # Examples
    /// ```
    /// # csp::block_on(async {
    /// let file = csp::fs::File::from_std(std::fs::File::open("Cargo.toml")?);
    /// # drop(file);
    /// # std::io::Result::Ok(()) }).unwrap();
    /// ```
    pub fn from_std(file: std::fs::File) -> Self {
        Self::named(file, "a file".into())
    }

    pub(in crate::os) fn named(file: std::fs::File, name: String) -> Self {
        Self { shared: Arc::new(Shared { file: Mutex::new(file), name: name.into() }) }
    }

    /// An operation, after those that have begun.
    #[track_caller]
    fn run<T: Send + 'static>(
        &self,
        verb: &'static str,
        f: impl FnOnce(&mut std::fs::File) -> io::Result<T> + Send + 'static,
    ) -> impl Future<Output = io::Result<T>> + Send + 'static {
        let shared = Arc::clone(&self.shared);
        blocking(move || {
            let done = f(&mut lock(&shared.file));
            done.map_err(|error| failed(error, format_args!("{verb} {}", shared.name)))
        })
    }

    /// Reads up to the length of `buf`, at most a mebibyte, and returns the number of bytes: 0 at the end of the file.
    ///
    /// # Errors
    /// Errors of the OS.
    ///
    /// # Cancel safety
    /// If it has begun, the position is moved and the bytes are lost.
    ///
    /// # Examples
    /// ```
    /// # csp::block_on(async {
    /// let file = csp::fs::File::open("Cargo.toml").await?;
    /// let mut start = [0; 9];
    /// let count = file.read(&mut start).await?;
    /// assert!(b"[package]".starts_with(&start[..count]));
    /// # std::io::Result::Ok(()) }).unwrap();
    /// ```
    #[track_caller]
    pub fn read<'a>(&self, buf: &'a mut [u8]) -> impl Future<Output = io::Result<usize>> + Send + 'a {
        let mut room = vec![0; buf.len().min(MOST)];
        let read = self.run("read", move |file| {
            loop {
                match file.read(&mut room) {
                    Ok(count) => {
                        room.truncate(count);
                        return Ok(room);
                    }
                    Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                    Err(error) => return Err(error),
                }
            }
        });
        async move {
            let bytes = read.await?;
            buf[..bytes.len()].copy_from_slice(&bytes);
            Ok(bytes.len())
        }
    }

    /// Reads from the position to the end of the file, and returns the number of bytes.
    ///
    /// # Errors
    /// Errors of the OS; `into` is unchanged then.
    ///
    /// # Cancel safety
    /// If it has begun, the position is moved and the bytes are lost.
    ///
    /// # Examples
    /// ```
    /// # csp::block_on(async {
    /// let file = csp::fs::File::open("Cargo.toml").await?;
    /// let mut all = Vec::new();
    /// assert_eq!(file.read_to_end(&mut all).await?, all.len());
    /// # std::io::Result::Ok(()) }).unwrap();
    /// ```
    #[track_caller]
    pub fn read_to_end<'a>(
        &self,
        into: &'a mut Vec<u8>,
    ) -> impl Future<Output = io::Result<usize>> + Send + 'a {
        let read = self.run("read", |file| {
            let mut bytes = Vec::new();
            file.read_to_end(&mut bytes).map(|_| bytes)
        });
        async move {
            let bytes = read.await?;
            into.extend_from_slice(&bytes);
            Ok(bytes.len())
        }
    }

    /// Writes all of these bytes at the position. They are copied first, unless they are a `Vec<u8>` or a `String`.
    ///
    /// # Errors
    /// Errors of the OS; a part may have been written.
    ///
    /// # Cancel safety
    /// If it has begun, the bytes are written nevertheless.
    ///
    /// # Examples
    /// ```
    /// # csp::block_on(async {
    /// let path = std::env::temp_dir().join(format!("csp-doc-all-{}", std::process::id()));
    /// let file = csp::fs::File::create(&path).await?;
    /// file.write_all("text").await?;
    /// file.write_all(vec![b'!'; 3]).await?;
    /// assert_eq!(std::fs::read(&path)?, b"text!!!");
    /// std::fs::remove_file(&path)
    /// # }).unwrap();
    /// ```
    #[track_caller]
    pub fn write_all(
        &self,
        bytes: impl Into<Vec<u8>>,
    ) -> impl Future<Output = io::Result<()>> + Send + 'static {
        let bytes = bytes.into();
        self.run("write", move |file| file.write_all(&bytes))
    }

    /// Moves the position, and returns it in bytes from the start.
    ///
    /// # Errors
    /// `InvalidInput` for a position before the start; other errors of the OS.
    ///
    /// # Cancel safety
    /// If it has begun, the position is moved nevertheless.
    ///
    /// # Examples
    /// ```
    /// # csp::block_on(async {
    /// use std::io::SeekFrom;
    ///
    /// let file = csp::fs::File::open("Cargo.toml").await?;
    /// assert_eq!(file.seek(SeekFrom::Start(3)).await?, 3);
    /// assert!(file.seek(SeekFrom::Current(-4)).await.is_err());
    /// # std::io::Result::Ok(()) }).unwrap();
    /// ```
    #[track_caller]
    pub fn seek(&self, to: SeekFrom) -> impl Future<Output = io::Result<u64>> + Send + 'static {
        self.run("seek in", move |file| file.seek(to))
    }

    /// Waits until everything written is on the disk and would survive a loss of power.
    ///
    /// # Errors
    /// Errors of the OS.
    ///
    /// # Cancel safety
    /// If it has begun, it is carried out nevertheless.
    ///
    /// # Examples
    /// ```
    /// # csp::block_on(async {
    /// let path = std::env::temp_dir().join(format!("csp-doc-sync-{}", std::process::id()));
    /// let file = csp::fs::File::create(&path).await?;
    /// file.write_all("kept").await?;
    /// file.sync_all().await?;
    /// std::fs::remove_file(&path)
    /// # }).unwrap();
    /// ```
    #[track_caller]
    pub fn sync_all(&self) -> impl Future<Output = io::Result<()>> + Send + 'static {
        self.run("synchronize", |file| file.sync_all())
    }
}

impl fmt::Debug for File {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("File").field(&self.shared.name).finish()
    }
}
