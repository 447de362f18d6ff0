//! A process that calls itself: the call is boxed, or the process would have to contain itself.

use crate::support::Door;
use proc_macro2::{Delimiter, Group, Ident, TokenStream, TokenTree};
use quote::{ToTokens, quote};
use syn::visit::{self, Visit};
use syn::{Block, Expr, ExprCall, ExprMethodCall, ItemFn, PatIdent, Signature};

/// The process whose body is being lowered, as its body may call it.
#[derive(Clone)]
pub(crate) struct Own {
    name: Ident,
    /// It has a `self`: a plain `name(..)` is then some other function.
    is_method: bool,
}

impl Own {
    /// `None` when the body gives the name another meaning.
    pub(crate) fn of(signature: &Signature, body: &Block) -> Option<Own> {
        let mut shadow = Shadow { name: &signature.ident, found: false };
        signature.inputs.iter().for_each(|input| shadow.visit_fn_arg(input));
        shadow.visit_block(body);
        (!shadow.found)
            .then(|| Own { name: signature.ident.clone(), is_method: signature.receiver().is_some() })
    }

    /// Whether `name(..)` or `Self::name(..)` calls this process.
    pub(crate) fn is_called_by(&self, call: &ExprCall) -> bool {
        let Expr::Path(path) = &*call.func else { return false };
        let mut segments = path.path.segments.iter().map(|segment| &segment.ident);
        match (segments.next(), segments.next(), segments.next()) {
            (Some(name), None, None) => !self.is_method && *name == self.name,
            (Some(this), Some(name), None) => this == "Self" && *name == self.name,
            _ => false,
        }
    }

    /// Whether `self.name(..)` calls this process.
    pub(crate) fn is_method_called_by(&self, call: &ExprMethodCall) -> bool {
        let on_self = matches!(&*call.receiver, Expr::Path(path) if path.path.is_ident("self"));
        on_self && self.is_method && call.method == self.name
    }

    /// Boxes the calls among the tokens of a `select!`.
    pub(crate) fn box_in_tokens(&self, tokens: TokenStream, door: &Door) -> TokenStream {
        let tokens: Vec<TokenTree> = tokens.into_iter().map(|token| self.box_in_group(token, door)).collect();
        let mut out: Vec<TokenTree> = Vec::with_capacity(tokens.len());
        for token in tokens {
            match token {
                TokenTree::Group(arguments)
                    if arguments.delimiter() == Delimiter::Parenthesis && self.ends_with_own_name(&out) =>
                {
                    let callee = out.split_off(out.len() - self.callee_len(&out));
                    let callee: TokenStream = callee.into_iter().collect();
                    out.extend(boxed(door, quote!(#callee #arguments), self.name.span()));
                }
                other => out.push(other),
            }
        }
        out.into_iter().collect()
    }

    fn box_in_group(&self, token: TokenTree, door: &Door) -> TokenTree {
        match token {
            TokenTree::Group(group) => {
                let mut inner = Group::new(group.delimiter(), self.box_in_tokens(group.stream(), door));
                inner.set_span(group.span());
                inner.into()
            }
            other => other,
        }
    }

    fn ends_with_own_name(&self, tokens: &[TokenTree]) -> bool {
        self.callee_len(tokens) > 0
    }

    /// How many tokens at the end spell this process: `name`, `Self::name` or `self.name`.
    fn callee_len(&self, tokens: &[TokenTree]) -> usize {
        let is = |token: &TokenTree, sign: char| matches!(token, TokenTree::Punct(p) if p.as_char() == sign);
        let word = |token: &TokenTree, word: &str| matches!(token, TokenTree::Ident(i) if i == word);
        let (before, counts) = match tokens {
            [before @ .., this, a, b, name] if self.is_name(name) && is(a, ':') && is(b, ':') => {
                (before, if word(this, "Self") { 4 } else { 0 })
            }
            [before @ .., this, dot, name] if self.is_name(name) && is(dot, '.') => {
                (before, if self.is_method && word(this, "self") { 3 } else { 0 })
            }
            [before @ .., name] if self.is_name(name) && !self.is_method => (before, 1),
            _ => return 0,
        };
        // `fn name(..)` declares another, and `a.self` is none.
        let other = before.last().is_some_and(|before| word(before, "fn") || is(before, '.'));
        if other { 0 } else { counts }
    }

    fn is_name(&self, token: &TokenTree) -> bool {
        matches!(token, TokenTree::Ident(ident) if *ident == self.name)
    }
}

/// `boxed(call)`
pub(crate) fn boxed(door: &Door, call: impl ToTokens, place: proc_macro2::Span) -> TokenStream {
    let boxed = door.get_name_at(place, "boxed");
    quote!(#boxed(#call))
}

/// Finds a variable or function of the process's name in its body.
struct Shadow<'a> {
    name: &'a Ident,
    found: bool,
}

impl<'a> Visit<'a> for Shadow<'_> {
    fn visit_pat_ident(&mut self, pat: &'a PatIdent) {
        self.found |= pat.ident == *self.name;
        visit::visit_pat_ident(self, pat);
    }

    fn visit_item_fn(&mut self, item: &'a ItemFn) {
        self.found |= item.sig.ident == *self.name;
    }
}
