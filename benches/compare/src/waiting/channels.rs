//! The peers' channels as `Chan`.

use std::future::Future;

use super::{Chan, Keeps, Outcome};

/// A kind whose ends are types of its own, and whose methods are named like everybody's.
macro_rules! kind {
    (
        $(#[$about:meta])* $kind:ident: $tx:ty, $rx:ty, $bounded:path, at least $least:literal, $send:ident, $recv:ident
    ) => {
        $(#[$about])*
        pub struct $kind;

        impl Chan for $kind {
            type Tx = $tx;
            type Rx = $rx;

            fn bounded(capacity: usize) -> (Self::Tx, Self::Rx) {
                $bounded(capacity.max($least))
            }

            fn send(tx: &Self::Tx, value: u64) -> impl Future<Output: Outcome> + Send {
                tx.$send(value)
            }

            fn recv(rx: &mut Self::Rx) -> impl Future<Output: Outcome> + Send {
                rx.$recv()
            }
        }
    };
}

macro_rules! keeps {
    ($kind:ident, $recv:ident) => {
        impl Keeps for $kind {
            fn recv_shared(rx: &Self::Rx) -> impl Future<Output: Outcome> + Send {
                rx.$recv()
            }
        }
    };
}

kind! {
    /// One receiver; no rendezvous.
    TokioMpsc: tokio::sync::mpsc::Sender<u64>, tokio::sync::mpsc::Receiver<u64>, tokio::sync::mpsc::channel,
    at least 1, send, recv
}

kind! { Kanal: kanal::AsyncSender<u64>, kanal::AsyncReceiver<u64>, kanal::bounded_async, at least 0, send, recv }
keeps!(Kanal, recv);

kind! { Flume: flume::Sender<u64>, flume::Receiver<u64>, flume::bounded, at least 0, send_async, recv_async }
keeps!(Flume, recv_async);

kind! {
    /// No rendezvous.
    AsyncChannel: async_channel::Sender<u64>, async_channel::Receiver<u64>, async_channel::bounded, at least 1, send, recv
}
keeps!(AsyncChannel, recv);

kind! {
    /// One sender and one receiver; no rendezvous.
    CrossfireSpsc: crossfire::AsyncTx<crossfire::spsc::Array<u64>>, crossfire::AsyncRx<crossfire::spsc::Array<u64>>,
    crossfire::spsc::bounded_async, at least 1, send, recv
}

kind! {
    /// One receiver; no rendezvous.
    CrossfireMpsc: crossfire::MAsyncTx<crossfire::mpsc::Array<u64>>, crossfire::AsyncRx<crossfire::mpsc::Array<u64>>,
    crossfire::mpsc::bounded_async, at least 1, send, recv
}

kind! {
    /// No rendezvous.
    CrossfireMpmc: crossfire::MAsyncTx<crossfire::mpmc::Array<u64>>, crossfire::MAsyncRx<crossfire::mpmc::Array<u64>>,
    crossfire::mpmc::bounded_async, at least 1, send, recv
}
keeps!(CrossfireMpmc, recv);
