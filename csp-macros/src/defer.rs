//! `defer! { .. }`

use crate::body::arrows;
use crate::diag::Diag;
use crate::driver::{Call, Form};
use crate::messages;
use crate::support::{Door, ours};
use proc_macro2::{Delimiter, TokenStream, TokenTree};
use quote::quote_spanned;

pub(crate) struct Defer {
    door: Door,
    /// It is a closure, no process: it stays as written.
    body: TokenStream,
}

impl Form for Defer {
    type Input = Call;
    type Ast = Defer;

    fn parse(call: Call, _: &mut Diag) -> Defer {
        Defer { door: call.door, body: call.tokens }
    }

    fn check(defer: &Defer, diag: &mut Diag) {
        if defer.body.is_empty() {
            diag.error_at(proc_macro2::Span::call_site(), messages::DEFER_NEEDS_BLOCK);
        }
        if let Some(arrow) = arrows::first(&defer.body) {
            diag.error(arrows::signs(arrow), messages::ARROW_IN_DEFER);
        }
    }

    /// `defer! { BODY }` expands to `let _deferred = defer(|| { BODY });`.
    fn expand(ast: &Defer) -> TokenStream {
        let Defer { door, body } = ast;
        let defer = door.get("defer");
        let mut tokens = body.clone().into_iter();
        // Braces in our braces would be taken for unused.
        let closure = match (tokens.next(), tokens.next()) {
            (Some(TokenTree::Group(only)), None) if only.delimiter() == Delimiter::Brace => {
                quote_spanned!(ours()=> || #only)
            }
            _ => quote_spanned!(ours()=> || { #body }),
        };
        quote_spanned!(ours()=> let __deferred = #defer(#closure);)
    }

    fn recover(_: &Defer, errors: TokenStream) -> TokenStream {
        errors
    }
}
