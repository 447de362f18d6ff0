//! What the language's rules come down to: the pieces that expansions put around user code.

pub(crate) mod defer;
pub mod each;
pub(crate) mod flow;
mod handle;
mod roles;
