//! Looking at tokens.

pub(super) use crate::support::{is_sign, is_word};
use proc_macro2::{Delimiter, Group, Spacing, TokenStream, TokenTree};

pub(super) fn list(tokens: TokenStream) -> Vec<TokenTree> {
    tokens.into_iter().collect()
}

pub(super) fn group(token: Option<&TokenTree>, delimiter: Delimiter) -> Option<&Group> {
    match token {
        Some(TokenTree::Group(group)) if group.delimiter() == delimiter => Some(group),
        _ => None,
    }
}

/// The same group with something else in it.
pub(super) fn refilled(group: &Group, tokens: TokenStream) -> TokenTree {
    let mut filled = Group::new(group.delimiter(), tokens);
    filled.set_span(group.span());
    filled.into()
}

/// `=` that is part of no other sign.
pub(super) fn is_equals(tokens: &[TokenTree], at: usize) -> bool {
    let alone = |token: Option<&TokenTree>| !matches!(token, Some(TokenTree::Punct(sign)) if sign.spacing() == Spacing::Joint);
    is_sign(tokens.get(at), '=')
        && alone(tokens.get(at))
        && at.checked_sub(1).is_none_or(|before| alone(tokens.get(before)))
}

/// `=>`
pub(super) fn is_fat_arrow(tokens: &[TokenTree], at: usize) -> bool {
    is_sign(tokens.get(at), '=')
        && !at.checked_sub(1).is_some_and(|before| is_sign(tokens.get(before), '='))
        && is_sign(tokens.get(at + 1), '>')
}

/// Up to the first place where `ends` holds.
pub(super) fn until(tokens: &[TokenTree], ends: impl Fn(usize) -> bool) -> usize {
    (0..tokens.len()).find(|&at| ends(at)).unwrap_or(tokens.len())
}
