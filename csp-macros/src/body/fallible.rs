//! Which bodies plainly end with a `Result`: those that end with `Ok(..)`, `Err(..)` or a call that is awaited.

use syn::visit::Visit;
use syn::{Block, Expr, ExprClosure, Item, Stmt};

/// Whether the value of these statements is plainly a `Result`, or one of a type that a call decides.
pub(crate) fn statements(body: &[Stmt]) -> bool {
    matches!(body.last(), Some(Stmt::Expr(tail, None)) if expr(tail))
}

fn block(block: &Block) -> bool {
    statements(&block.stmts)
}

fn expr(tail: &Expr) -> bool {
    match tail {
        Expr::Await(awaited) => !has_closure(&awaited.base),
        Expr::Block(inner) => block(&inner.block),
        Expr::Call(call) => is_result(&call.func),
        Expr::If(choice) => {
            block(&choice.then_branch) || choice.else_branch.as_ref().is_some_and(|(_, other)| expr(other))
        }
        Expr::Match(choice) => choice.arms.iter().any(|arm| expr(&arm.body)),
        Expr::Paren(inner) => expr(&inner.expr),
        _ => false,
    }
}

/// `Ok`, `Err`.
fn is_result(function: &Expr) -> bool {
    let Expr::Path(path) = function else { return false };
    path.path.segments.last().is_some_and(|name| name.ident == "Ok" || name.ident == "Err")
}

/// Whether there is a closure in it, whose type may depend on what comes later.
pub(crate) fn has_closure(expr: &Expr) -> bool {
    let mut closures = Closures(false);
    closures.visit_expr(expr);
    closures.0
}

struct Closures(bool);

impl<'a> Visit<'a> for Closures {
    fn visit_expr_closure(&mut self, _: &'a ExprClosure) {
        self.0 = true;
    }

    fn visit_item(&mut self, _: &'a Item) {}
}
