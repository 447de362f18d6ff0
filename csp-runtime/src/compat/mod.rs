//! Adapters for other libraries.
//!
//! Channels, `select!` and handles work on any executor, and a process awaits any future. Adapters for what other libraries need besides
//! are here, each under a feature:
//!
//! * `futures`: a receiver as a [`Stream`](futures_core::Stream), a sender as a [`Sink`](futures_sink::Sink).
//! * `tokio`: futures that need a tokio runtime, in a process.

#[cfg(feature = "futures")]
mod sink;
#[cfg(feature = "futures")]
mod stream;
#[cfg(feature = "tokio")]
#[cfg_attr(docsrs, doc(cfg(feature = "tokio")))]
pub mod tokio;

#[cfg(feature = "futures")]
#[cfg_attr(docsrs, doc(cfg(feature = "futures")))]
pub use sink::{SenderSink, SinkError, sink};
#[cfg(feature = "futures")]
#[cfg_attr(docsrs, doc(cfg(feature = "futures")))]
pub use stream::{ReceiverStream, stream};
