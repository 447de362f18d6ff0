//! The runtime of csp-rs. Use it through the `csp-rs` package.
#![deny(unsafe_code)]

mod shim;
mod util;
