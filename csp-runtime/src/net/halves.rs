//! A stream as a reader and a writer: halves that borrow it, and halves that own it together.

/// The operations of a type that has a `link`.
macro_rules! read_operations {
    () => {
        /// Reads the bytes that have arrived, up to the length of `buf`; waits while there are none. Returns the number of bytes: 0 means
        /// that the peer has closed its side, or that `buf` is empty.
        ///
        /// # Errors
        /// Errors of the OS, such as `ConnectionReset`, with the peer in the text.
        ///
        /// # Cancel safety
        /// Dropping the future before it is ready reads nothing.
        ///
        /// # Examples
        /// ```
        /// # csp::block_on(async {
        /// # use csp::net::{TcpListener, TcpStream};
        /// # let listener = TcpListener::bind("127.0.0.1:0").await?;
        /// # let here = TcpStream::connect(listener.local_addr()?).await?;
        /// # let (there, _) = listener.accept().await?;
        /// here.write_all(b"hello").await?;
        /// let mut buf = [0; 64];
        /// let count = there.read(&mut buf).await?;
        /// assert_eq!(&buf[..count], b"hello");
        /// # std::io::Result::Ok(()) }).unwrap();
        /// ```
        #[track_caller]
        pub fn read<'a>(&'a self, buf: &'a mut [u8]) -> impl Future<Output = io::Result<usize>> + Send + 'a {
            self.link().read(buf)
        }

        /// Fills `buf`; waits until enough bytes have arrived.
        ///
        /// # Errors
        /// `UnexpectedEof` if the peer closes before; otherwise the same as of [`read`](Self::read).
        ///
        /// # Cancel safety
        /// Bytes read before are in `buf`, but their number is unknown: not cancel safe.
        ///
        /// # Examples
        /// ```
        /// # csp::block_on(async {
        /// # use csp::net::{TcpListener, TcpStream};
        /// # let listener = TcpListener::bind("127.0.0.1:0").await?;
        /// # let here = TcpStream::connect(listener.local_addr()?).await?;
        /// # let (there, _) = listener.accept().await?;
        /// here.write_all(b"hello").await?;
        /// let mut buf = [0; 4];
        /// there.read_exact(&mut buf).await?;
        /// assert_eq!(&buf, b"hell");
        /// # std::io::Result::Ok(()) }).unwrap();
        /// ```
        #[track_caller]
        pub fn read_exact<'a>(
            &'a self,
            buf: &'a mut [u8],
        ) -> impl Future<Output = io::Result<()>> + Send + 'a {
            self.link().read_exact(buf)
        }

        /// Reads until the peer closes its side, and appends to `into`; returns the number of bytes.
        ///
        /// # Errors
        /// The same as of [`read`](Self::read); bytes read before are in `into`.
        ///
        /// # Cancel safety
        /// Bytes read before are in `into`; nothing is lost.
        ///
        /// # Examples
        /// ```
        /// # csp::block_on(async {
        /// # use csp::net::{TcpListener, TcpStream};
        /// # let listener = TcpListener::bind("127.0.0.1:0").await?;
        /// # let here = TcpStream::connect(listener.local_addr()?).await?;
        /// # let (there, _) = listener.accept().await?;
        /// here.write_all(b"hello").await?;
        /// drop(here);
        /// let mut all = Vec::new();
        /// assert_eq!(there.read_to_end(&mut all).await?, 5);
        /// assert_eq!(all, b"hello");
        /// # std::io::Result::Ok(()) }).unwrap();
        /// ```
        #[track_caller]
        pub fn read_to_end<'a>(
            &'a self,
            into: &'a mut Vec<u8>,
        ) -> impl Future<Output = io::Result<usize>> + Send + 'a {
            self.link().read_to_end(into)
        }

        /// Waits until a [`try_read`](Self::try_read) is likely to succeed: there are bytes, the end or an error. It may still return
        /// `WouldBlock`.
        ///
        /// # Errors
        /// When the runtime has ended.
        ///
        /// # Cancel safety
        /// Nothing is read.
        ///
        /// # Examples
        /// ```
        /// # csp::block_on(async {
        /// # use csp::net::{TcpListener, TcpStream};
        /// # let listener = TcpListener::bind("127.0.0.1:0").await?;
        /// # let here = TcpStream::connect(listener.local_addr()?).await?;
        /// # let (there, _) = listener.accept().await?;
        /// here.write_all(b"hello").await?;
        /// there.readable().await?;
        /// # drop(here);
        /// # std::io::Result::Ok(()) }).unwrap();
        /// ```
        #[track_caller]
        pub fn readable(&self) -> impl Future<Output = io::Result<()>> + Send + '_ {
            self.link().ready(Side::Read)
        }

        /// Reads the bytes that have arrived, without waiting.
        ///
        /// # Errors
        /// `WouldBlock` if there is nothing now; otherwise the same as of [`read`](Self::read).
        ///
        /// # Examples
        /// ```
        /// # csp::block_on(async {
        /// # use csp::net::{TcpListener, TcpStream};
        /// # let listener = TcpListener::bind("127.0.0.1:0").await?;
        /// # let here = TcpStream::connect(listener.local_addr()?).await?;
        /// # let (there, _) = listener.accept().await?;
        /// assert_eq!(there.try_read(&mut [0; 8]).unwrap_err().kind(), std::io::ErrorKind::WouldBlock);
        /// # drop(here);
        /// # std::io::Result::Ok(()) }).unwrap();
        /// ```
        pub fn try_read(&self, buf: &mut [u8]) -> io::Result<usize> {
            self.link().try_read(buf)
        }
    };
}

/// The operations of a type that has a `link`.
macro_rules! write_operations {
    () => {
        /// Writes as many bytes as the OS accepts now, at least one unless `buf` is empty, and returns the number; waits while it accepts
        /// none.
        ///
        /// # Errors
        /// Errors of the OS, such as `BrokenPipe` or `ConnectionReset`, with the peer in the text.
        ///
        /// # Cancel safety
        /// Dropping the future before it is ready writes nothing.
        ///
        /// # Examples
        /// ```
        /// # csp::block_on(async {
        /// # use csp::net::{TcpListener, TcpStream};
        /// # let listener = TcpListener::bind("127.0.0.1:0").await?;
        /// # let here = TcpStream::connect(listener.local_addr()?).await?;
        /// # let (there, _) = listener.accept().await?;
        /// let count = here.write(b"hello").await?;
        /// assert!((1..=5).contains(&count));
        /// # drop(there);
        /// # std::io::Result::Ok(()) }).unwrap();
        /// ```
        #[track_caller]
        pub fn write<'a>(&'a self, buf: &'a [u8]) -> impl Future<Output = io::Result<usize>> + Send + 'a {
            self.link().write(buf)
        }

        /// Writes all of `buf`; waits whenever the OS accepts no more.
        ///
        /// # Errors
        /// The same as of [`write`](Self::write).
        ///
        /// # Cancel safety
        /// A part of `buf` may have been written, and its length is unknown: not cancel safe.
        ///
        /// # Examples
        /// ```
        /// # csp::block_on(async {
        /// # use csp::net::{TcpListener, TcpStream};
        /// # let listener = TcpListener::bind("127.0.0.1:0").await?;
        /// # let here = TcpStream::connect(listener.local_addr()?).await?;
        /// # let (there, _) = listener.accept().await?;
        /// here.write_all(b"hello").await?;
        /// # drop(there);
        /// # std::io::Result::Ok(()) }).unwrap();
        /// ```
        #[track_caller]
        pub fn write_all<'a>(&'a self, buf: &'a [u8]) -> impl Future<Output = io::Result<()>> + Send + 'a {
            self.link().write_all(buf)
        }

        /// Waits until a [`try_write`](Self::try_write) is likely to succeed. It may still return `WouldBlock`.
        ///
        /// # Errors
        /// When the runtime has ended.
        ///
        /// # Cancel safety
        /// Nothing is written.
        ///
        /// # Examples
        /// ```
        /// # csp::block_on(async {
        /// # use csp::net::{TcpListener, TcpStream};
        /// # let listener = TcpListener::bind("127.0.0.1:0").await?;
        /// # let here = TcpStream::connect(listener.local_addr()?).await?;
        /// # let (there, _) = listener.accept().await?;
        /// here.writable().await?;
        /// # drop(there);
        /// # std::io::Result::Ok(()) }).unwrap();
        /// ```
        #[track_caller]
        pub fn writable(&self) -> impl Future<Output = io::Result<()>> + Send + '_ {
            self.link().ready(Side::Write)
        }

        /// Writes as many bytes as the OS accepts, without waiting.
        ///
        /// # Errors
        /// `WouldBlock` if it accepts none now; otherwise the same as of [`write`](Self::write).
        ///
        /// # Examples
        /// ```
        /// # csp::block_on(async {
        /// # use csp::net::{TcpListener, TcpStream};
        /// # let listener = TcpListener::bind("127.0.0.1:0").await?;
        /// # let here = TcpStream::connect(listener.local_addr()?).await?;
        /// # let (there, _) = listener.accept().await?;
        /// assert_eq!(here.try_write(b"hello")?, 5);
        /// # drop(there);
        /// # std::io::Result::Ok(()) }).unwrap();
        /// ```
        pub fn try_write(&self, buf: &[u8]) -> io::Result<usize> {
            self.link().try_write(buf)
        }
    };
}

/// The halves of a stream, with an example of each kind.
macro_rules! halves {
    ($stream:ident, $link:ty, $borrowed:literal, $owned:literal, $reunite:literal) => {
        /// The reading half of a borrowed stream.
        #[doc = concat!("Made by [`", stringify!($stream), "::split`].")]
        ///
        /// # Examples
        #[doc = $borrowed]
        #[derive(Debug)]
        pub struct ReadHalf<'a>(&'a $stream);

        /// The writing half of a borrowed stream.
        #[doc = concat!("Made by [`", stringify!($stream), "::split`].")]
        ///
        /// # Examples
        #[doc = $borrowed]
        #[derive(Debug)]
        pub struct WriteHalf<'a>(&'a $stream);

        /// The reading half of a stream that both halves own together.
        #[doc = concat!("Made by [`", stringify!($stream), "::into_split`].")]
        ///
        /// # Examples
        #[doc = $owned]
        #[derive(Debug)]
        pub struct OwnedReadHalf(Arc<$stream>);

        /// The writing half of a stream that both halves own together. Dropping it shuts the writing direction down, as
        #[doc = concat!("[`shutdown`](", stringify!($stream), "::shutdown) does. Made by [`", stringify!($stream), "::into_split`].")]
        ///
        /// # Examples
        #[doc = $owned]
        #[derive(Debug)]
        pub struct OwnedWriteHalf {
            stream: Arc<$stream>,
            /// Its end is the end of what the peer reads.
            closes: bool,
        }

        impl $stream {
            /// Splits the stream into a reader and a writer that borrow it, for two futures of one process.
            ///
            /// # Examples
            #[doc = $borrowed]
            pub fn split(&mut self) -> (ReadHalf<'_>, WriteHalf<'_>) {
                (ReadHalf(self), WriteHalf(self))
            }

            /// Splits the stream into a reader and a writer that own it together, for two processes.
            ///
            /// Dropping the writer shuts the writing direction down: the peer reads to the end. The connection is closed when both
            /// halves are dropped.
            ///
            /// # Examples
            #[doc = $owned]
            pub fn into_split(self) -> (OwnedReadHalf, OwnedWriteHalf) {
                let stream = Arc::new(self);
                (OwnedReadHalf(Arc::clone(&stream)), OwnedWriteHalf { stream, closes: true })
            }
        }

        impl ReadHalf<'_> {
            read_operations!();

            pub(in crate::net) fn link(&self) -> &$link {
                self.0.link()
            }
        }

        impl WriteHalf<'_> {
            write_operations!();

            /// Shuts the writing direction down: the peer reads what was written, then the end. Does not wait.
            ///
            /// # Errors
            /// `NotConnected` if the connection is gone.
            pub fn shutdown(&self) -> io::Result<()> {
                self.link().shutdown(Shutdown::Write)
            }

            pub(in crate::net) fn link(&self) -> &$link {
                self.0.link()
            }
        }

        impl OwnedReadHalf {
            read_operations!();

            /// Returns the stream as it was before it was split.
            ///
            /// # Errors
            /// If the writer belongs to another stream; the error contains both halves.
            pub fn reunite(self, writer: OwnedWriteHalf) -> Result<$stream, ReuniteError> {
                if !Arc::ptr_eq(&self.0, &writer.stream) {
                    return Err(ReuniteError(self, writer));
                }
                writer.forget();
                Ok(Arc::into_inner(self.0).expect("a stream has two halves"))
            }

            /// The stream, for its addresses and options.
            pub fn stream(&self) -> &$stream {
                &self.0
            }

            pub(in crate::net) fn link(&self) -> &$link {
                self.0.link()
            }
        }

        impl OwnedWriteHalf {
            write_operations!();

            /// Shuts the writing direction down: the peer reads what was written, then the end. Does not wait.
            ///
            /// # Errors
            /// `NotConnected` if the connection is gone.
            pub fn shutdown(&self) -> io::Result<()> {
                self.link().shutdown(Shutdown::Write)
            }

            /// Drops the half without shutting the writing direction down.
            pub fn forget(mut self) {
                self.closes = false;
            }

            /// Returns the stream as it was before it was split.
            ///
            /// # Errors
            /// If the reader belongs to another stream; the error contains both halves.
            pub fn reunite(self, reader: OwnedReadHalf) -> Result<$stream, ReuniteError> {
                reader.reunite(self)
            }

            /// The stream, for its addresses and options.
            pub fn stream(&self) -> &$stream {
                &self.stream
            }

            pub(in crate::net) fn link(&self) -> &$link {
                self.stream.link()
            }
        }

        impl Drop for OwnedWriteHalf {
            fn drop(&mut self) {
                if self.closes {
                    // If it fails there is no connection whose end could be told.
                    let _ = self.shutdown();
                }
            }
        }

        /// The two halves are of different streams. Contains both.
        ///
        /// # Examples
        #[doc = $reunite]
        #[derive(Debug)]
        pub struct ReuniteError(
            /// The reader.
            pub OwnedReadHalf,
            /// The writer.
            pub OwnedWriteHalf,
        );

        impl fmt::Display for ReuniteError {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("the halves are of different streams")
            }
        }

        impl std::error::Error for ReuniteError {}
    };
}
