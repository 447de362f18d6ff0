//! The only door to atomics, cells, threads and randomness.
//!
//! With `--cfg loom` the same names come from the model checker, so that no call site changes under a model.

pub(crate) mod choice;

#[cfg(loom)]
mod model;
#[cfg(not(loom))]
mod real;

#[cfg(loom)]
pub(crate) use model::*;
#[cfg(not(loom))]
pub(crate) use real::*;
