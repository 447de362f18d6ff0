//! Go-flavoured concurrency in safe Rust.
