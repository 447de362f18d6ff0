//! Check: what is started does something.

use super::arrows;
use crate::diag::Diag;
use crate::go::Started;
use crate::messages;
use syn::visit::{self, Visit};
use syn::{Expr, Stmt};

/// Nobody starts a closure, which would be the value of the process, or an expression that only computes one.
pub(crate) fn is_none(started: &Started, diag: &mut Diag) {
    let Started::Block(statements) = started else { return };
    let [Stmt::Expr(only, None)] = &statements[..] else { return };
    let only = inner(only);
    if let Expr::Closure(closure) = only {
        diag.error(closure, messages::GO_OF_A_CLOSURE);
    } else if is_computed(only) {
        diag.error(only, messages::GO_OF_A_VALUE);
    }
}

fn inner(expr: &Expr) -> &Expr {
    match expr {
        Expr::Paren(paren) => inner(&paren.expr),
        Expr::Group(group) => inner(&group.expr),
        other => other,
    }
}

/// Made of literals, names and operators.
fn is_computed(expr: &Expr) -> bool {
    let is_operation = matches!(
        expr,
        Expr::Array(_)
            | Expr::Binary(_)
            | Expr::Cast(_)
            | Expr::Lit(_)
            | Expr::Range(_)
            | Expr::Reference(_)
            | Expr::Repeat(_)
            | Expr::Tuple(_)
            | Expr::Unary(_)
    );
    if !is_operation || matches!(expr, Expr::Tuple(tuple) if tuple.elems.is_empty()) {
        return false;
    }
    let mut calls = Calls { found: false };
    calls.visit_expr(expr);
    !calls.found
}

/// Finds what may take time or have an effect.
struct Calls {
    found: bool,
}

impl<'a> Visit<'a> for Calls {
    fn visit_expr(&mut self, expr: &'a Expr) {
        let is_plain = matches!(
            expr,
            Expr::Array(_)
                | Expr::Binary(_)
                | Expr::Cast(_)
                | Expr::Field(_)
                | Expr::Group(_)
                | Expr::Lit(_)
                | Expr::Paren(_)
                | Expr::Path(_)
                | Expr::Range(_)
                | Expr::Reference(_)
                | Expr::Repeat(_)
                | Expr::Tuple(_)
                | Expr::Unary(_)
        );
        self.found |= !is_plain || arrows::recv(expr).is_some() || arrows::send(expr).is_some();
        visit::visit_expr(self, expr);
    }
}
