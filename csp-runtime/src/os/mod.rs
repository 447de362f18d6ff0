//! What the operating system offers beside sockets.

pub mod command;
pub mod fs;
#[cfg(feature = "signal")]
pub mod signal;
pub mod stdio;
