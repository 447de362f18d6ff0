//! The procedural macros of csp-rs.
