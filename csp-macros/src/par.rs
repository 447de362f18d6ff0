//! `par!(left(a), right(b), { .. })`

use crate::body::arrows;
use crate::diag::Diag;
use crate::driver::{Call, Form};
use crate::editor;
use crate::go::Started;
use crate::messages;
use crate::rules;
use crate::support::{Door, ours};
use proc_macro2::{Span, TokenStream, TokenTree};
use quote::{format_ident, quote_spanned};
use syn::parse::discouraged::Speculative as _;
use syn::parse::{ParseStream, Parser};
use syn::{Expr, Token};

pub(crate) struct Par {
    door: Door,
    branches: Vec<Started>,
}

impl Form for Par {
    type Input = Call;
    type Ast = Par;

    fn parse(call: Call, diag: &mut Diag) -> Par {
        let Call { door, tokens } = call;
        if tokens.is_empty() {
            diag.error_at(Span::call_site(), messages::PAR_NEEDS_PROCESS);
        }
        let mut branches = Vec::new();
        let parser = |input: ParseStream<'_>| {
            while !input.is_empty() {
                branches.push(branch(input, diag));
            }
            Ok(())
        };
        if let Err(error) = parser.parse2(arrows::carried(tokens)) {
            diag.syntax(error);
        }
        Par { door, branches }
    }

    fn check(par: &Par, diag: &mut Diag) {
        par.branches.iter().for_each(|process| process.check(diag));
    }

    fn rules(par: &Par, diag: &mut Diag) {
        rules::started(&par.branches, &par.door, diag);
    }

    /// `par!(a(), { BODY })` expands to
    ///
    /// ```text
    /// {
    ///     let mut branch0 = branch(a());
    ///     let mut branch1 = branch(async move { BODY });
    ///     all(&mut [&mut branch0, &mut branch1]).await;
    ///     (branch0.take(), branch1.take())
    /// }
    /// ```
    fn expand(par: &Par) -> TokenStream {
        let Par { door, branches } = par;
        let par = door.get("par");
        let names: Vec<_> =
            (0..branches.len()).map(|n| format_ident!("__branch{n}", span = ours())).collect();
        let processes = branches.iter().map(|process| process.expand(door, &[]));
        quote_spanned! {ours()=> {
            #(let mut #names = #par::branch(#processes);)*
            #par::all(&mut [#(&mut #names),*]).await;
            (#(#names.take(),)*)
        }}
    }

    fn recover(par: &Par, errors: TokenStream) -> TokenStream {
        let branches = par.branches.iter().map(|_| Started::Broken).collect();
        let expansion = Par::expand(&Par { door: par.door.clone(), branches });
        quote_spanned!(ours()=> { #errors #expansion })
    }

    fn edit(par: &Par, call: Call, errors: Option<&TokenStream>) -> Option<TokenStream> {
        Some(editor::with_errors(editor::parallel(call.tokens, &par.door), errors))
    }
}

impl Par {
    pub(crate) fn branches(&self) -> &[Started] {
        &self.branches
    }
}

/// One process and its comma. A branch that does not parse ends at the next comma.
fn branch(input: ParseStream<'_>, diag: &mut Diag) -> Started {
    let ahead = input.fork();
    match ahead.parse::<Expr>() {
        Ok(process) => {
            input.advance_to(&ahead);
            if !input.is_empty() && input.parse::<Token![,]>().is_err() {
                diag.error_at(input.span(), messages::PAR_NEEDS_COMMA);
                until_comma(input);
            }
            Started::one(process)
        }
        Err(error) => {
            diag.syntax(error);
            until_comma(input);
            Started::Broken
        }
    }
}

/// Skips what stands before the next comma, and the comma.
fn until_comma(input: ParseStream<'_>) {
    while !input.is_empty() && input.parse::<Token![,]>().is_err() {
        // Any token: the input is not empty.
        let _ = input.parse::<TokenTree>();
    }
}
