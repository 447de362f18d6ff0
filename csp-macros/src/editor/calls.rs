//! The macros that look like calls.

use super::code::{body, ends_in_verb, slice};
use super::tokens::{group, is_equals, is_fat_arrow, is_sign, is_word, list, until};
use crate::support::{Door, ours};
use proc_macro2::{Delimiter, Literal, TokenStream, TokenTree};
use quote::quote_spanned;

/// `go!`: the process to start.
pub(crate) fn started(tokens: TokenStream, door: &Door) -> TokenStream {
    process(&list(tokens), door)
}

/// A call whose arguments the caller evaluates, or a body.
fn process(tokens: &[TokenTree], door: &Door) -> TokenStream {
    match tokens {
        [TokenTree::Group(only)] if only.delimiter() == Delimiter::Brace => body(&list(only.stream()), door),
        _ if is_call(tokens) => slice(tokens, door),
        _ => body(tokens, door),
    }
}

fn is_call(tokens: &[TokenTree]) -> bool {
    let is_statement = |at: usize| is_sign(tokens.get(at), ';') || is_equals(tokens, at);
    group(tokens.last(), Delimiter::Parenthesis).is_some()
        && !ends_in_verb(tokens)
        && !(0..tokens.len()).any(|at| is_statement(at) || group(tokens.get(at), Delimiter::Brace).is_some())
        && matches!(tokens.first(), Some(TokenTree::Ident(_)))
}

/// `par!`: the tuple of what its branches give.
pub(crate) fn parallel(tokens: TokenStream, door: &Door) -> TokenStream {
    let tokens = list(tokens);
    let branches = tokens.split(|token| is_sign(Some(token), ',')).filter(|branch| !branch.is_empty());
    let awaited = branches.map(|branch| {
        let process = process(branch, door);
        quote_spanned!(ours()=> #process.await,)
    });
    let awaited: TokenStream = awaited.collect();
    quote_spanned!(ours()=> (#awaited))
}

/// `select!`: one of its arms, whichever.
pub(crate) fn choice(tokens: TokenStream, door: &Door) -> TokenStream {
    let tokens = list(tokens);
    let mut rest = &tokens[..];
    let mut arms = TokenStream::new();
    let mut n = 0;
    while !rest.is_empty() {
        if is_word(rest.first(), "biased") && is_sign(rest.get(1), ';') {
            rest = &rest[2..];
            continue;
        }
        let head = until(rest, |at| is_fat_arrow(rest, at));
        let after = &rest[(head + 2).min(rest.len())..];
        let length = body_length(after);
        let number = Literal::usize_unsuffixed(n);
        let head = self::head(&rest[..head], door);
        let body = slice(&after[..length], door);
        arms.extend(quote_spanned!(ours()=> #number => { #head #body }));
        let comma = usize::from(is_sign(after.get(length), ','));
        rest = &after[length + comma..];
        n += 1;
    }
    quote_spanned!(ours()=> match 0usize { #arms _ => loop {} })
}

/// `pattern = operation if condition else body`, as statements.
fn head(mut tokens: &[TokenTree], door: &Door) -> TokenStream {
    while is_sign(tokens.first(), '#') && group(tokens.get(1), Delimiter::Bracket).is_some() {
        tokens = &tokens[2..];
    }
    let (tokens, otherwise) = tokens.split_at(until(tokens, |at| is_word(tokens.get(at), "else")));
    let otherwise = otherwise.get(1..).map(|body| {
        let body = slice(body, door);
        quote_spanned!(ours()=> if false { #body; })
    });
    let is_choice = is_word(tokens.first(), "closed") || is_word(tokens.first(), "default");
    if is_choice && tokens.get(1).is_none_or(|second| is_word(Some(second), "if")) {
        return TokenStream::new();
    }
    let guard = until(tokens, |at| is_word(tokens.get(at), "if"));
    let (operation, guard) = tokens.split_at(guard);
    let equals = until(operation, |at| is_equals(operation, at));
    let (pattern, operation) = match equals < operation.len() {
        true => (&operation[..equals], &operation[equals + 1..]),
        false => (&[][..], operation),
    };
    let operation = slice(operation, door);
    let guard = (!guard.is_empty()).then(|| {
        let guard = slice(guard, door);
        quote_spanned!(ours()=> #guard {})
    });
    if pattern.is_empty() {
        return quote_spanned!(ours()=> #operation; #guard #otherwise);
    }
    let equals = quote_spanned!(ours()=> =);
    let pattern: TokenStream = pattern.iter().cloned().collect();
    quote_spanned!(ours()=> let #pattern #equals #operation; #guard #otherwise)
}

/// How long the body of an arm is, without its comma.
fn body_length(tokens: &[TokenTree]) -> usize {
    let comma = until(tokens, |at| is_sign(tokens.get(at), ','));
    let starts = |words: &[&str]| words.iter().any(|word| is_word(tokens.first(), word));
    if group(tokens.first(), Delimiter::Brace).is_none() && !starts(&["if", "match", "loop", "while", "for"])
    {
        return comma;
    }
    let mut end = 0;
    loop {
        let brace = end + until(&tokens[end..], |at| group(tokens.get(end + at), Delimiter::Brace).is_some());
        end = (brace + 1).min(tokens.len());
        if !is_word(tokens.get(end), "else") {
            return end;
        }
    }
}
