//! What an arm with a precondition waits for is not evaluated if the arm is disabled.
//!
//! The expression then stands in a block of its own, whose end drops every temporary in it. So what borrows a temporary keeps it in
//! a variable that is declared outside: `any(&[a, b])` becomes `{ kept = [a, b]; any(&kept) }`.

use crate::support::ours;
use proc_macro2::Ident;
use quote::format_ident;
use syn::{Expr, UnOp, parse_quote_spanned};

/// Whether evaluating the expression does nothing: it is a variable or a field of one.
pub(super) fn is_idle(expr: &Expr) -> bool {
    match expr {
        Expr::Path(_) => true,
        Expr::Field(field) => is_idle(&field.base),
        Expr::Paren(inner) => is_idle(&inner.expr),
        Expr::Group(inner) => is_idle(&inner.expr),
        _ => false,
    }
}

/// Whether the expression is a place, whose value must not be moved out of it.
pub(super) fn is_place(expr: &Expr) -> bool {
    match expr {
        Expr::Path(_) | Expr::Field(_) | Expr::Index(_) => true,
        Expr::Unary(unary) => matches!(unary.op, UnOp::Deref(_)),
        Expr::Paren(inner) => is_place(&inner.expr),
        Expr::Group(inner) => is_place(&inner.expr),
        _ => false,
    }
}

/// The variables that keep temporaries.
#[derive(Default)]
pub(super) struct Temporaries(pub(super) Vec<Ident>);

impl Temporaries {
    /// Keeps every temporary in the expression that its value may borrow, as far as its form tells.
    pub(super) fn keep(&mut self, expr: &mut Expr) {
        match expr {
            Expr::Field(_) | Expr::Index(_) => self.keep_root(expr),
            Expr::Unary(unary) if matches!(unary.op, UnOp::Deref(_)) => self.keep_root(expr),
            Expr::Reference(reference) if !matches!(*reference.expr, Expr::Lit(_)) => self.keep_root(expr),
            Expr::MethodCall(call) => {
                call.args.iter_mut().for_each(|argument| self.keep(argument));
                if let Some((kept, value)) = self.root(&mut call.receiver) {
                    *expr = kept_in(&kept, &value, expr);
                }
            }
            Expr::Call(call) => call.args.iter_mut().for_each(|argument| self.keep(argument)),
            Expr::Tuple(tuple) => tuple.elems.iter_mut().for_each(|part| self.keep(part)),
            Expr::Array(array) => array.elems.iter_mut().for_each(|part| self.keep(part)),
            Expr::Struct(made) => made.fields.iter_mut().for_each(|field| self.keep(&mut field.expr)),
            Expr::Paren(inner) => self.keep(&mut inner.expr),
            Expr::Group(inner) => self.keep(&mut inner.expr),
            Expr::Try(inner) => self.keep(&mut inner.expr),
            Expr::Await(inner) => self.keep(&mut inner.base),
            Expr::Cast(inner) => self.keep(&mut inner.expr),
            _ => {}
        }
    }

    /// Keeps the temporary that a place, or a reference to one, begins with.
    fn keep_root(&mut self, expr: &mut Expr) {
        if let Some((kept, value)) = self.root(expr) {
            *expr = kept_in(&kept, &value, expr);
        }
    }

    fn root(&mut self, expr: &mut Expr) -> Option<(Ident, Expr)> {
        match expr {
            Expr::Path(_) | Expr::Lit(_) => None,
            Expr::Field(field) => self.root(&mut field.base),
            Expr::Index(index) => {
                self.keep(&mut index.index);
                self.root(&mut index.expr)
            }
            Expr::Unary(unary) if matches!(unary.op, UnOp::Deref(_)) => self.root(&mut unary.expr),
            Expr::Reference(reference) => self.root(&mut reference.expr),
            Expr::Paren(inner) => self.root(&mut inner.expr),
            Expr::Group(inner) => self.root(&mut inner.expr),
            temporary => {
                self.keep(temporary);
                let kept = format_ident!("__kept{}", self.0.len(), span = ours());
                self.0.push(kept.clone());
                let value = std::mem::replace(temporary, parse_quote_spanned!(ours()=> #kept));
                Some((kept, value))
            }
        }
    }
}

fn kept_in(kept: &Ident, value: &Expr, rest: &Expr) -> Expr {
    parse_quote_spanned!(ours()=> { #kept = #value; #rest })
}
