//! The code of a body: arrows and verbs become calls that are awaited.

use super::tokens::{group, is_sign, is_word, list, refilled, until};
use crate::body::arrows::{arrow_at, ends_expression, reaches};
use crate::support::{Door, ours};
use proc_macro2::{Delimiter, TokenStream, TokenTree};
use quote::quote_spanned;

/// The code with its communications in the compiler's own words.
pub(crate) fn code(tokens: TokenStream, door: &Door) -> TokenStream {
    slice(&list(tokens), door)
}

pub(super) fn slice(tokens: &[TokenTree], door: &Door) -> TokenStream {
    let mut out = TokenStream::new();
    let mut at = 0;
    while at < tokens.len() {
        at += step(tokens, at, door, &mut out);
    }
    out
}

/// Writes what starts at `at`, and says how many tokens that was.
fn step(tokens: &[TokenTree], at: usize, door: &Door, out: &mut TokenStream) -> usize {
    let rest = &tokens[at..];
    if arrow_at(tokens, at).is_some() {
        return 2 + arrow(tokens, at, door, out);
    }
    if let Some(length) = foreign(tokens, at) {
        out.extend(rest[..length].iter().cloned());
        return length;
    }
    if let Some(length) = verb(rest) {
        let TokenTree::Group(arguments) = &rest[length - 1] else { return 0 };
        out.extend(rest[..length - 1].iter().cloned());
        out.extend([refilled(arguments, code(arguments.stream(), door))]);
        if !(is_sign(rest.get(length), '.') && is_word(rest.get(length + 1), "await")) {
            out.extend(quote_spanned!(ours()=> .await));
        }
        return length;
    }
    match &rest[0] {
        TokenTree::Group(inner) if reaches(&tokens[..at]) => {
            out.extend([refilled(inner, code(inner.stream(), door))]);
        }
        other => out.extend([other.clone()]),
    }
    1
}

/// What follows an arrow, as the argument of a call. Gives the length of it.
fn arrow(tokens: &[TokenTree], at: usize, door: &Door, out: &mut TokenStream) -> usize {
    let after = &tokens[at + 2..];
    let sends = ends_expression(&tokens[..at]);
    let length = match sends {
        true => until(after, |end| is_sign(after.get(end), ';') || is_sign(after.get(end), ',')),
        false => operand(after),
    };
    let operand = slice(&after[..length], door);
    out.extend(if sends {
        quote_spanned!(ours()=> .send(#operand).await?)
    } else {
        let source = door.facade();
        let recv = quote_spanned!(ours()=> Source::recv);
        quote_spanned!(ours()=> #source::#recv(&(#operand)).await?)
    });
    length
}

/// How long the operand of a sign is: one thing and what is attached to it.
fn operand(tokens: &[TokenTree]) -> usize {
    let signs = until(tokens, |at| !is_sign(tokens.get(at), '&') && !is_sign(tokens.get(at), '*'));
    let mut length = (signs + 1).min(tokens.len());
    while let Some(next) = tokens.get(length) {
        length += match next {
            TokenTree::Punct(sign) if matches!(sign.as_char(), '.' | ':') => {
                if matches!(tokens.get(length + 1), Some(TokenTree::Ident(_) | TokenTree::Literal(_))) {
                    2
                } else {
                    1
                }
            }
            TokenTree::Punct(sign)
                if sign.as_char() == '!' && matches!(tokens.get(length + 1), Some(TokenTree::Group(_))) =>
            {
                2
            }
            TokenTree::Punct(sign) if sign.as_char() == '?' => 1,
            TokenTree::Group(inner) if inner.delimiter() != Delimiter::Brace => 1,
            _ => return length,
        };
    }
    length
}

/// `.recv()`, `.send(value)`, and the same with a limit of time: how long they are.
fn verb(tokens: &[TokenTree]) -> Option<usize> {
    if !is_sign(tokens.first(), '.') {
        return None;
    }
    let arguments = list(group(tokens.get(2), Delimiter::Parenthesis)?.stream());
    let commas =
        (0..arguments.len()).filter(|&at| is_sign(arguments.get(at), ',') && at + 1 < arguments.len());
    let is_verb = match arguments.is_empty() {
        true => is_word(tokens.get(1), "recv"),
        false => match commas.count() {
            0 => is_word(tokens.get(1), "send") || is_word(tokens.get(1), "recv_timeout"),
            1 => is_word(tokens.get(1), "send_timeout"),
            _ => false,
        },
    };
    is_verb.then_some(3)
}

/// Whether the tokens end in a communication.
pub(super) fn ends_in_verb(tokens: &[TokenTree]) -> bool {
    tokens.len().checked_sub(3).is_some_and(|at| verb(&tokens[at..]).is_some())
}

/// A nested function or a closure, which is not the process: how long it is.
fn foreign(tokens: &[TokenTree], at: usize) -> Option<usize> {
    let rest = &tokens[at..];
    if is_word(rest.first(), "fn") {
        let body =
            until(rest, |at| group(rest.get(at), Delimiter::Brace).is_some() || is_sign(rest.get(at), ';'));
        return Some((body + 1).min(rest.len()));
    }
    let opens = is_sign(rest.first(), '|') && starts_expression(tokens[..at].last());
    if !opens {
        return None;
    }
    let inputs = 1 + until(&rest[1..], |at| is_sign(rest.get(at + 1), '|'));
    let body = (inputs + 1).min(rest.len());
    let ends = |at: usize| is_sign(rest.get(body + at), ',') || is_sign(rest.get(body + at), ';');
    let length = match group(rest.get(body), Delimiter::Brace) {
        Some(_) => 1,
        None => until(&rest[body..], ends),
    };
    Some(body + length)
}

/// Whether an expression, and not the rest of one, comes after the token.
fn starts_expression(before: Option<&TokenTree>) -> bool {
    match before {
        None => true,
        Some(TokenTree::Punct(sign)) => matches!(sign.as_char(), '=' | ',' | ';' | '>' | '&' | '('),
        Some(TokenTree::Ident(word)) => word == "move" || word == "return",
        Some(TokenTree::Group(group)) => group.delimiter() == Delimiter::Brace,
        Some(TokenTree::Literal(_)) => false,
    }
}

/// The body of a process: `async move { .. }`.
pub(super) fn body(tokens: &[TokenTree], door: &Door) -> TokenStream {
    let statements = slice(tokens, door);
    quote_spanned!(ours()=> async move { #statements })
}

/// The value of a call, and its errors behind it.
pub(crate) fn with_errors(value: TokenStream, errors: Option<&TokenStream>) -> TokenStream {
    let errors = errors.map(|errors| quote_spanned!(ours()=> _ => { #errors loop {} }));
    quote_spanned!(ours()=> match () { () => #value, #errors })
}
