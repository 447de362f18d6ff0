//! The procedural macros of csp-rs. Use them through the facade, `csp`, which documents them.
//!
//! Every function-like macro is called by a `macro_rules!` wrapper of the facade, which puts the path of the facade
//! first, in brackets: `go!{ [$crate] .. }`. `#[process]` writes `::csp` unless `#[process(crate = some::path)]` says
//! otherwise.

mod body;
mod chan;
mod defer;
mod diag;
mod driver;
mod editor;
mod fragments;
mod go;
mod messages;
mod options;
mod par;
mod process;
mod rules;
mod select;
mod support;

use editor::Reader;
use proc_macro::TokenStream;

// No documentation of its own: it would stand below the facade's.
#[allow(missing_docs)]
#[proc_macro_attribute]
pub fn process(arguments: TokenStream, item: TokenStream) -> TokenStream {
    driver::attribute::<process::Process>(arguments.into(), item.into(), Reader::now()).into()
}

// As above.
#[allow(missing_docs)]
#[proc_macro_attribute]
pub fn test(arguments: TokenStream, item: TokenStream) -> TokenStream {
    driver::attribute::<process::Test>(arguments.into(), item.into(), Reader::now()).into()
}

/// `go!`: starts a process beside this one.
#[proc_macro]
pub fn go(input: TokenStream) -> TokenStream {
    driver::call::<go::Go>(input.into(), Reader::now()).into()
}

/// `select!`: runs exactly one arm whose operation is ready.
#[proc_macro]
pub fn select(input: TokenStream) -> TokenStream {
    driver::call::<select::Select>(input.into(), Reader::now()).into()
}

/// `chan!`: makes a channel.
#[proc_macro]
pub fn chan(input: TokenStream) -> TokenStream {
    driver::call::<chan::Chan>(input.into(), Reader::now()).into()
}

/// `par!`: runs processes in parallel and waits for all.
#[proc_macro]
pub fn par(input: TokenStream) -> TokenStream {
    driver::call::<par::Par>(input.into(), Reader::now()).into()
}

/// `defer!`: runs a block at the end of the enclosing scope.
#[proc_macro]
pub fn defer(input: TokenStream) -> TokenStream {
    driver::call::<defer::Defer>(input.into(), Reader::now()).into()
}
