//! What is evaluated before any choice, and the arms that are made of it.

use super::ast::{Arm, Operation};
use super::expand::{Expansion, operand_span};
use super::lazy::{self, Temporaries};
use crate::support::{ours, ours_at};
use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens, format_ident, quote_spanned};
use syn::{Expr, ExprReference, Token};

/// Operands and preconditions, in the order written.
pub(super) struct Heads {
    values: Vec<TokenStream>,
    names: Vec<Ident>,
    /// Temporaries of operands that are evaluated only if their arm is enabled.
    kept: Vec<Ident>,
}

impl Heads {
    /// The expression, which names what was evaluated.
    pub(super) fn around(&self, expr: TokenStream) -> TokenStream {
        let Heads { values, names, kept } = self;
        let all = quote_spanned! {ours()=>
            match (#(#values,)*) {
                (#(#names,)*) => #expr,
            }
        };
        if kept.is_empty() {
            return all;
        }
        quote_spanned! {ours()=> {
            #(#[allow(unused_mut)] let mut #kept;)*
            let __chosen = #all;
            __chosen
        }}
    }
}

impl Expansion<'_> {
    pub(super) fn heads(&self) -> Heads {
        let (mut heads, mut kept) = (Vec::new(), Temporaries::default());
        for (n, arm) in self.select.arms.iter().enumerate() {
            let source = source_name(n, ours());
            let Some(guard) = &arm.guard else {
                heads.push((self.operand(arm), source));
                continue;
            };
            let guard = self.lower.expr(guard);
            if is_optional(arm) {
                let operand = self.optional(arm, &mut kept);
                let [some, none] = ["Some", "None"].map(|name| self.select.door.get(name));
                let operand = quote_spanned!(ours()=> if #guard { #some(#operand) } else { #none });
                heads.push((operand, source));
            } else {
                heads.push((self.operand(arm), source));
                heads.push((guard.into_token_stream(), enabled_name(n)));
            }
        }
        let (values, names) = heads.into_iter().unzip();
        Heads { values, names, kept: kept.0 }
    }

    /// What the arm is made of, for the time of the choice.
    pub(super) fn operand(&self, arm: &Arm) -> TokenStream {
        match &arm.operation {
            Operation::Future { future, .. } => self.lower.future(future).into_token_stream(),
            operation => self.reference(self.lower.expr(operation.operand())),
        }
    }

    /// The same, in a block that runs only if the arm is enabled.
    fn optional(&self, arm: &Arm, kept: &mut Temporaries) -> TokenStream {
        let operand = arm.operation.operand();
        let is_future = matches!(arm.operation, Operation::Future { .. });
        let mut operand = match lazy::is_place(operand) && !is_future {
            true => {
                let (and_token, expr) = (Token![&](ours()), Box::new(operand.clone()));
                Expr::Reference(ExprReference { attrs: Vec::new(), and_token, mutability: None, expr })
            }
            false => operand.clone(),
        };
        kept.keep(&mut operand);
        match is_future {
            true => self.lower.future(&operand).into_token_stream(),
            false => self.lower.expr(&operand).into_token_stream(),
        }
    }

    fn reference(&self, expr: Expr) -> TokenStream {
        // A node, so that the printer knows where it needs parentheses.
        let (and_token, expr) = (Token![&](ours()), Box::new(expr));
        ExprReference { attrs: Vec::new(), and_token, mutability: None, expr }.into_token_stream()
    }

    /// The arm's value, made of its source or sink.
    pub(super) fn make(&self, n: usize, arm: &Arm) -> TokenStream {
        let source = source_name(n, ours_at(operand_span(arm)));
        let yes = quote_spanned!(ours()=> true);
        match (&arm.guard, &arm.operation) {
            (None, _) | (_, Operation::Future { .. }) => {
                self.make_of(n, arm, source.into_token_stream(), yes)
            }
            (Some(_), _) if is_optional(arm) => self.make_of(n, arm, quote_spanned!(ours()=> &#source), yes),
            (Some(_), _) => {
                let enabled = enabled_name(n).into_token_stream();
                self.make_of(n, arm, source.into_token_stream(), enabled)
            }
        }
    }

    /// The same; it can be chosen if `enabled`.
    pub(super) fn make_of(
        &self,
        n: usize,
        arm: &Arm,
        source: TokenStream,
        enabled: TokenStream,
    ) -> TokenStream {
        let (kind, on_close) = match &arm.operation {
            // The close is news like any other.
            Operation::Recv { .. } if arm.is_discarded() => ("recv_arm", "News"),
            Operation::Recv { .. } if arm.otherwise.is_none() => ("recv_arm", "Disable"),
            Operation::RecvResult { .. } if arm.is_dropped() => ("recv_arm", "News"),
            Operation::Recv { .. } | Operation::RecvResult { .. } => ("recv_arm", "Fire"),
            Operation::Send { .. } => ("", "Disable"),
            Operation::SendResult { .. } => ("", "Fire"),
            Operation::Future { .. } => (
                if is_optional(arm) { "optional_future_arm" } else { "future_arm" },
                if arm.is_dropped() { "News" } else { "Fire" },
            ),
        };
        // One span for the whole call, the operand's: the compiler then reports what is no source once.
        let at = operand_span(arm);
        let on_close = Ident::new(on_close, ours());
        let case = self.runtime(quote_spanned!(ours()=> OnClose::#on_close));
        let rest = quote_spanned!(ours()=> #enabled, #case);
        if let Operation::Send { value, .. } | Operation::SendResult { value, .. } = &arm.operation {
            return self.make_send(n, value, &source, &rest, at);
        }
        let kind = Ident::new(kind, ours_at(at));
        quote_spanned!(ours_at(at)=> __select::#kind(#source, #rest))
    }
}

/// Whether the operand is evaluated only if the arm is enabled. What does nothing when it is evaluated need not be.
fn is_optional(arm: &Arm) -> bool {
    let is_future = matches!(arm.operation, Operation::Future { .. });
    arm.guard.is_some() && (is_future || !lazy::is_idle(arm.operation.operand()))
}

fn source_name(n: usize, span: Span) -> Ident {
    format_ident!("__source{n}", span = span)
}

fn enabled_name(n: usize) -> Ident {
    format_ident!("__enabled{n}", span = ours())
}
