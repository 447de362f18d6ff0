//! Which values of send arms are there from the beginning, and the arms that are made for them.

use super::expand::Expansion;
use crate::support::{mentions, ours, ours_at};
use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens, quote_spanned};
use syn::{Expr, ExprPath, ExprReference, Token, UnOp};

/// When the value of a send arm is there.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Given {
    /// From the beginning: there is nothing to evaluate. Constants are of this kind.
    Literal,
    /// From the beginning, if its type is `Copy`: a variable, or a field of one.
    Place,
    /// Once the arm was chosen.
    Made,
}

impl Given {
    pub(super) fn of(value: &Expr) -> Given {
        match value {
            Expr::Lit(_) => Given::Literal,
            Expr::Unary(unary) if matches!(unary.op, UnOp::Neg(_)) && matches!(*unary.expr, Expr::Lit(_)) => {
                Given::Literal
            }
            Expr::Tuple(tuple) if tuple.elems.iter().all(|part| Given::of(part) == Given::Literal) => {
                Given::Literal
            }
            Expr::Paren(inner) => Given::of(&inner.expr),
            Expr::Group(inner) => Given::of(&inner.expr),
            Expr::Path(path) if is_constant(path) => Given::Literal,
            // A variable; a longer path is a function.
            Expr::Path(path) if path.path.get_ident().is_some() => Given::Place,
            Expr::Field(field) if Given::of(&field.base) == Given::Place => Given::Place,
            _ => Given::Made,
        }
    }
}

/// Whether the path is written as that of a constant, a unit struct or a unit variant is. Those are there as literals are, and
/// the type of `None` comes from the channel.
fn is_constant(path: &ExprPath) -> bool {
    path.path.segments.last().is_some_and(|last| last.ident.to_string().starts_with(char::is_uppercase))
}

impl Expansion<'_> {
    /// The arm that sends `value` on `sink`. One span for the whole call, `at`: the compiler then reports what is no sink once.
    pub(super) fn make_send(
        &self,
        n: usize,
        value: &Expr,
        sink: &TokenStream,
        rest: &TokenStream,
        at: Span,
    ) -> TokenStream {
        let name = |name| Ident::new(name, ours_at(at));
        match Given::of(value) {
            Given::Literal => {
                let (arm, value) = (name("value_arm"), self.lower.expr(value));
                quote_spanned!(ours_at(at)=> __select::#arm(#sink, #value, #rest))
            }
            Given::Place => {
                let arm = name(if self.held[n] { "held_arm" } else { "arm" });
                let (and_token, expr) = (Token![&](ours()), Box::new(self.lower.expr(value)));
                let place = ExprReference { attrs: Vec::new(), and_token, mutability: None, expr };
                quote_spanned!(ours_at(at)=> __select::place(#sink, #place).#arm(#sink, #rest))
            }
            Given::Made => {
                let arm = name(if self.held[n] { "held_send_arm" } else { "send_arm" });
                let slow = mentions(&self.lower.expr(value).to_token_stream(), "await");
                quote_spanned!(ours_at(at)=> __select::#arm(#sink, #rest, #slow))
            }
        }
    }
}
