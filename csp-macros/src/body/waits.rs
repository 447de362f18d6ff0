//! Where a body waits for something else than one of its channels.
//!
//! What waits on its own end of a channel has that end, whoever asks, and need not say so. So a body says that it keeps an end, `held!`,
//! where it first waits for another thing; a short process that only sends on the one end that it got says nothing, and pays nothing.

use super::iterates::may_receive;
use super::macros::{self, Ours};
use super::{arrows, kept, verbs};
use crate::support::Door;
use std::collections::BTreeMap;
use syn::visit::{self, Visit};
use syn::{Expr, ExprForLoop, Ident, Item, Local, Macro, Pat, Stmt};

/// What the statements of a block say of the ends that it keeps.
#[derive(Default)]
pub(super) struct Keeps {
    /// Before which statement they say it of which.
    pub(super) said: BTreeMap<usize, Vec<Ident>>,
    /// Those on which they may wait before they say it, or without saying it.
    pub(super) unsaid: Vec<Ident>,
}

/// Of a block that keeps these ends, which it has, and some of those that it makes.
pub(super) fn keeps(statements: &[Stmt], has: Vec<Ident>, door: &Door) -> Keeps {
    let mut keeps = Keeps::default();
    let made = (0..statements.len()).map(|at| (at + 1, kept::made(&statements[at], &statements[at + 1..])));
    for (from, names) in std::iter::once((0, has)).chain(made).filter(|(_, names)| !names.is_empty()) {
        let place = place(&names, &statements[from..], door);
        if place != Some(0) {
            keeps.unsaid.extend(names.iter().cloned());
        }
        if let Some(at) = place {
            keeps.said.entry(from + at).or_default().extend(names);
        }
    }
    keeps
}

/// The first of the statements that waits for something else than the one name, if there is but one, or that hides a name.
fn place(names: &[Ident], statements: &[Stmt], door: &Door) -> Option<usize> {
    let own = match names {
        [own] => Some(own),
        _ => None,
    };
    statements.iter().position(|statement| {
        let mut waits = Waits { own, door, found: false };
        waits.visit_stmt(statement);
        waits.found || names.iter().any(|name| hides(statement, name))
    })
}

/// Whether the statements wait for anything.
pub(super) fn any(statements: &[Stmt], door: &Door) -> bool {
    place(&[], statements, door).is_some()
}

/// The name, if the expression is no more than one.
pub(super) fn plain(operand: &Expr) -> Option<&Ident> {
    match operand {
        Expr::Path(path) if path.qself.is_none() => path.path.get_ident(),
        _ => None,
    }
}

/// `let name = ..`: from there on the name is another's.
fn hides(statement: &Stmt, name: &Ident) -> bool {
    let Stmt::Local(Local { pat, .. }) = statement else { return false };
    let pat = match pat {
        Pat::Type(typed) => &*typed.pat,
        other => other,
    };
    matches!(pat, Pat::Ident(pattern) if pattern.ident == *name)
}

struct Waits<'a> {
    own: Option<&'a Ident>,
    door: &'a Door,
    found: bool,
}

impl Waits<'_> {
    fn on(&mut self, operand: &Expr) {
        self.found |= self.own.is_none() || plain(operand) != self.own;
    }
}

impl<'ast> Visit<'ast> for Waits<'_> {
    fn visit_expr(&mut self, expr: &'ast Expr) {
        if self.found {
            return;
        }
        if arrows::recv(expr).is_some() {
            return self.on(&arrows::source(expr.clone()));
        }
        if let Some(arrow) = arrows::send(expr) {
            self.on(arrow.sink);
            return arrow.value.into_iter().for_each(|value| self.visit_expr(value));
        }
        match expr {
            Expr::Closure(_) | Expr::Const(_) => {}
            Expr::Await(_) | Expr::Async(_) => self.found = true,
            Expr::ForLoop(ExprForLoop { expr, .. }) if may_receive(expr) => self.found = true,
            Expr::MethodCall(call) if verbs::verb(call).is_some() => {
                self.on(&call.receiver);
                call.args.iter().for_each(|argument| self.visit_expr(argument));
            }
            _ => visit::visit_expr(self, expr),
        }
    }

    fn visit_macro(&mut self, mac: &'ast Macro) {
        match (macros::ours(&mac.path, self.door.facade()), macros::arguments(mac)) {
            (Some(Ours::Go | Ours::Chan | Ours::Defer), _) => {}
            (None, Some(arguments)) => {
                let mut inner = Waits { found: false, ..*self };
                arguments.expressions().into_iter().for_each(|expr| inner.visit_expr(expr));
                self.found |= inner.found;
            }
            _ => self.found = true,
        }
    }

    fn visit_item(&mut self, _: &'ast Item) {}
}
