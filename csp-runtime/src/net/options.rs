//! Options of sockets, by the names that `socket2` gives them.

/// Pairs of a reader and a writer of one option, on a type that has a `socket()`, each with what its documentation says.
macro_rules! options {
    ($($(#[$doc:meta])* $get:ident, $set:ident: $type:ty = $inner_get:ident, $inner_set:ident;)*) => {$(
        $(#[$doc])*
        ///
        /// # Errors
        /// Errors of the OS.
        pub fn $get(&self) -> std::io::Result<$type> {
            self.socket().$inner_get()
        }

        #[doc = concat!("Sets what [`", stringify!($get), "`](Self::", stringify!($get), ") reads.")]
        ///
        /// # Errors
        /// Errors of the OS.
        pub fn $set(&self, value: $type) -> std::io::Result<()> {
            self.socket().$inner_set(value)
        }
    )*};
}

/// What all sockets have.
macro_rules! buffer_options {
    () => {
        options! {
            /// The size of the receive buffer in bytes. The OS may choose a larger one than requested.
            recv_buffer_size, set_recv_buffer_size: usize = recv_buffer_size, set_recv_buffer_size;
            /// The size of the send buffer in bytes. The OS may choose a larger one than requested.
            send_buffer_size, set_send_buffer_size: usize = send_buffer_size, set_send_buffer_size;
        }
    };
}

/// What connections by TCP have.
macro_rules! tcp_options {
    () => {
        options! {
            /// Whether small writes are sent at once, instead of being gathered (Nagle's algorithm).
            nodelay, set_nodelay: bool = tcp_nodelay, set_tcp_nodelay;
            /// How long closing waits for unsent bytes; with `None` they are sent in the background. With zero, closing resets the connection.
            linger, set_linger: Option<std::time::Duration> = linger, set_linger;
            /// How many routers a packet may pass (IPv4).
            ttl, set_ttl: u32 = ttl_v4, set_ttl_v4;
        }
        buffer_options!();

        /// Whether the OS probes a silent peer.
        ///
        /// # Errors
        /// Errors of the OS.
        pub fn keepalive(&self) -> std::io::Result<bool> {
            self.socket().keepalive()
        }

        /// Sets after how much silence the OS probes the peer; `None` turns that off.
        ///
        /// # Errors
        /// Errors of the OS.
        pub fn set_keepalive(&self, idle: Option<std::time::Duration>) -> std::io::Result<()> {
            match idle {
                Some(idle) => self.socket().set_tcp_keepalive(&socket2::TcpKeepalive::new().with_time(idle)),
                None => self.socket().set_keepalive(false),
            }
        }
    };
}

/// A socket as a descriptor of the system.
macro_rules! descriptor {
    ($type:ty) => {
        #[cfg(unix)]
        impl std::os::fd::AsFd for $type {
            fn as_fd(&self) -> std::os::fd::BorrowedFd<'_> {
                self.source().as_fd()
            }
        }

        #[cfg(unix)]
        impl std::os::fd::AsRawFd for $type {
            fn as_raw_fd(&self) -> std::os::fd::RawFd {
                self.source().as_raw_fd()
            }
        }

        #[cfg(windows)]
        impl std::os::windows::io::AsSocket for $type {
            fn as_socket(&self) -> std::os::windows::io::BorrowedSocket<'_> {
                self.source().as_socket()
            }
        }

        #[cfg(windows)]
        impl std::os::windows::io::AsRawSocket for $type {
            fn as_raw_socket(&self) -> std::os::windows::io::RawSocket {
                self.source().as_raw_socket()
            }
        }
    };
}

/// A socket that has a twin in the standard library: each becomes the other.
macro_rules! twin {
    ($type:ty, $std:ty) => {
        impl TryFrom<$std> for $type {
            type Error = std::io::Error;

            fn try_from(socket: $std) -> std::io::Result<Self> {
                Self::from_std(socket)
            }
        }

        impl TryFrom<$type> for $std {
            type Error = std::io::Error;

            fn try_from(socket: $type) -> std::io::Result<Self> {
                socket.into_std()
            }
        }

        descriptor!($type);
    };
}
