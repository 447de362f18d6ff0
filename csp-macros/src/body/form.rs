//! Check: arrows stand where they can be lowered, and send something.

use super::verbs::{self, Verb};
use super::{arrows, macros};
use crate::diag::Diag;
use crate::messages;
use syn::visit::{self, Visit};
use syn::{Expr, ExprCall, ExprClosure, ExprConst, Item, Macro, Stmt, StmtMacro};

/// Checks the body of a process.
pub(crate) fn statements(body: &[Stmt], diag: &mut Diag) {
    let mut form = Form { outside: None, diag };
    body.iter().for_each(|statement| form.visit_stmt(statement));
}

/// Checks an expression that stands in a process.
pub(crate) fn expr(expr: &Expr, diag: &mut Diag) {
    Form { outside: None, diag }.visit_expr(expr);
}

struct Form<'d> {
    /// What an arrow must not stand in.
    outside: Option<&'static str>,
    diag: &'d mut Diag,
}

impl Form<'_> {
    fn outside(&mut self, outside: &'static str, visit: impl FnOnce(&mut Self)) {
        let before = self.outside.replace(outside);
        visit(self);
        self.outside = before;
    }
}

impl<'a> Visit<'a> for Form<'_> {
    fn visit_expr(&mut self, expr: &'a Expr) {
        let sends = arrows::send(expr);
        let arrow = arrows::recv(expr).or(sends.as_ref().map(|arrow| arrow.arrow));
        match (self.outside, arrow) {
            (Some(outside), Some(arrow)) => self.diag.error(arrows::signs(arrow), outside),
            (None, Some(arrow)) if sends.is_some_and(|arrow| arrow.value.is_none()) => {
                self.diag.error(arrows::signs(arrow), messages::ARROW_NEEDS_VALUE);
            }
            _ => {}
        }
        if let (None, Expr::Call(call)) = (self.outside, expr) {
            timeout_of_a_verb(call, self.diag);
        }
        visit::visit_expr(self, expr);
    }

    fn visit_stmt_macro(&mut self, mac: &'a StmtMacro) {
        let arrow = mac.attrs.iter().find_map(arrows::arrow_of);
        if let (Some(outside), Some(arrow)) = (self.outside, arrow) {
            self.diag.error(arrows::signs(arrow), outside);
        }
        visit::visit_stmt_macro(self, mac);
    }

    fn visit_macro(&mut self, mac: &'a Macro) {
        if let Some(arguments) = macros::arguments(mac) {
            arguments.expressions().into_iter().for_each(|expr| self.visit_expr(expr));
        }
    }

    fn visit_expr_closure(&mut self, closure: &'a ExprClosure) {
        self.outside(messages::ARROW_IN_CLOSURE, |form| visit::visit_expr_closure(form, closure));
    }

    fn visit_expr_const(&mut self, constant: &'a ExprConst) {
        self.outside(messages::ARROW_IN_ITEM, |form| visit::visit_expr_const(form, constant));
    }

    fn visit_item(&mut self, item: &'a Item) {
        self.outside(messages::ARROW_IN_ITEM, |form| visit::visit_item(form, item));
    }
}

/// `timeout(d, rx.recv())`: the receive has waited when `timeout` is called.
fn timeout_of_a_verb(call: &ExprCall, diag: &mut Diag) {
    let Expr::Path(function) = &*call.func else { return };
    if function.path.segments.last().is_none_or(|last| last.ident != "timeout") || call.args.len() != 2 {
        return;
    }
    let Some(verb) = verbs::communication(&call.args[1]) else { return };
    if matches!(verbs::verb(verb), Some(Verb::Send | Verb::Recv)) {
        diag.error(&verb.method, messages::timeout_of_a_verb(verb, &call.args[0]));
    }
}
