//! The verbs of the language: `x.send(v)`, `x.recv()`, and the same with a limit of time, `x.send_timeout(v, d)` and
//! `x.recv_timeout(d)`, known by name and number of arguments.

use syn::{Expr, ExprMethodCall};

/// Which communication a method call is.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Verb {
    Send,
    Recv,
    /// With a limit of time.
    SendTimeout,
    RecvTimeout,
}

impl Verb {
    pub(crate) fn has_limit(self) -> bool {
        matches!(self, Verb::SendTimeout | Verb::RecvTimeout)
    }
}

/// The communication that a method call by this name, with so many arguments, is.
pub(crate) fn verb(call: &ExprMethodCall) -> Option<Verb> {
    if call.turbofish.is_some() {
        return None;
    }
    match call.args.len() {
        1 if call.method == "send" => Some(Verb::Send),
        0 if call.method == "recv" => Some(Verb::Recv),
        1 if call.method == "recv_timeout" => Some(Verb::RecvTimeout),
        2 if call.method == "send_timeout" => Some(Verb::SendTimeout),
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

/// The method call, if the expression is a communication, with or without a written `.await`, or parentheses around it.
pub(crate) fn awaited_or_not(expr: &Expr) -> Option<&ExprMethodCall> {
    match expr {
        Expr::Await(awaited) => awaited_or_not(&awaited.base),
        Expr::Paren(paren) => awaited_or_not(&paren.expr),
        Expr::Group(group) => awaited_or_not(&group.expr),
        other => communication(other),
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
