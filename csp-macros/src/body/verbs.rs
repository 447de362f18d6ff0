//! The verbs of the language: `x.send(v)` and `x.recv()`, known by name and number of arguments.

use proc_macro2::Ident;
use syn::{Expr, ExprMethodCall};

/// Which communication a method call is.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Verb {
    Send,
    Recv,
}

/// The communication that a method call by this name, with so many arguments, is.
pub(crate) fn verb(call: &ExprMethodCall) -> Option<Verb> {
    if call.turbofish.is_some() {
        return None;
    }
    match call.args.len() {
        1 if call.method == "send" => Some(Verb::Send),
        0 if call.method == "recv" => Some(Verb::Recv),
        _ => None,
    }
}

/// The method call, if the expression is a communication that says no `.await`.
pub(crate) fn communication(expr: &Expr) -> Option<&ExprMethodCall> {
    match expr {
        Expr::MethodCall(call) if verb(call).is_some() => Some(call),
        _ => None,
    }
}

/// The method's name, if the expression is a communication, with or without a written `.await`, or parentheses around it.
pub(crate) fn awaited_or_not(expr: &Expr) -> Option<&Ident> {
    match expr {
        Expr::Await(awaited) => awaited_or_not(&awaited.base),
        Expr::Paren(paren) => awaited_or_not(&paren.expr),
        Expr::Group(group) => awaited_or_not(&group.expr),
        other => communication(other).map(|call| &call.method),
    }
}

/// Whether an expression that is a communication says `.await` itself: then it may be a foreign one.
pub(crate) fn is_awaited(communication: &Expr) -> bool {
    match communication {
        Expr::Await(_) => true,
        Expr::Paren(paren) => is_awaited(&paren.expr),
        Expr::Group(group) => is_awaited(&group.expr),
        _ => false,
    }
}
