//! What the operating system offers beside sockets.

#[cfg(feature = "signal")]
pub mod signal;
