//! What the language's rules come down to: the pieces that expansions put around user code.

pub(crate) mod defer;
pub(crate) mod each;
pub(crate) mod flow;
