//! `chan!(T)`, `chan!(T; n)`, `chan!(T; ..)`.

use crate::diag::Diag;
use crate::driver::{Call, Form};
use crate::messages;
use crate::support::{Door, ours};
use proc_macro2::TokenStream;
use quote::{quote, quote_spanned};
use syn::parse::{ParseStream, Parser};
use syn::{Expr, Lit, Token, Type, UnOp};

pub(crate) struct Chan {
    door: Door,
    item: Option<Type>,
    capacity: Capacity,
}

enum Capacity {
    Rendezvous,
    Values(Box<Expr>),
    Unbounded,
}

impl Form for Chan {
    type Input = Call;
    type Ast = Chan;

    fn parse(call: Call, diag: &mut Diag) -> Chan {
        let mut chan = Chan { door: call.door, item: None, capacity: Capacity::Rendezvous };
        let parser = |input: ParseStream<'_>| {
            chan.fill(input, diag);
            // What was not read was complained of.
            input.parse::<TokenStream>()
        };
        let _ = parser.parse2(call.tokens);
        chan
    }

    fn check(chan: &Chan, diag: &mut Diag) {
        if let Capacity::Values(capacity) = &chan.capacity
            && is_no_integer(capacity)
        {
            diag.error(capacity, messages::CHAN_CAPACITY_IS_INTEGER);
        }
    }

    /// `chan!(T; n)` expands to `chan::<T>(n)`.
    fn expand(chan: &Chan) -> TokenStream {
        let item = &chan.item;
        let (name, capacity) = match &chan.capacity {
            Capacity::Rendezvous => ("chan", quote!(0)),
            Capacity::Values(capacity) => ("chan", quote!(#capacity)),
            Capacity::Unbounded => ("chan_unbounded", quote!()),
        };
        let make = chan.door.get(name);
        quote_spanned!(ours()=> #make::<#item>(#capacity))
    }

    fn recover(chan: &Chan, errors: TokenStream) -> TokenStream {
        let make = chan.door.get("chan");
        let item = chan.item.as_ref().map_or_else(|| quote!(_), |item| quote!(#item));
        quote_spanned!(ours()=> { #errors #make::<#item>(0) })
    }
}

impl Chan {
    pub(crate) fn capacity(&self) -> Option<&Expr> {
        match &self.capacity {
            Capacity::Values(capacity) => Some(capacity),
            Capacity::Rendezvous | Capacity::Unbounded => None,
        }
    }

    fn fill(&mut self, input: ParseStream<'_>, diag: &mut Diag) {
        if input.is_empty() || input.peek(Token![;]) {
            return diag.error_at(input.span(), messages::CHAN_NEEDS_TYPE);
        }
        match input.parse() {
            Ok(item) => self.item = Some(item),
            Err(error) => return diag.error_at(error.span(), messages::CHAN_NEEDS_TYPE),
        }
        if input.is_empty() {
            return;
        }
        if input.parse::<Token![;]>().is_err() {
            return diag.error_at(input.span(), messages::CHAN_NEEDS_SEMICOLON);
        }
        if input.is_empty() {
            return diag.error_at(input.span(), messages::CHAN_CAPACITY_MISSING);
        }
        match input.parse::<Expr>() {
            Ok(capacity) if is_full_range(&capacity) => self.capacity = Capacity::Unbounded,
            Ok(capacity) if input.is_empty() => self.capacity = Capacity::Values(Box::new(capacity)),
            Ok(_) => diag.error_at(input.span(), messages::CHAN_CAPACITY_IS_INTEGER),
            Err(error) => diag.syntax(error),
        }
    }
}

/// `..`
fn is_full_range(capacity: &Expr) -> bool {
    match capacity {
        Expr::Range(range) => range.start.is_none() && range.end.is_none(),
        Expr::Paren(inner) => is_full_range(&inner.expr),
        _ => false,
    }
}

/// Whether the form of the capacity shows that it is no number of values.
fn is_no_integer(capacity: &Expr) -> bool {
    match capacity {
        Expr::Lit(literal) => !matches!(&literal.lit, Lit::Int(n) if matches!(n.suffix(), "" | "usize")),
        Expr::Unary(negative) => matches!((&negative.op, &*negative.expr), (UnOp::Neg(_), Expr::Lit(_))),
        Expr::Range(_) | Expr::Array(_) | Expr::Tuple(_) | Expr::Closure(_) => true,
        Expr::Paren(inner) => is_no_integer(&inner.expr),
        _ => false,
    }
}
