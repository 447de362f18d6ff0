//! The rules that need to know names: roles, captures, and what a process may leave.
//!
//! Each of our macros checks its own body, with all the macro calls in it: one walk records what is declared and used, and
//! the rules look at the record. What is wrong inside of an inner call, as far as that call alone tells, the call says
//! when it is expanded; it is not expanded beside an error of the outer one, which then says it.

mod calls;
mod captures;
mod leaves;
mod names;
mod patterns;
mod roles;
mod value;
mod walk;

use crate::diag::Diag;
use crate::go::Started;
use crate::messages;
use crate::select::Arms;
use crate::support::Door;
use proc_macro2::TokenStream;
use quote::ToTokens;
use std::fmt::Display;
use syn::{Error, Signature, Stmt};
use walk::Walk;

/// What was found: by the macro that is being checked, or by calls inside it.
#[derive(Default)]
struct Faults {
    own: Vec<Error>,
    inner: Vec<Error>,
}

impl Faults {
    /// A fault that the macro call of this level can see; 0 is the one that is being checked.
    fn add(&mut self, level: usize, tokens: impl ToTokens, message: impl Display) {
        let faults = if level == 0 { &mut self.own } else { &mut self.inner };
        faults.push(Error::new_spanned(tokens, message));
    }

    fn inner(&mut self, diag: Diag) {
        self.inner.extend(diag.into_errors());
    }
}

/// Whether the rules may find fault with these tokens, as far as their text tells: each rule needs a channel that is made
/// in them, or a process that is started there.
pub(crate) fn may_apply(tokens: &TokenStream) -> bool {
    let text = tokens.to_string();
    ["chan", "go", "par"].iter().any(|word| text.contains(word))
}

/// The body of `#[process] fn`.
pub(crate) fn process(signature: &Signature, body: &[Stmt], door: &Door, diag: &mut Diag) {
    let mut walk = Walk::new(door);
    walk.arguments(signature);
    walk.scoped(|walk| walk.statements(body));
    finish(walk, diag);
}

/// What `go!` or `par!` starts.
pub(crate) fn started<'a>(started: impl IntoIterator<Item = &'a Started>, door: &Door, diag: &mut Diag) {
    let mut walk = Walk::new(door);
    started.into_iter().for_each(|started| walk.started(started));
    finish(walk, diag);
}

/// The arms of `select!`.
pub(crate) fn select(select: &Arms, door: &Door, diag: &mut Diag) {
    let mut walk = Walk::new(door);
    walk.select(select);
    finish(walk, diag);
}

fn finish(walk: Walk<'_>, diag: &mut Diag) {
    let Walk { names, mut faults, .. } = walk;
    roles::check(&names, &mut faults);
    captures::check(&names, &mut faults);
    diag.extend(faults.own);
    if diag.len() > 0 {
        diag.extend(faults.inner);
    }
}
