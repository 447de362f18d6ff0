//! What `#[process]`, `go!`, `select!` and `par!` share: the language inside the body of a process.

pub(crate) mod arrows;
pub(crate) mod fallible;
pub(crate) mod form;
mod iterates;
pub(crate) mod kept;
pub(crate) mod lower;
pub(crate) mod macros;
pub(crate) mod output;
pub(crate) mod plain;
pub(crate) mod recursion;
pub(crate) mod text;
pub(crate) mod value;
pub(crate) mod verbs;
mod waits;
