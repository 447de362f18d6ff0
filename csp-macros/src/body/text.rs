//! The user's tokens as text, near to how they were written.

use proc_macro2::{Delimiter, Spacing, TokenStream, TokenTree};
use quote::ToTokens;

/// One line of source text, without the blanks that nobody writes: `input.recv()`.
pub(crate) fn text(tokens: impl ToTokens) -> String {
    let mut out = String::new();
    write(tokens.to_token_stream(), &mut out);
    out
}

fn write(tokens: TokenStream, out: &mut String) {
    let mut before: Option<TokenTree> = None;
    // The sign before stands between two operands.
    let mut is_binary = false;
    for token in tokens {
        if before.as_ref().is_some_and(|before| blank_between(before, is_binary, &token)) {
            out.push(' ');
        }
        is_binary = match &token {
            TokenTree::Punct(sign) if matches!(sign.as_char(), '&' | '*' | '-') => {
                matches!(before, Some(TokenTree::Ident(_) | TokenTree::Literal(_) | TokenTree::Group(_)))
            }
            _ => false,
        };
        match &token {
            TokenTree::Group(group) => {
                let (open, close) = match group.delimiter() {
                    Delimiter::Parenthesis => ("(", ")"),
                    Delimiter::Bracket => ("[", "]"),
                    Delimiter::Brace => ("{ ", " }"),
                    Delimiter::None => ("", ""),
                };
                out.push_str(open);
                write(group.stream(), out);
                out.push_str(close);
            }
            other => out.push_str(&other.to_string()),
        }
        before = Some(token);
    }
}

fn blank_between(before: &TokenTree, is_binary: bool, after: &TokenTree) -> bool {
    use TokenTree::{Group, Ident, Literal, Punct};
    match (before, after) {
        (Punct(sign), _) if sign.spacing() == Spacing::Joint => false,
        (Punct(_), _) if is_binary => true,
        (Punct(sign), _) => !matches!(sign.as_char(), '.' | ':' | '&' | '!' | '*' | '-' | '?' | '#'),
        (_, Punct(sign)) => !matches!(sign.as_char(), '.' | ':' | ',' | ';' | '?' | '!'),
        (Ident(_) | Group(_), Group(group)) => group.delimiter() == Delimiter::Brace,
        (Ident(_) | Literal(_), Ident(_) | Literal(_)) => true,
        _ => true,
    }
}
