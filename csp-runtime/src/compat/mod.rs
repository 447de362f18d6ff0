//! Beside other libraries.
//!
//! Channels, `select!` and handles are futures of no runtime in particular: any executor polls them, and a process awaits any
//! future. What other libraries ask for besides is here, each part under a feature:
//!
//! * `futures`: a receiver as a [`Stream`](futures_core::Stream), a sender as a [`Sink`](futures_sink::Sink).
//! * `tokio`: futures that need a tokio runtime around them, in a process.

#[cfg(feature = "futures")]
mod sink;
#[cfg(feature = "futures")]
mod stream;
#[cfg(feature = "tokio")]
pub mod tokio;

#[cfg(feature = "futures")]
pub use sink::{SenderSink, SinkError, sink};
#[cfg(feature = "futures")]
pub use stream::{ReceiverStream, stream};
