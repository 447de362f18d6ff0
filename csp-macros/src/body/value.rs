//! Check: what is started does something.

use super::arrows;
use crate::diag::Diag;
use crate::go::Started;
use crate::messages;
use syn::visit::{self, Visit};
use syn::{BinOp, Expr, Stmt};

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

/// Made of names, literals and operators.
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
    let mut calls = Calls { found: false, names: false };
    calls.visit_expr(expr);
    calls.names && !calls.found
}

fn assigns(operator: &BinOp) -> bool {
    use BinOp::{
        AddAssign, BitAndAssign, BitOrAssign, BitXorAssign, DivAssign, MulAssign, RemAssign, ShlAssign,
        ShrAssign, SubAssign,
    };
    matches!(
        operator,
        AddAssign(_)
            | BitAndAssign(_)
            | BitOrAssign(_)
            | BitXorAssign(_)
            | DivAssign(_)
            | MulAssign(_)
            | RemAssign(_)
            | ShlAssign(_)
            | ShrAssign(_)
            | SubAssign(_)
    )
}

/// Finds what may take time or have an effect.
struct Calls {
    found: bool,
    /// There is a name: a literal alone may stand for a process that does nothing.
    names: bool,
}

impl<'a> Visit<'a> for Calls {
    fn visit_expr(&mut self, expr: &'a Expr) {
        self.names |= matches!(expr, Expr::Path(_));
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
        // `total += 1` has an effect.
        let assigns = matches!(expr, Expr::Binary(binary) if assigns(&binary.op));
        self.found |= !is_plain || assigns || arrows::recv(expr).is_some() || arrows::send(expr).is_some();
        visit::visit_expr(self, expr);
    }
}
