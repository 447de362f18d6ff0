//! Nothing: `cargo bench -p csp-bench` runs `benches/kernels.rs`.
